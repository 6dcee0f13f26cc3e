//! The calls of the example: printed as `grpcurl` lines, or made.

use crate::orders::{CancelRequest, ListRequest, OrdersClient};
use poolgate_issuer::TestIssuer;
use std::net::SocketAddr;
use tonic::{
    Code::{self, PermissionDenied, Unauthenticated},
    Request, Status,
    metadata::errors::InvalidMetadataValue,
};

/// One call and the code that answers it.
pub(crate) struct Call {
    pub(crate) what: &'static str,
    pub(crate) expected: Code,
    method: Method,
    token: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum Method {
    List,
    Cancel,
}

impl Call {
    /// The call as a line for a shell.
    pub(crate) fn grpcurl(&self, server: SocketAddr) -> String {
        let mut line = "grpcurl -plaintext -proto examples/grpc/orders.proto".to_owned();
        if let Some(token) = &self.token {
            line += &format!(" -H 'authorization: Bearer {token}'");
        }
        format!("{line} {server} shop.Orders/{:?}", self.method)
    }

    /// Makes the call, prints what came back, and says whether it was expected.
    pub(crate) async fn make(
        &self,
        client: &mut OrdersClient,
    ) -> Result<bool, InvalidMetadataValue> {
        let outcome = match self.method {
            Method::List => {
                let reply = client.list(self.request(ListRequest {})?).await;
                reply.map(|reply| reply.into_inner().orders.join(", "))
            }
            Method::Cancel => {
                let reply = client.cancel(self.request(CancelRequest::default())?).await;
                reply.map(|reply| reply.into_inner().note)
            }
        };
        let code = outcome.as_ref().map_or_else(Status::code, |_| Code::Ok);
        let verdict = if code == self.expected { "as expected" } else { "NOT AS EXPECTED" };
        println!("{code:?} {verdict}: {} ({:?})", self.what, self.method);
        println!("    {}", outcome.unwrap_or_else(|status| status.message().to_owned()));
        Ok(code == self.expected)
    }

    fn request<M>(&self, message: M) -> Result<Request<M>, InvalidMetadataValue> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            request.metadata_mut().insert("authorization", format!("Bearer {token}").parse()?);
        }
        Ok(request)
    }
}

/// The calls to a service that can fetch the pool's keys.
pub(crate) fn all(issuer: &TestIssuer) -> Vec<Call> {
    let alice = issuer.access_token().username("alice").group("Admins");
    let bob = issuer.access_token().username("bob").group("Basic");
    let id_token = issuer.id_token().username("bob");
    let forger = TestIssuer::builder().user_pool_id(issuer.user_pool_id()).offline();
    let forged = alice.clone().signed_by(&forger);

    let list = |expected, what, token| Call { what, expected, method: Method::List, token };
    let cancel = |expected, what, token| Call { what, expected, method: Method::Cancel, token };
    vec![
        list(Unauthenticated, "nobody signed in", None),
        list(Code::Ok, "bob, signed in", Some(bob.sign())),
        cancel(PermissionDenied, "bob, who is not in Admins", Some(bob.sign())),
        cancel(Code::Ok, "alice, who is", Some(alice.sign())),
        cancel(Unauthenticated, "a forged token that says Admins", Some(forged.sign())),
        list(Unauthenticated, "bob, with an expired token", Some(bob.expired().sign())),
        list(Unauthenticated, "bob's ID token in place of his access token", Some(id_token.sign())),
        // HTTP's 400 has no code of its own in gRPC.
        list(Code::Internal, "a header without a token", Some(String::new())),
    ]
}

/// The call to a service that has no keys and cannot fetch them.
pub(crate) fn in_an_outage(issuer: &TestIssuer) -> Call {
    Call {
        what: "alice, while the pool's keys cannot be fetched",
        expected: Code::Unavailable,
        method: Method::List,
        token: Some(issuer.access_token().username("alice").sign()),
    }
}
