//! A gRPC service behind the gate: tonic with the tower layer, and one method for a group alone.
//!
//! ```console
//! cargo run --example grpc --features grpc            # serves until Ctrl-C
//! cargo run --example grpc --features grpc -- --check # makes the calls itself and exits
//! ```

mod calls;
mod orders;

use orders::{
    CancelReply, CancelRequest, ListReply, ListRequest, Orders, OrdersClient, OrdersServer,
};
use poolgate::{ErrorBody, Gate, Policy, Requirement, TokenUse, VerifiedToken, Verifier};
use poolgate_issuer::{Fault, TestIssuer};
use poolgate_tower::{BearerAuthLayer, verified};
use std::{error::Error, net::SocketAddr, process::ExitCode};
use tonic::{
    Code, Request, Response, Status,
    transport::{self, Channel, Server, server::TcpIncoming},
};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let issuer = TestIssuer::start().await;
    let server = start(&issuer)?;
    if std::env::args().any(|argument| argument == "--check") {
        let as_expected = check(&issuer, server).await?;
        return Ok(if as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    for call in calls::all(&issuer) {
        println!("# {} -> {:?}\n{}\n", call.what, call.expected, call.grpcurl(server));
    }
    println!("# Serving until Ctrl-C. The tokens are good for an hour.");
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

/// Starts a server with a verifier of its own, and says where it listens.
fn start(issuer: &TestIssuer) -> Result<SocketAddr, Box<dyn Error>> {
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let incoming = TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let address = incoming.local_addr()?;
    tokio::spawn(serve(Verifier::new(policy)?, incoming));
    Ok(address)
}

/// The gate is around every service of the server. For a gate around one of them, and for a
/// `RequireLayer`, there is `tonic::service::LayerExt::named_layer`.
async fn serve(verifier: Verifier, incoming: TcpIncoming) -> Result<(), transport::Error> {
    // Clients make a code of the HTTP status, as gRPC tells them to; tonic's fail on a body.
    let gate = Gate::new(verifier).error_body(|_| ErrorBody::empty());
    Server::builder()
        .layer(BearerAuthLayer::new(gate))
        .add_service(OrdersServer::new(Shop))
        .serve_with_incoming(incoming)
        .await
}

struct Shop;

impl Orders for Shop {
    /// For whoever is signed in.
    async fn list(&self, request: Request<ListRequest>) -> Result<Response<ListReply>, Status> {
        let name = token(&request)?.username().unwrap_or("a machine");
        Ok(Response::new(ListReply { orders: vec![format!("an order of {name}")] }))
    }

    /// For Admins.
    async fn cancel(
        &self,
        request: Request<CancelRequest>,
    ) -> Result<Response<CancelReply>, Status> {
        let token = token(&request)?;
        token.require(&Requirement::group("Admins")).map_err(|error| refuse(&error))?;
        let name = token.username().unwrap_or("a machine");
        Ok(Response::new(CancelReply { note: format!("cancelled by {name}") }))
    }
}

fn token<M>(request: &Request<M>) -> Result<&VerifiedToken, Status> {
    verified(request.extensions()).map_err(|error| refuse(&error))
}

/// The status of what a method finds, with the codes that clients give to the gate's answers.
fn refuse(error: &poolgate::Error) -> Status {
    let code = match error.status() {
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        503 => Code::Unavailable,
        _ => Code::Internal,
    };
    Status::new(code, "refused")
}

/// Makes all calls, and says whether each was answered as expected.
async fn check(issuer: &TestIssuer, server: SocketAddr) -> Result<bool, Box<dyn Error>> {
    let mut all_as_expected = true;
    let mut client = connect(server).await?;
    for call in calls::all(issuer) {
        all_as_expected &= call.make(&mut client).await?;
    }
    issuer.fail_jwks(Fault::Status(500));
    let mut without_keys = connect(start(issuer)?).await?;
    all_as_expected &= calls::in_an_outage(issuer).make(&mut without_keys).await?;
    Ok(all_as_expected)
}

async fn connect(server: SocketAddr) -> Result<OrdersClient, Box<dyn Error>> {
    let channel = Channel::from_shared(format!("http://{server}"))?.connect().await?;
    Ok(OrdersClient::new(channel))
}
