//! The table of HTTP cases over real sockets, in every framework: every cell equal.

mod actix_server;
mod axum_server;
mod gates;
mod grpc;
mod http1;
mod leaks;
mod reply;
mod report;
mod tonic_server;
mod tower_server;

use gates::Gates;
use poolgate::ErrorBody;
use poolgate_issuer::{HttpCase, HttpRoute};
use poolgate_tests::World;
use reply::Reply;
use report::Report;
use std::net::SocketAddr;

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_that_of_the_table() {
    let world = World::start().await;
    let (gates, cases) = (Gates::of(&world), world.issuer.http_cases());
    let mut report = over_http1(&gates, &cases, reply::check).await;
    over_grpc(&mut report, &gates, &cases, reply::check).await;
    report.finish();
}

/// Clients are not told the code, but a gate can write it into the body.
#[tokio::test(flavor = "multi_thread")]
async fn every_code_is_that_of_the_table() {
    let world = World::start().await;
    let gates = Gates::of(&world)
        .with_bodies(|error| ErrorBody::json(format!(r#"{{"code":"{}"}}"#, error.code())));
    let cases = behind_a_gate(&world);
    let mut report = over_http1(&gates, &cases, reply::check_code).await;
    over_grpc(&mut report, &gates, &cases, reply::check_code).await;
    report.finish();
}

/// tonic's client takes any body for a message, and then tells `Internal` whatever the status.
#[tokio::test(flavor = "multi_thread")]
async fn a_grpc_client_understands_refusals_without_a_body() {
    let world = World::start().await;
    let gates = Gates::of(&world).with_bodies(|_| ErrorBody::empty());
    let mut report = Report::default();
    over_grpc(&mut report, &gates, &behind_a_gate(&world), reply::check_grpc_code).await;
    report.finish();
}

/// At TRACE; the servers' libraries are heard too, at DEBUG.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_the_table_holds_nothing_of_a_token() {
    let log = leaks::listen();
    let world = World::start().await;
    let (gates, cases) = (Gates::of(&world), world.issuer.http_cases());
    let mut report = over_http1(&gates, &cases, reply::check).await;
    over_grpc(&mut report, &gates, &cases, reply::check).await;
    report.finish();
    let log = log.text();
    for said in ["token refused", "request refused", "keys fetched", "claims do not fit"] {
        assert!(log.contains(said), "{said}");
    }
    let found = leaks::find(&log, &cases, &[world.issuer.issuer(), world.issuer.jwks_url()]);
    assert!(found.is_empty(), "{} in {} bytes of log: {found:#?}", found.len(), log.len());
    let planted = leaks::find(&leaks::a_piece(&cases), &cases, &[]);
    assert_eq!(planted.len(), 1, "a leak would be found");
}

type Check = fn(&HttpCase, &Reply) -> Result<(), String>;

/// Without a gate there is nobody to write another body.
fn behind_a_gate(world: &World) -> Vec<HttpCase> {
    let cases = world.issuer.http_cases().into_iter();
    cases.filter(|case| case.route() != HttpRoute::Unguarded).collect()
}

async fn over_http1(gates: &Gates, cases: &[HttpCase], check: Check) -> Report {
    let servers: [(&str, SocketAddr); 3] = [
        ("tower", tower_server::start(gates).await),
        ("axum", axum_server::start(gates).await),
        ("actix", actix_server::start(gates).await),
    ];
    let mut report = Report::default();
    for case in cases {
        for (server, address) in servers {
            let reply = http1::send(address, case).await.map_err(|error| error.to_string());
            report.add(server, case, check, reply);
        }
    }
    report
}

async fn over_grpc(report: &mut Report, gates: &Gates, cases: &[HttpCase], check: Check) {
    let address = tonic_server::start(gates).await;
    for case in cases.iter().filter(|case| grpc::can_carry(case)) {
        let reply = grpc::send(address, case).await.map_err(|error| error.to_string());
        report.add("tonic", case, check, reply);
    }
}
