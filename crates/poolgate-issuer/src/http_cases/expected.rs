//! What must come back.

/// What must come back for an [`HttpCase`](crate::HttpCase).
///
/// [`HttpCase::check`](crate::HttpCase::check) compares all of it at once; the parts are here for services that answer
/// in words of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpExpected {
    status: u16,
    code: Option<&'static str>,
    challenge: Option<String>,
    body: String,
    vary: &'static [&'static str],
}

impl HttpExpected {
    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// poolgate's code of the refusal, such as `token_expired`, or `None` if the handler answers.
    ///
    /// Clients do not see it: all faults of a token look the same from outside. A service can be told to write it
    /// into its bodies, or into its log.
    pub fn code(&self) -> Option<&'static str> {
        self.code
    }

    /// The one value of `WWW-Authenticate`, or `None` if there must not be any.
    pub fn challenge(&self) -> Option<&str> {
        self.challenge.as_deref()
    }

    /// The body, empty in an answer to `HEAD`.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Whether `Retry-After` must hold a number of seconds. Otherwise there must not be any.
    pub fn retry_after(&self) -> bool {
        self.status == 503
    }

    /// Whether `Cache-Control` must hold `no-store`: every refusal must not be kept.
    pub fn no_store(&self) -> bool {
        self.code.is_some()
    }

    /// The media type of a refusal's body, or `None` where that is up to the handler.
    pub fn content_type(&self) -> Option<&'static str> {
        self.code.map(|_| "application/json")
    }

    /// The header names that `Vary` must hold: those that can carry the token, but `Authorization`.
    pub fn vary(&self) -> &'static [&'static str] {
        self.vary
    }

    pub(crate) fn varying_by(self, vary: &'static [&'static str]) -> Self {
        Self { vary, ..self }
    }

    pub(crate) fn without_body(self) -> Self {
        Self { body: String::new(), ..self }
    }
}

/// The handler answers with this body.
pub(crate) fn allows(body: &str) -> HttpExpected {
    HttpExpected { status: 200, code: None, challenge: None, body: body.to_owned(), vary: &[] }
}

/// The request is refused with this code.
pub(crate) fn refuses(code: &'static str) -> HttpExpected {
    let (status, challenge, error) = answer(code);
    HttpExpected {
        status,
        code: Some(code),
        challenge: challenge.map(str::to_owned),
        body: format!(r#"{{"error":"{error}"}}"#),
        vary: &[],
    }
}

/// The request lacks these scopes, and the challenge names them.
pub(crate) fn asks_for_scopes(scopes: &str) -> HttpExpected {
    let expected = refuses("insufficient_scope");
    let challenge = expected.challenge.map(|start| format!(r#"{start}, scope="{scopes}""#));
    HttpExpected { challenge, ..expected }
}

/// The status, the challenge (RFC 6750 section 3) and the `error` of the body.
fn answer(code: &str) -> (u16, Option<&'static str>, &'static str) {
    match code {
        "missing_token" => (401, Some("Bearer"), "unauthorized"),
        "malformed_authorization" => {
            (400, Some(r#"Bearer error="invalid_request""#), "invalid_request")
        }
        "token_malformed"
        | "invalid_algorithm"
        | "key_not_found"
        | "invalid_signature"
        | "invalid_issuer"
        | "invalid_audience"
        | "invalid_client"
        | "invalid_token_use"
        | "token_expired"
        | "token_not_yet_valid"
        | "invalid_claim"
        | "missing_claim" => (401, Some(r#"Bearer error="invalid_token""#), "invalid_token"),
        "insufficient_group" | "insufficient_scope" => {
            (403, Some(r#"Bearer error="insufficient_scope""#), "insufficient_scope")
        }
        "claims_mismatch" | "cross_site_request" => (403, None, "forbidden"),
        "middleware_missing" => (500, None, "server_error"),
        "keys_unavailable" => (503, None, "temporarily_unavailable"),
        unknown => unreachable!("{unknown} is not a code of the table"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_follows_from_its_code() {
        let expected = refuses("keys_unavailable");

        assert_eq!((expected.status(), expected.code()), (503, Some("keys_unavailable")));
        assert_eq!(expected.challenge(), None);
        assert_eq!(expected.body(), r#"{"error":"temporarily_unavailable"}"#);
        assert!(expected.retry_after() && expected.no_store());
        assert_eq!(expected.content_type(), Some("application/json"));
        assert!(!refuses("missing_token").retry_after());
    }

    #[test]
    fn a_scope_challenge_names_the_scopes() {
        let expected = asks_for_scopes("a b");

        let challenge = r#"Bearer error="insufficient_scope", scope="a b""#;
        assert_eq!(expected.challenge(), Some(challenge));
        assert_eq!(expected.status(), 403);
    }

    #[test]
    fn an_answer_of_the_handler_is_its_own() {
        let expected = allows("alice").varying_by(&["cookie", "origin"]);

        assert_eq!((expected.status(), expected.code(), expected.body()), (200, None, "alice"));
        assert!(!expected.no_store());
        assert_eq!((expected.content_type(), expected.challenge()), (None, None));
        assert_eq!(expected.vary(), ["cookie", "origin"]);
        assert_eq!(expected.without_body().body(), "");
    }
}
