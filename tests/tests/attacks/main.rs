//! Every attack of the test issuer, sent to services that are guarded by poolgate, and to one that is weak on purpose.

mod actix_api;
#[path = "../../../examples/weak_service/guarded.rs"]
mod guarded;
#[path = "../../../examples/weak_service/weak.rs"]
mod weak;

use axum::Router;
use poolgate::{Algorithm as Allowed, Policy, TokenUse, Verifier};
use poolgate_issuer::{
    Algorithm, AttackOutcome, AttackReport, AttackRun, AttackVerdict, Attacker, TestIssuer,
};
use poolgate_tests::HAS_P521;
use std::{collections::BTreeSet, net::SocketAddr};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_passes_the_gate_in_axum() {
    let issuer = TestIssuer::start().await;
    let address = serve(guarded::api(verifier(&issuer, Allowed::Rs256))).await;

    let report = run(&issuer, address, "/me").run().await;

    all_are_refused_as_expected(&report, 350);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_passes_the_gate_in_actix_nor_into_the_group() {
    let issuer = TestIssuer::start().await;
    let address = actix_api::start(verifier(&issuer, Allowed::Rs256)).await;

    let me = run(&issuer, address, "/me").run().await;
    let group = run(&issuer, address, "/admin").group("Admins").run().await;

    all_are_refused_as_expected(&me, 350);
    all_are_refused_as_expected(&group, 375);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_passes_whatever_the_algorithm() {
    let rows = [
        (Algorithm::Ps384, Allowed::Ps384),
        (Algorithm::Es256, Allowed::Es256),
        (Algorithm::Es512, Allowed::Es512),
        (Algorithm::EdDsa, Allowed::EdDsa),
    ];
    let is_usable = |(algorithm, _): &(Algorithm, _)| HAS_P521 || *algorithm != Algorithm::Es512;
    for (algorithm, allowed) in rows.into_iter().filter(is_usable) {
        let issuer = TestIssuer::builder().algorithm(algorithm).self_issuer().start().await;
        let address = serve(guarded::api(verifier(&issuer, allowed))).await;

        let report = run(&issuer, address, "/me").run().await;

        all_are_refused_as_expected(&report, 350);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_service_is_found_out() {
    let issuer = TestIssuer::start().await;
    let address = serve(weak::api(issuer.user_pool_id(), issuer.jwks_url())).await;

    let report = run(&issuer, address, "/me").run().await;

    assert!(report.are_controls_accepted(), "{report}");
    assert!(report.has_holes() && !report.is_clean());
    assert!(report.calls_to_forger() > 0, "{report}");
    let sent: BTreeSet<_> = report.outcomes().iter().map(name).collect();
    let accepted: BTreeSet<_> = report.wrong_accepts().map(name).collect();
    for hole in [
        "alg-none",
        "hs256-jwks",
        "jwk-of-forger",
        "jku-of-forger",
        "expired",
        "id-token",
        "other-client",
        "two-headers-good-first",
        "token-in-query",
    ] {
        assert!(accepted.contains(hole), "{hole} is not among {accepted:?}");
    }
    for wall in ["no-credential", "forged", "claims-of-another-token", "iss-other-pool", "garbage"]
    {
        assert!(sent.contains(wall) && !accepted.contains(wall), "{wall}: {accepted:?}");
    }
    let worst = report.wrong_accepts().map(|outcome| outcome.attack().attacker()).min_by_key(rank);
    assert_eq!(worst, Some(Attacker::Anyone));
}

#[track_caller]
fn all_are_refused_as_expected(report: &AttackReport, at_least: usize) {
    let is_other = |outcome: &&AttackOutcome| outcome.verdict() != AttackVerdict::Refused;
    let others: Vec<_> = report.outcomes().iter().filter(is_other).map(name).collect();
    assert_eq!(others, [""; 0], "{report}");
    assert!(report.is_clean() && report.outcomes().len() >= at_least, "{report}");
}

fn name(outcome: &AttackOutcome) -> &'static str {
    outcome.attack().name()
}

fn rank(attacker: &Attacker) -> Option<usize> {
    Attacker::ALL.iter().position(|known| known == attacker)
}

fn run(issuer: &TestIssuer, address: SocketAddr, path: &str) -> AttackRun {
    AttackRun::new(issuer, &format!("http://{address}{path}")).unwrap()
}

fn verifier(issuer: &TestIssuer, algorithm: Allowed) -> Verifier {
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access);
    let policy = policy.unwrap().jwks_url(issuer.jwks_url()).unwrap();
    let policy = policy.issuer(issuer.issuer()).unwrap().algorithms([algorithm]).unwrap();
    Verifier::new(policy).unwrap()
}

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}
