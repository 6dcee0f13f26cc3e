//! What holds on every route, whatever its handler asks for: without a valid token nobody gets further than the gate.

use super::{
    case::HttpCase,
    expected::{allows, refuses},
    route::HttpRoute,
    tokens::admin,
};
use crate::{issuer::TestIssuer, token::TokenBuilder};

pub(super) fn cases(issuer: &TestIssuer, forger: &TestIssuer) -> Vec<HttpCase> {
    let guarded = HttpRoute::ALL.iter().copied().filter(|route| {
        // Those two are told apart elsewhere, and the first has its own chapters.
        !route.is_down() && ![HttpRoute::Verified, HttpRoute::Unguarded].contains(route)
    });
    guarded.flat_map(|route| of_route(route, issuer, forger)).collect()
}

fn of_route(route: HttpRoute, issuer: &TestIssuer, forger: &TestIssuer) -> Vec<HttpCase> {
    let (access, id) = (admin(issuer), issuer.id_token().username("alice"));
    let (good, other_use) = if route == HttpRoute::IdToken { (id, access) } else { (access, id) };
    let token = good.sign();
    [
        vec![HttpCase::new(route, "a token that may do all", allows("alice")).with_bearer(&token)],
        without_credential(route),
        malformed(route, &token),
        invalid(route, &good, &other_use, forger),
    ]
    .concat()
}

/// Before any 403: who is unknown is asked to sign in.
fn without_credential(route: HttpRoute) -> Vec<HttpCase> {
    let expected =
        if route.serves_anonymous() { allows("anonymous") } else { refuses("missing_token") };
    let case = |what| HttpCase::new(route, what, expected.clone());
    vec![case("no credential"), case("Basic").with_authorization("Basic YWxpY2U6cGFzc3dvcmQ=")]
}

/// Never anonymous: somebody tried to sign in.
fn malformed(route: HttpRoute, token: &str) -> Vec<HttpCase> {
    let case = |what| HttpCase::new(route, what, refuses("malformed_authorization"));
    vec![
        case("no token behind the scheme").with_authorization("Bearer"),
        case("two headers: the same token twice").with_bearer(token).with_bearer(token),
    ]
}

fn invalid(
    route: HttpRoute,
    good: &TokenBuilder,
    other_use: &TokenBuilder,
    forger: &TestIssuer,
) -> Vec<HttpCase> {
    let rows = [
        ("token_malformed", "not a JWT", "garbage".to_owned()),
        ("invalid_signature", "a forged token", good.clone().signed_by(forger).sign()),
        ("token_expired", "an expired token", good.clone().expired().sign()),
        ("invalid_token_use", "a token of another use", other_use.sign()),
    ];
    let case = |(code, what, token): (_, &str, String)| {
        HttpCase::new(route, what, refuses(code)).with_bearer(&token)
    };
    rows.map(case).into()
}
