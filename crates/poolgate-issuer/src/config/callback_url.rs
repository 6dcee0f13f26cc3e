//! Which URLs a sign-in may lead back to.

/// Why Cognito would refuse it: allowed are https, http on this machine, and the schemes of apps, without fragment.
pub(crate) fn refusal(url: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = url.split_once(':') else {
        return Some("is not an absolute URL");
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !is_scheme || !url.chars().all(|c| c.is_ascii_graphic()) {
        return Some("is not an absolute URL");
    }
    if url.contains('#') {
        return Some("has a fragment");
    }
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    if !is_web {
        return None;
    }
    let Some(host) = host(rest) else {
        return Some("has no host");
    };
    let is_local = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
    (scheme.eq_ignore_ascii_case("http") && !is_local)
        .then_some("is http, which is allowed for localhost, 127.0.0.1 and [::1] only")
}

/// Of what follows the colon, without a port. User names in URLs are not understood, and so refused as hosts.
fn host(rest: &str) -> Option<&str> {
    let authority = rest.strip_prefix("//")?.split(['/', '?']).next()?;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    };
    (!host.is_empty() && !host.contains('@')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_the_web_of_this_machine_and_of_apps_are_allowed() {
        for url in [
            "https://shop.example/callback?a=b",
            "https://shop.example:8443",
            "http://localhost",
            "http://localhost:3000/callback",
            "http://127.0.0.1:1/",
            "http://[::1]:3000/",
            "myapp://callback",
            "com.example.app:/callback",
        ] {
            assert_eq!(refusal(url), None, "{url}");
        }
    }

    #[test]
    fn others_are_refused() {
        for (url, reason) in [
            ("/callback", "is not an absolute URL"),
            ("", "is not an absolute URL"),
            ("1app://x", "is not an absolute URL"),
            ("https://a b", "is not an absolute URL"),
            ("https://a/#x", "has a fragment"),
            ("https:///x", "has no host"),
            ("https://me@a/", "has no host"),
            ("http://shop.example", "is http, which is allowed for"),
            ("HTTP://shop.example", "is http, which is allowed for"),
            ("http://localhost.example", "is http, which is allowed for"),
        ] {
            let refused = refusal(url).unwrap_or_default();
            assert!(refused.starts_with(reason) && !refused.is_empty(), "{url}: {refused}");
        }
    }
}
