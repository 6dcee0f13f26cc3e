//! No method is exempt, `OPTIONS` neither, and no header changes the method.

use super::{
    case::HttpCase,
    expected::{HttpExpected, allows, refuses},
    route::HttpRoute::{Cookie, Verified},
    tokens::alice,
};
use crate::issuer::TestIssuer;

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    [every_method(issuer), preflight(), overrides(issuer)].concat()
}

fn every_method(issuer: &TestIssuer) -> Vec<HttpCase> {
    let (good, expired) = (alice(issuer).sign(), alice(issuer).expired().sign());
    let bearer = |token: &str| vec![format!("Bearer {token}")];
    let credentials = [
        ("no credential", vec![], refuses("missing_token")),
        ("a good token", bearer(&good), allows("alice")),
        ("an expired token", bearer(&expired), refuses("token_expired")),
        (
            "no token behind the scheme",
            vec!["Bearer".to_owned()],
            refuses("malformed_authorization"),
        ),
    ];
    let of_method = |method: &'static str| -> Vec<HttpCase> {
        let case = move |(what, values, expected): (&str, Vec<String>, HttpExpected)| {
            let case = HttpCase::new(Verified, what, expected).with_method(method);
            values.into_iter().fold(case, HttpCase::with_authorization)
        };
        // That one is among the attacks.
        let is_new = |what: &str| method != "HEAD" || what != "no credential";
        credentials.clone().into_iter().filter(|(what, ..)| is_new(what)).map(case).collect()
    };
    METHODS.iter().flat_map(|method| of_method(method)).collect()
}

/// Browsers send no credentials along. To answer is the job of a CORS layer in front of the gate.
fn preflight() -> Vec<HttpCase> {
    let case = HttpCase::new(Verified, "a preflight", refuses("missing_token"));
    let headers = [
        ("origin", "https://app.example.com"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ];
    vec![case.with_method("OPTIONS").with_headers(headers)]
}

/// A `POST` stays one, and so does a `GET`. Without a credential, these are among the attacks.
fn overrides(issuer: &TestIssuer) -> Vec<HttpCase> {
    let token = alice(issuer).sign();
    let headers = ["x-http-method-override", "x-http-method", "x-method-override"];
    let of_header = |name| {
        [
            HttpCase::new(Cookie, format!("{name}: GET"), refuses("cross_site_request"))
                .with_method("POST")
                .with_cookie(&token)
                .with_header(name, "GET"),
            HttpCase::new(Cookie, format!("{name}: DELETE"), allows("alice"))
                .with_cookie(&token)
                .with_header(name, "DELETE"),
        ]
    };
    let in_query = HttpCase::new(Cookie, "_method=GET in the query", refuses("cross_site_request"))
        .with_method("POST")
        .with_cookie(&token)
        .with_query("?_method=GET");
    headers.into_iter().flat_map(of_header).chain([in_query]).collect()
}

/// `GET` has cases of its own.
const METHODS: [&str; 6] = ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
