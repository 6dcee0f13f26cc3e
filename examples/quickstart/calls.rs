//! The calls of the quickstart, and the status that answers each.

use poolgate_examples::Call;
use poolgate_issuer::TestIssuer;

/// Every call, with tokens that the issuer signs now.
pub(crate) fn all(issuer: &TestIssuer) -> Vec<Call> {
    let alice = issuer.access_token().username("alice").group("Admins");
    let bob = issuer.access_token().username("bob").group("Basic").scope("openid");
    let machine = issuer.client_credentials_token().scope("orders/read");
    let forger = TestIssuer::builder().user_pool_id(issuer.user_pool_id()).offline();
    let id_token = issuer.id_token().username("alice").group("Admins");

    let with = |status, what, path, token: String| Call::get(status, what, path).bearer(&token);
    vec![
        Call::get(200, "anyone, on the public route", "/public"),
        Call::get(401, "nobody signed in", "/me"),
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
        Call::get(400, "a header without a token", "/me").authorization("Bearer"),
    ]
}

fn cut(mut token: String) -> String {
    token.truncate(token.len() - 10);
    token
}
