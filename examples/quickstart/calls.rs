//! The calls of the quickstart: printed as `curl` lines, or made.

use poolgate_issuer::TestIssuer;
use reqwest::{Client, RequestBuilder};

/// One call and the status that answers it.
pub(crate) struct Call {
    pub(crate) what: &'static str,
    pub(crate) path: &'static str,
    pub(crate) expected: u16,
    base: String,
    authorization: Option<String>,
}

impl Call {
    /// The call as a line for a shell.
    pub(crate) fn curl(&self) -> String {
        let url = self.url();
        match &self.authorization {
            Some(value) => format!("curl -i -H 'Authorization: {value}' {url}"),
            None => format!("curl -i {url}"),
        }
    }

    /// The same call as a request.
    pub(crate) fn request(&self, client: &Client) -> RequestBuilder {
        let request = client.get(self.url());
        match &self.authorization {
            Some(value) => request.header("Authorization", value),
            None => request,
        }
    }

    fn url(&self) -> String {
        format!("{}{}", self.base, self.path)
    }
}

/// Every call, with tokens that the issuer signs now.
pub(crate) fn all(base: &str, issuer: &TestIssuer) -> Vec<Call> {
    let alice = issuer.access_token().username("alice").group("Admins");
    let bob = issuer.access_token().username("bob").group("Basic").scope("openid");
    let machine = issuer.client_credentials_token().scope("orders/read");
    let forger = TestIssuer::builder().user_pool_id(issuer.user_pool_id()).offline();
    let id_token = issuer.id_token().username("alice").group("Admins");

    let call = |expected, what, path, authorization: Option<String>| Call {
        what,
        path,
        expected,
        base: base.to_owned(),
        authorization,
    };
    let with = |expected, what, path, token: String| {
        call(expected, what, path, Some(format!("Bearer {token}")))
    };
    vec![
        call(200, "anyone, on the public route", "/public", None),
        call(401, "nobody signed in", "/me", None),
        with(200, "alice, signed in", "/me", alice.sign()),
        with(200, "alice, who is in Admins", "/admin", alice.sign()),
        with(403, "bob, who is not", "/admin", bob.sign()),
        with(200, "a machine with the scope orders/read", "/orders", machine.sign()),
        with(403, "bob, without that scope", "/orders", bob.sign()),
        with(403, "a machine, which is in no group", "/admin", machine.sign()),
        with(401, "alice, with an expired token", "/me", alice.clone().expired().sign()),
        with(
            401,
            "a forged token that says Admins",
            "/admin",
            alice.clone().signed_by(&forger).sign(),
        ),
        with(401, "alice's ID token in place of her access token", "/me", id_token.sign()),
        with(401, "a token that was cut off", "/me", cut(alice.sign())),
        call(400, "a header without a token", "/me", Some("Bearer".to_owned())),
    ]
}

fn cut(mut token: String) -> String {
    token.truncate(token.len() - 10);
    token
}
