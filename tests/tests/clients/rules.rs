//! The rules: what is called, what the client sees, what the server notices.
//!
//! The server's side is a list of notes: `preflight` was answered, a handler has `handled` the
//! call, and the status of the answer, with the code of the error if it is a refusal.

use crate::{
    api::{Api, COOKIE},
    call::{Call, Seen, blind_post, form, get, post, socket},
};

/// One rule, and the call that shows it.
pub(crate) struct Rule {
    pub(crate) what: &'static str,
    pub(crate) call: Call,
    pub(crate) client: Seen,
    pub(crate) server: String,
}

/// An origin that is listed, where no page of a test comes from.
pub(crate) const LISTED: &str = "https://app.example.com";

/// For programs, which send what they are told to, and read what comes back.
pub(crate) fn of_programs(api: &Api) -> Vec<Rule> {
    let rules = of_authorization(api).into_iter().chain(of_cookies(api));
    let readable = |(what, call, client)| {
        let server = noticed(&client);
        rule(what, call, client, &server)
    };
    rules.map(readable).collect()
}

fn of_authorization(api: &Api) -> Vec<(&'static str, Call, Seen)> {
    let alice = &api.world().issuer.access_token().username("alice").sign();
    let admin = &api.world().issuer.access_token().username("alice").group("Admins").sign();
    let expired = &api.world().issuer.access_token().expired().sign();
    let id_token = &api.world().issuer.id_token().sign();
    let me = |value: &str| get("/me").header("Authorization", value);
    vec![
        ("no credential", get("/me"), missing()),
        ("a token", get("/me").bearer(alice), body("alice")),
        ("a token, to change something", post("/me").bearer(alice), body("alice")),
        ("from any origin", from(EVIL, post("/me")).bearer(alice), body("alice")),
        ("the scheme in small letters", me(&format!("bearer {alice}")), body("alice")),
        ("an expired token", get("/me").bearer(expired), invalid("token_expired")),
        ("an ID token", get("/me").bearer(id_token), invalid("invalid_token_use")),
        ("no token at all", get("/me").bearer("garbage"), invalid("token_malformed")),
        ("a member of the group", get("/admin").bearer(admin), body("alice")),
        ("no member of the group", get("/admin").bearer(alice), insufficient_group()),
        ("an empty header", me(""), missing()),
        ("another scheme", me("Basic YTpi"), missing()),
        ("a scheme alone", me("Bearer"), malformed()),
        ("a scheme with a colon", me(&format!("Bearer: {alice}")), malformed()),
        ("two tokens", me(&format!("Bearer {alice} {alice}")), malformed()),
        ("two headers", get("/me").bearer(alice).bearer(alice), malformed()),
        ("two schemes", me("Basic YTpi").bearer(alice), malformed()),
        ("a token in the URL", get(&format!("/me?access_token={alice}")), missing()),
    ]
}

fn of_cookies(api: &Api) -> Vec<(&'static str, Call, Seen)> {
    let alice = &api.world().issuer.access_token().username("alice").sign();
    let expired = &api.world().issuer.access_token().expired().sign();
    let cookie = &format!("{COOKIE}={alice}");
    let with = |value: &str, call: Call| call.header("Cookie", value);
    vec![
        ("a cookie", with(cookie, get("/me")), body("alice")),
        ("among others", with(&format!("a=b; {cookie}; c=d"), get("/me")), body("alice")),
        ("from any origin, to read", from(EVIL, with(cookie, get("/me"))), body("alice")),
        ("no origin", with(cookie, post("/me")), cross_site()),
        ("a listed origin", from(LISTED, with(cookie, post("/me"))), body("alice")),
        ("an unlisted origin", from(EVIL, with(cookie, post("/me"))), cross_site()),
        ("the origin of no page", from("null", with(cookie, post("/me"))), cross_site()),
        ("two origins", from(LISTED, from(LISTED, with(cookie, post("/me")))), cross_site()),
        (
            "the same origin",
            with(cookie, post("/me")).header("Sec-Fetch-Site", "same-origin"),
            body("alice"),
        ),
        (
            "the same site",
            with(cookie, post("/me")).header("Sec-Fetch-Site", "same-site"),
            cross_site(),
        ),
        (
            "an expired token",
            with(&format!("{COOKIE}={expired}"), get("/me")),
            invalid("token_expired"),
        ),
        ("another cookie", with(&format!("access_token={alice}"), get("/me")), missing()),
        ("the cookie twice", with(&format!("{cookie}; {cookie}"), get("/me")), malformed()),
        ("a header and a cookie", with(cookie, get("/me")).bearer(alice), malformed()),
    ]
}

/// For pages that may read and change whatever the user may.
pub(crate) fn of_a_listed_origin(api: &Api) -> Vec<Rule> {
    let alice = &api.world().issuer.access_token().username("alice").sign();
    let expired = &api.world().issuer.access_token().expired().sign();
    let me = || get("/me").with_cookies();
    let change = || post("/me").with_cookies();
    vec![
        rule("nothing", get("/me"), missing(), "401 missing_token"),
        rule("a header", get("/me").bearer(alice), body("alice"), "preflight, handled, 200"),
        rule(
            "an expired token",
            get("/me").bearer(expired),
            invalid("token_expired"),
            "preflight, 401 token_expired",
        ),
        rule(
            "no member of the group",
            get("/admin").bearer(alice),
            insufficient_group(),
            "preflight, 403 insufficient_group",
        ),
        rule("the cookie", me(), body("alice"), "handled, 200"),
        rule("the cookie, to change something", change(), body("alice"), "handled, 200"),
        rule(
            "the same, and never mind the answer",
            blind_post("/me").with_cookies(),
            Seen::Opaque,
            "handled, 200",
        ),
        rule(
            "a header and the cookie",
            me().bearer(alice),
            malformed(),
            "preflight, 400 malformed_authorization",
        ),
        rule("a WebSocket", socket("/live"), Seen::Message("alice".into()), "handled, 101"),
        rule("a form", form("/me"), Seen::Nothing, "handled, 200"),
    ]
}

/// For pages of anybody else. What a `GET` with the cookie does to them shows why none may change
/// anything: its handler runs, and only the answer is kept from the page.
pub(crate) fn of_an_unlisted_origin(api: &Api) -> Vec<Rule> {
    let alice = &api.world().issuer.access_token().username("alice").sign();
    let change = || post("/me").with_cookies();
    let blind_change = || blind_post("/me").with_cookies();
    vec![
        rule("a header", get("/me").bearer(alice), Seen::Nothing, "preflight"),
        rule("a header, to change", post("/me").bearer(alice), Seen::Nothing, "preflight"),
        rule("the cookie", get("/me").with_cookies(), Seen::Nothing, "handled, 200"),
        rule("the cookie, to change", change(), Seen::Nothing, CROSS_SITE),
        rule("the same, and never mind the answer", blind_change(), Seen::Opaque, CROSS_SITE),
        rule("a WebSocket", socket("/live"), Seen::Nothing, CROSS_SITE),
        rule("a form", form("/me"), Seen::Nothing, CROSS_SITE),
    ]
}

fn rule(what: &'static str, call: Call, client: Seen, server: &str) -> Rule {
    Rule { what, call, client, server: server.to_owned() }
}

/// What the server notices of an answer that the client can read.
fn noticed(client: &Seen) -> String {
    match client {
        Seen::Answer { status: status @ 400.., body, .. } => format!("{status} {body}"),
        _ => "handled, 200".to_owned(),
    }
}

fn from(origin: &str, call: Call) -> Call {
    call.header("Origin", origin)
}

fn body(text: &str) -> Seen {
    Seen::body(text)
}

fn missing() -> Seen {
    Seen::refusal(401, "missing_token", Some("Bearer"))
}

fn malformed() -> Seen {
    let challenge = r#"Bearer error="invalid_request""#;
    Seen::refusal(400, "malformed_authorization", Some(challenge))
}

fn invalid(code: &str) -> Seen {
    Seen::refusal(401, code, Some(r#"Bearer error="invalid_token""#))
}

fn insufficient_group() -> Seen {
    let challenge = r#"Bearer error="insufficient_scope""#;
    Seen::refusal(403, "insufficient_group", Some(challenge))
}

fn cross_site() -> Seen {
    Seen::refusal(403, "cross_site_request", None)
}

const CROSS_SITE: &str = "403 cross_site_request";

const EVIL: &str = "https://evil.example";
