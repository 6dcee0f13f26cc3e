//! Requests without a token where one must be: who is asking is said elsewhere, or by nobody.

use super::{
    attack::{
        Attack,
        Attacker::{Anyone, TokenHolder},
        Kind,
    },
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    let token = kit.good().sign();
    let user = kit.good().username_or_default().to_owned();
    [nothing(), elsewhere(&token), in_query(&token), names(&user), paths(), methods()].concat()
}

const NOTHING: Kind = Kind::new("F10", Anyone, "missing_token");

fn nothing() -> Vec<Attack> {
    let kind = NOTHING.row("F3");
    vec![
        NOTHING.request("no-credential", "Nothing stands in front of the handler.", |case| case),
        kind.request("empty-authorization", "An empty header is one.", |case| {
            case.with_authorization("")
        }),
        kind.request("basic", "Any scheme will do.", |case| {
            case.with_authorization("Basic YWxpY2U6cGFzc3dvcmQ=")
        }),
        kind.request("digest", "Any scheme will do.", |case| {
            case.with_authorization(r#"Digest username="alice", realm="a", response="0""#)
        }),
    ]
}

/// A good token in a header that proxies write for programs of their own.
fn elsewhere(token: &str) -> Vec<Attack> {
    let rows = [
        ("token-in-proxy-authorization", "proxy-authorization"),
        ("token-in-x-forwarded-authorization", "x-forwarded-authorization"),
        ("token-in-x-original-authorization", "x-original-authorization"),
        ("token-in-authorization-with-underscore", "x_authorization"),
    ];
    let kind = NOTHING.row("F4").attacker(TokenHolder);
    let hope = "Whichever header holds a token is good enough, and a proxy lets this one through.";
    let row = |(name, header)| {
        kind.request(name, hope, |case| case.with_header(header, format!("Bearer {token}")))
    };
    rows.map(row).into()
}

/// A query ends up in logs, in histories and in `Referer` (RFC 9700 section 4.3.2).
fn in_query(token: &str) -> Vec<Attack> {
    let rows = [
        ("token-in-query", format!("?access_token={token}")),
        ("token-in-query-as-token", format!("?token={token}")),
        ("token-in-query-as-jwt", format!("?jwt={token}")),
        ("token-in-query-as-authorization", format!("?authorization=Bearer%20{token}")),
    ];
    let kind = NOTHING.row("F5").attacker(TokenHolder);
    let hope = "A token may stand in an address, where logs and other pages find it.";
    rows.map(|(name, query)| kind.request(name, hope, |case| case.with_query(query))).into()
}

/// What a gateway tells about a user whom it has let in. Nobody has let in this one.
fn names(user: &str) -> Vec<Attack> {
    let rows = [
        ("x-forwarded-user", "x-forwarded-user"),
        ("x-remote-user", "x-remote-user"),
        ("x-user-with-underscore", "x_forwarded_user"),
        ("x-authenticated-userid", "x-authenticated-userid"),
        ("x-amzn-oidc-identity", "x-amzn-oidc-identity"),
        ("x-auth-request-user", "x-auth-request-user"),
    ];
    let kind = NOTHING.row("F8");
    let hope = "A header that a gateway would write is believed whoever writes it.";
    rows.map(|(name, header)| kind.request(name, hope, |case| case.with_header(header, user)))
        .into()
}

/// A gate that is told of another path, or of a caller from within.
fn paths() -> Vec<Attack> {
    let rows = [
        ("x-original-url", "x-original-url", "/health"),
        ("x-rewrite-url", "x-rewrite-url", "/health"),
        ("x-forwarded-uri", "x-forwarded-uri", "/health"),
        ("x-forwarded-prefix", "x-forwarded-prefix", "/public"),
        ("x-forwarded-for-loopback", "x-forwarded-for", "127.0.0.1"),
        ("x-real-ip-loopback", "x-real-ip", "127.0.0.1"),
        ("x-middleware-subrequest", "x-middleware-subrequest", "middleware:middleware:middleware"),
    ];
    let kind = NOTHING.row("F9");
    let hope = "What is exempt from the gate is decided by what the caller says (CVE-2026-40575).";
    rows.map(|(name, header, value)| {
        kind.request(name, hope, |case| case.with_header(header, value))
    })
    .into()
}

/// No method is exempt, and no header changes it. `OPTIONS` is left to CORS.
fn methods() -> Vec<Attack> {
    let names = [
        ("x-http-method-override", "x-http-method-override"),
        ("x-http-method", "x-http-method"),
        ("x-method-override", "x-method-override"),
    ];
    let kind = NOTHING.row("F14");
    let hope = "The gate sees a method that is exempt, and the handler another one.";
    let overrides = names.map(|(name, header)| {
        kind.request(name, hope, |case| case.with_method("POST").with_header(header, "OPTIONS"))
    });
    let head = NOTHING.row("F13").request(
        "head-without-credential",
        "The gate has a list of methods, and this one is not in it.",
        |case| case.with_method("HEAD"),
    );
    [overrides.into(), vec![head]].concat()
}
