//! What threads and runtimes may do with the public types.

use poolgate_issuer::{
    Algorithm, Fault, HttpCase, HttpDifference, HttpExpected, HttpMismatch, HttpRoute, TestClock,
    TestIssuer, TestIssuerBuilder, TokenBuilder,
};

#[test]
fn public_types_go_anywhere() {
    fn check<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    check::<Algorithm>();
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

#[test]
fn futures_can_be_spawned() {
    fn check<T: Send>(future: T) -> T {
        future
    }
    drop(check(TestIssuer::start()));
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
    drop(check(issuer.wait_for_fetches(1)));
}
