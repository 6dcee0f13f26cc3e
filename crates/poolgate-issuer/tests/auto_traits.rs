//! What threads and runtimes may do with the public types.

use poolgate_issuer::{
    Algorithm, AppClient, Attack, Attacker, Config, ConfigError, Fault, Flow, Group, HttpCase,
    HttpDifference, HttpExpected, HttpMismatch, HttpRoute, Identity, IssuerMode, Mfa,
    PasswordPolicy, RefreshRotation, ResourceServer, SignInName, TestClock, TestIssuer,
    TestIssuerBuilder, TokenBuilder, TokenChanges, TokenEvent, TriggerVersion, User, UserPool,
    UserStatus,
};

#[test]
fn public_types_go_anywhere() {
    fn check<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    check::<Algorithm>();
    check::<AppClient>();
    check::<Config>();
    check::<ConfigError>();
    check::<Attack>();
    check::<Attacker>();
    check::<Fault>();
    check::<Flow>();
    check::<Group>();
    check::<HttpCase>();
    check::<HttpDifference>();
    check::<HttpExpected>();
    check::<HttpMismatch>();
    check::<HttpRoute>();
    check::<Identity>();
    check::<IssuerMode>();
    check::<Mfa>();
    check::<PasswordPolicy>();
    check::<RefreshRotation>();
    check::<ResourceServer>();
    check::<SignInName>();
    check::<TestClock>();
    check::<TestIssuer>();
    check::<TestIssuerBuilder>();
    check::<TokenBuilder>();
    check::<TokenChanges>();
    check::<TokenEvent>();
    check::<TriggerVersion>();
    check::<User>();
    check::<UserPool>();
    check::<UserStatus>();
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
