//! What threads and runtimes may do with the public types.

use poolgate_issuer::{
    Algorithm, Attack, Attacker, Fault, HttpCase, HttpDifference, HttpExpected, HttpMismatch,
    HttpRoute, TestClock, TestIssuer, TestIssuerBuilder, TokenBuilder,
};

#[test]
fn public_types_go_anywhere() {
    fn check<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    check::<Algorithm>();
    check::<Attack>();
    check::<Attacker>();
    check::<Fault>();
    check::<HttpCase>();
    check::<HttpDifference>();
    check::<HttpExpected>();
    check::<HttpMismatch>();
    check::<HttpRoute>();
    check::<TestClock>();
    check::<TestIssuer>();
    check::<TestIssuerBuilder>();
    check::<TokenBuilder>();
}

#[cfg(feature = "runner")]
#[test]
fn so_do_those_of_the_runner() {
    use poolgate_issuer::{
        AttackAnswer, AttackError, AttackOutcome, AttackReport, AttackRun, AttackVerdict,
        ControlOutcome,
    };

    fn check<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    check::<AttackAnswer>();
    check::<AttackError>();
    check::<AttackOutcome>();
    check::<AttackReport>();
    check::<AttackRun>();
    check::<AttackVerdict>();
    check::<ControlOutcome>();
}

#[test]
fn futures_can_be_spawned() {
    fn check<T: Send>(future: T) -> T {
        future
    }
    drop(check(TestIssuer::start()));
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
    drop(check(issuer.wait_for_fetches(1)));
    #[cfg(feature = "runner")]
    drop(check(poolgate_issuer::AttackRun::new(&issuer, "http://a/").unwrap().run()));
}
