//! The discovery document of an issuer (OpenID Connect Discovery 1.0 §4), of which one thing is
//! believed: where the keys are.

use crate::{
    json::{self, Item},
    url,
};

/// From where the keys of an issuer may come, besides its own origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct JwksOrigins {
    /// The other origins that somebody listed.
    pub(crate) listed: Option<Vec<String>>,
    /// Whether nobody wrote the issuer into the configuration: a lookup found it.
    pub(crate) is_looked_up: bool,
}

impl JwksOrigins {
    /// Who names an issuer in the configuration trusts it to say where its keys are, by the name
    /// of any host. An address could be one of this network, so it has to be listed; and so has
    /// everything that an issuer says whom a lookup found.
    fn allow(&self, jwks_uri: &str, issuer: &str) -> bool {
        let origin = url::origin(jwks_uri);
        match &self.listed {
            _ if origin == url::origin(issuer) => true,
            Some(listed) => origin.is_some_and(|origin| listed.contains(&origin)),
            None => !self.is_looked_up && url::names_a_host(jwks_uri),
        }
    }
}

/// Where the discovery document of this issuer is (§4.1).
pub(crate) fn document_url(issuer: &str) -> String {
    let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
    format!("{issuer}/.well-known/openid-configuration")
}

/// The URL of the keys, if the document is this issuer's own (§4.3) and the keys may be there.
pub(crate) fn jwks_uri(
    document: &[u8],
    issuer: &str,
    allowed: &JwksOrigins,
) -> Result<String, &'static str> {
    let text = std::str::from_utf8(document).map_err(|_| NOT_JSON)?;
    let (mut named, mut jwks_uri) = (None, None);
    json::walk_object(text.trim_matches(JSON_BLANKS), |name, item| match (name, item) {
        ("issuer", Item::Text(text)) => named = Some(text),
        ("jwks_uri", Item::Text(text)) => jwks_uri = Some(text),
        _ => {}
    })
    .map_err(|_| NOT_JSON)?;
    if named.ok_or("the discovery document names no issuer")? != issuer {
        return Err("the discovery document names another issuer, if only by a slash");
    }
    let jwks_uri = jwks_uri.ok_or("the discovery document names no jwks_uri")?;
    let is_as_safe = url::is_https(&jwks_uri) || !url::is_https(issuer);
    let is_short = jwks_uri.len() <= MAX_URI_BYTES;
    // From here on in the one way to write it: who fetches it may have another parser.
    let jwks_uri = url::normal_form(&jwks_uri).filter(|_| is_short && is_as_safe);
    let jwks_uri = jwks_uri.ok_or("the jwks_uri is not an https URL")?;
    if !allowed.allow(&jwks_uri, issuer) {
        return Err("the jwks_uri is of an origin that Policy::jwks_origins does not list");
    }
    Ok(jwks_uri)
}

/// Whether the keys are at another origin than the issuer.
pub(crate) fn is_elsewhere(jwks_uri: &str, issuer: &str) -> bool {
    url::origin(jwks_uri) != url::origin(issuer)
}

const NOT_JSON: &str = "the discovery document is not one strict JSON object";

/// What JSON allows around a value (RFC 8259 §2).
const JSON_BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// More than any server takes.
const MAX_URI_BYTES: usize = 2_048;

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example/realms/shop";

    fn document(issuer: &str, jwks_uri: &str) -> String {
        serde_json::json!({ "issuer": issuer, "jwks_uri": jwks_uri, "x": [{}] }).to_string()
    }

    fn listed(origins: &[&str]) -> JwksOrigins {
        let listed = Some(origins.iter().map(ToString::to_string).collect());
        JwksOrigins { listed, is_looked_up: false }
    }

    #[test]
    fn one_slash_is_left_out() {
        for (issuer, url) in [
            ("https://a", "https://a/.well-known/openid-configuration"),
            ("https://a/", "https://a/.well-known/openid-configuration"),
            ("https://a//", "https://a//.well-known/openid-configuration"),
            ("https://a/b/", "https://a/b/.well-known/openid-configuration"),
        ] {
            assert_eq!(document_url(issuer), url);
        }
    }

    #[test]
    fn blanks_around_the_document_are_json_and_others_are_not() {
        let keys = "https://id.example/keys";
        let found = |text: &str| jwks_uri(text.as_bytes(), ISSUER, &JwksOrigins::default());
        let plain = document(ISSUER, keys);
        assert_eq!(found(&plain).as_deref(), Ok(keys));
        assert_eq!(found(&format!("\r\n {plain}\n\t")).as_deref(), Ok(keys));
        for text in [format!("\u{feff}{plain}"), format!("\u{a0}{plain}"), format!("{plain}{{}}")] {
            assert_eq!(found(&text), Err(NOT_JSON), "{text:?}");
        }
    }

    #[test]
    fn the_issuer_is_compared_byte_by_byte() {
        for other in [
            "https://id.example/realms/shop/",
            "https://id.example/realms/Shop",
            "https://ID.example/realms/shop",
            "https://id.example:443/realms/shop",
            "http://id.example/realms/shop",
            "https://id.example./realms/shop",
            "",
        ] {
            let document = document(other, "https://id.example/keys");
            let found = jwks_uri(document.as_bytes(), ISSUER, &JwksOrigins::default());
            assert_eq!(
                found,
                Err("the discovery document names another issuer, if only by a slash"),
                "{other}"
            );
        }
    }

    #[test]
    fn keys_may_come_from_where_somebody_says() {
        let (any, own) = (JwksOrigins::default(), listed(&[]));
        let looked_up = JwksOrigins { is_looked_up: true, ..any.clone() };
        let other = listed(&["https://keys.example", "https://10.0.0.1"]);
        for (uri, taken_by) in [
            ("https://id.example/keys", [true, true, true, true]),
            ("https://ID.example:443/keys?a=1", [true, true, true, true]),
            ("https://keys.example/a", [true, false, false, true]),
            ("https://id.example:8443/keys", [true, false, false, false]),
            ("https://keys.example.evil.example/", [true, false, false, false]),
            ("https://10.0.0.1/keys", [false, false, false, true]),
            ("https://169.254.169.254/keys", [false; 4]),
            ("https://127.0.0.1/keys", [false; 4]),
            ("https://0x7f.1/keys", [false; 4]),
            ("https://[::1]/keys", [false; 4]),
            ("https://localhost/keys", [false; 4]),
            ("https://a.localhost./keys", [false; 4]),
            ("http://id.example/keys", [false; 4]),
            ("http://127.0.0.1/keys", [false; 4]),
            ("https://id.example@evil.example/keys", [false; 4]),
            ("https://id.example/keys#a", [false; 4]),
            ("file:///etc/passwd", [false; 4]),
            ("/keys", [false; 4]),
            ("", [false; 4]),
        ] {
            let document = document(ISSUER, uri);
            let is_taken = [&any, &own, &looked_up, &other]
                .map(|allowed| jwks_uri(document.as_bytes(), ISSUER, allowed).is_ok());
            assert_eq!(is_taken, taken_by, "{uri}");
        }
        let long = document(ISSUER, &format!("https://id.example/{}", "a".repeat(2_048)));
        assert!(jwks_uri(long.as_bytes(), ISSUER, &any).is_err());
    }

    #[test]
    fn a_url_is_handed_on_as_it_was_understood() {
        for (uri, understood) in [
            ("https://id.example/keys?a=1", "https://id.example/keys?a=1"),
            ("HTTPS://ID.example:443/a/../keys", "https://id.example/keys"),
            ("https://id.example", "https://id.example/"),
        ] {
            let document = document(ISSUER, uri);
            let found = jwks_uri(document.as_bytes(), ISSUER, &JwksOrigins::default());
            assert_eq!(found.as_deref(), Ok(understood));
        }
    }

    #[test]
    fn an_issuer_of_this_machine_may_use_http() {
        let issuer = "http://127.0.0.1:8080/pool";
        for (uri, is_taken) in [
            ("http://127.0.0.1:8080/keys", true),
            ("https://id.example/keys", true),
            ("http://id.example/keys", false),
            ("http://127.0.0.1:9/keys", false),
        ] {
            let document = document(issuer, uri);
            let found = jwks_uri(document.as_bytes(), issuer, &JwksOrigins::default());
            assert_eq!(found.is_ok(), is_taken, "{uri}");
        }
    }
}
