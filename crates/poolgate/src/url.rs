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

/// The origin of a URL that may be configured, as a browser writes it.
pub(crate) fn origin(text: &str) -> Option<String> {
    parse(text).map(|url| url.origin().ascii_serialization())
}

/// A URL that may be configured, in the one way that everybody reads alike.
pub(crate) fn normal_form(text: &str) -> Option<String> {
    parse(text).map(String::from)
}

/// Whether the scheme is https.
pub(crate) fn is_https(text: &str) -> bool {
    parse(text).is_some_and(|url| url.scheme() == "https")
}

/// Whether the host has a name, which is not an address and not one of this machine.
pub(crate) fn names_a_host(text: &str) -> bool {
    parse(text).is_some_and(|url| match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name != "localhost" && !name.ends_with(".localhost")
        }
        _ => false,
    })
}

/// Whether this is a host by name, in the form that it has in a URL, and nothing more.
pub(crate) fn is_host(text: &str) -> bool {
    let url = format!("https://{text}/");
    let host = parse(&url).and_then(|url| url.host_str().map(str::to_owned));
    host.as_deref() == Some(text) && names_a_host(&url)
}

/// Whether this stands for itself as one part of a URL's path.
pub(crate) fn is_path_segment(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    !text.is_empty() && text.bytes().all(is_plain) && ![".", ".."].contains(&text)
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

    #[test]
    fn hosts_and_parts_of_a_path() {
        for host in ["shop.eu.auth0.com", "id.example", "xn--bcher-kva.example"] {
            assert!(is_host(host), "{host}");
        }
        for text in [
            "",
            "https://id.example",
            "id.example/",
            "id.example/a",
            "id.example:8443",
            "a@id.example",
            "ID.example",
            "id.example?a",
            "id.example#a",
            "bücher.example",
            "127.0.0.1",
            "0x7f.1",
            "[::1]",
            "localhost",
            "a b",
        ] {
            assert!(!is_host(text), "{text:?}");
        }
        assert!(is_path_segment("aus1") && is_path_segment("example.com:shop"));
        for text in ["", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "a\\b", "é", "a b"] {
            assert!(!is_path_segment(text), "{text:?}");
        }
    }
}
