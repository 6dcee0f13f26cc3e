//! Which URLs may be configured.

use url::{Host, Url};

/// Whether this can be an issuer: an https URL, or an http URL that names this machine, without
/// user, query and fragment (OpenID Connect Discovery 1.0 §2).
pub(crate) fn is_issuer(text: &str) -> bool {
    parse(text).is_some_and(|url| url.query().is_none())
}

/// Whether keys may be fetched from here; some providers ask for a query.
pub(crate) fn is_jwks_url(text: &str) -> bool {
    parse(text).is_some()
}

/// Whether this is how a browser writes the origin of an https page, or of a page of this machine
/// (RFC 6454 §6.1); and neither `null` nor a pattern, which would never match.
pub(crate) fn is_origin(text: &str) -> bool {
    let written = parse(text).map(|url| url.origin().ascii_serialization());
    written.as_deref() == Some(text) && !text.contains('*')
}

fn parse(text: &str) -> Option<Url> {
    // What a browser would repair (`https:///a`, `https:\\a`, `https:a`) is not accepted.
    let (_, rest) = text.split_once("://")?;
    let has_authority = !rest.starts_with(['/', '\\']);
    let is_clean = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(text).ok().filter(|_| is_clean && has_authority)?;
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => is_this_machine(&url.host()?),
        _ => false,
    };
    let is_plain =
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_safe && is_plain && url.has_host()).then_some(url)
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_or_this_machine() {
        for text in [
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
            "https://id.example:8443",
            "http://localhost:9229/local_abc",
            "http://127.0.0.1:80/",
            "http://[::1]:80/",
        ] {
            assert!(is_issuer(text) && is_jwks_url(text), "{text}");
        }
        for text in [
            "",
            "id.example",
            "//id.example",
            "https://",
            "https:///a",
            "https:a",
            "https:/a",
            "https:\\\\a",
            "https://id.example\\@evil.example",
            "http://id.example",
            "http://10.0.0.1",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://169.254.169.254/latest",
            "ftp://localhost",
            "file:///etc/passwd",
            "https://user@id.example",
            "https://:secret@id.example",
            "https://id.example/#a",
            "https://id.example/ a",
            "https://id.example/\n",
            " https://id.example",
            "https://é.example",
        ] {
            assert!(!is_issuer(text) && !is_jwks_url(text), "{text:?}");
        }
        assert!(is_jwks_url("https://id.example/keys?app=1"));
        assert!(!is_issuer("https://id.example/keys?app=1"));
    }
}
