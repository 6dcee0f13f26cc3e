//! Where a request may carry its token.

use crate::{
    ConfigError, Error, RequestHead,
    bearer::{bearer, is_tchar, token68},
    cookie::Cookie,
};

/// A place in a request where a token may be. A URL is none: it ends up in logs.
///
/// ```
/// use poolgate::Source;
///
/// let for_browsers = [Source::authorization(), Source::cookie(["https://app.example.com"])?];
/// let behind_a_load_balancer = [Source::header("x-amzn-oidc-accesstoken")?];
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Authorization,
    Header(String),
    Cookie(Cookie),
}

impl Source {
    /// `Authorization: Bearer` (RFC 6750 §2.1).
    #[must_use]
    pub const fn authorization() -> Self {
        Self(Kind::Authorization)
    }

    /// A header of this name, whose one value is the bare token.
    ///
    /// # Errors
    /// [`ConfigError::Source`] if it is not a header's name, or `authorization` or `cookie`, which
    /// have their own grammar.
    pub fn header(name: impl Into<String>) -> Result<Self, ConfigError> {
        let name = name.into();
        let lower = name.to_ascii_lowercase();
        let is_name = !lower.is_empty() && lower.bytes().all(is_tchar);
        if !is_name || ["authorization", "cookie"].contains(&lower.as_str()) {
            return Err(ConfigError::Source { value: name });
        }
        Ok(Self(Kind::Header(lower)))
    }

    /// The cookie `__Host-access_token`, from pages of these origins.
    ///
    /// A browser sends a cookie whoever asks it to. So a request that could change something (any
    /// method but `GET`, `HEAD`, `OPTIONS` and `TRACE`) or opens another protocol (`Upgrade`)
    /// passes only with an `Origin` that is listed, or without one and with `Sec-Fetch-Site:
    /// same-origin`. The service's own origin has to be listed too: nothing is derived from
    /// `Host`. A form on a page with `Referrer-Policy: no-referrer` sends `Origin: null` and is
    /// refused. No handler behind such a gate may change anything on `GET`.
    ///
    /// A cookie that is not valid is refused even by an [optional](crate::Gate::optional) gate, so
    /// sign-out has to delete it.
    ///
    /// Only the host itself can set a cookie whose name begins with `__Host-`, and only over
    /// https (RFC 6265bis §4.1.3.2).
    ///
    /// # Errors
    /// [`ConfigError::Origin`] if one is not an origin such as `https://app.example.com`, or none
    /// is given.
    pub fn cookie<O: Into<String>>(
        origins: impl IntoIterator<Item = O>,
    ) -> Result<Self, ConfigError> {
        Self::named_cookie(DEFAULT_COOKIE, origins)
    }

    /// The same with a cookie of another name, which begins with `__Host-`.
    ///
    /// # Errors
    /// Also [`ConfigError::Source`] if the name does not, or is no cookie's name.
    pub fn named_cookie<O: Into<String>>(
        name: impl Into<String>,
        origins: impl IntoIterator<Item = O>,
    ) -> Result<Self, ConfigError> {
        let name = name.into();
        if name.starts_with(HOST_PREFIX) {
            Self::dangerously_named_cookie(name, origins)
        } else {
            Err(ConfigError::Source { value: name })
        }
    }

    /// The same with any name: a sister domain, or a network where http is used, can then plant
    /// the cookie of another user.
    ///
    /// # Errors
    /// As [`named_cookie`](Self::named_cookie), but for the prefix.
    pub fn dangerously_named_cookie<O: Into<String>>(
        name: impl Into<String>,
        origins: impl IntoIterator<Item = O>,
    ) -> Result<Self, ConfigError> {
        Cookie::new(name.into(), origins).map(|cookie| Self(Kind::Cookie(cookie)))
    }

    fn is_same_place(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kind::Cookie(one), Kind::Cookie(other)) => one.name() == other.name(),
            _ => self == other,
        }
    }

    fn look<'h>(&self, head: &'h impl RequestHead) -> Result<Credential<'h>, Error> {
        match &self.0 {
            Kind::Authorization => match bearer(head.values("authorization")) {
                Ok(token) => Ok(Credential::Token(token)),
                Err(Error::MissingToken) if head.values("authorization").next().is_none() => {
                    Ok(Credential::Nothing)
                }
                Err(Error::MissingToken) => Ok(Credential::OtherScheme),
                Err(error) => Err(error),
            },
            Kind::Header(name) => bare(one(head.values(name))?),
            Kind::Cookie(cookie) => bare(one(cookie.values(head))?),
        }
    }

    /// Whether a request with its token here may be meant.
    fn allows(&self, head: &impl RequestHead) -> bool {
        match &self.0 {
            Kind::Cookie(cookie) => cookie.allows(head),
            Kind::Authorization | Kind::Header(_) => true,
        }
    }
}

enum Credential<'h> {
    Nothing,
    /// For somebody else.
    OtherScheme,
    Token(&'h str),
}

/// The sources of a gate: at least one, no two of them the same place.
#[derive(Clone, Debug)]
pub(crate) struct Sources(Vec<Source>);

impl Sources {
    pub(crate) fn new(sources: impl IntoIterator<Item = Source>) -> Result<Self, ConfigError> {
        let sources: Vec<Source> = sources.into_iter().collect();
        let others = |at: usize| sources.iter().skip(at.saturating_add(1));
        let is_twice = |(at, source): (usize, &Source)| others(at).any(|o| o.is_same_place(source));
        if sources.is_empty() || sources.iter().enumerate().any(is_twice) {
            return Err(ConfigError::Sources);
        }
        Ok(Self(sources))
    }

    /// Finds the one token of a request. Credentials in two places are refused: two programs
    /// could each take another one (RFC 6750 §2).
    pub(crate) fn find<'h>(&self, head: &'h impl RequestHead) -> Result<&'h str, Error> {
        let mut found = None;
        for source in &self.0 {
            let token = match source.look(head)? {
                Credential::Nothing => continue,
                Credential::OtherScheme => None,
                Credential::Token(token) => Some(token),
            };
            if found.replace((source, token)).is_some() {
                return Err(Error::MalformedAuthorization);
            }
        }
        match found {
            Some((source, Some(token))) if source.allows(head) => Ok(token),
            Some((_, Some(_))) => Err(Error::CrossSiteRequest),
            Some((_, None)) | None => Err(Error::MissingToken),
        }
    }

    /// The headers on which an answer depends, for caches (RFC 9110 §12.5.5). They know that it
    /// depends on `Authorization` (RFC 9111 §3.5).
    pub(crate) fn vary(&self) -> Option<String> {
        let names = self.0.iter().filter_map(|source| match &source.0 {
            Kind::Authorization => None,
            Kind::Header(name) => Some(name.as_str()),
            Kind::Cookie(_) => Some("Cookie, Origin"),
        });
        let names: Vec<&str> = names.collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

impl Default for Sources {
    fn default() -> Self {
        Self(vec![Source::authorization()])
    }
}

/// The only value, if there is one.
fn one<'h>(mut values: impl Iterator<Item = &'h [u8]>) -> Result<Option<&'h [u8]>, Error> {
    let value = values.next();
    if values.next().is_some() { Err(Error::MalformedAuthorization) } else { Ok(value) }
}

fn bare(value: Option<&[u8]>) -> Result<Credential<'_>, Error> {
    let Some(value) = value else { return Ok(Credential::Nothing) };
    token68(value).map(Credential::Token).ok_or(Error::MalformedAuthorization)
}

const HOST_PREFIX: &str = "__Host-";

const DEFAULT_COOKIE: &str = "__Host-access_token";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_head::tests::Head;

    const MALFORMED: Result<&str, Error> = Err(Error::MalformedAuthorization);
    const MISSING: Result<&str, Error> = Err(Error::MissingToken);

    fn sources() -> Sources {
        let cookie = Source::cookie(["https://app.example"]).unwrap();
        let header = Source::header("X-Access-Token").unwrap();
        Sources::new([Source::authorization(), header, cookie]).unwrap()
    }

    #[test]
    fn one_credential_in_one_place() {
        for (name, headers, expected) in [
            ("nothing", &[][..], MISSING),
            ("authorization", &[("authorization", "Bearer a")], Ok("a")),
            ("a header", &[("x-access-token", "a.b")], Ok("a.b")),
            ("a cookie", &[("cookie", "x=1; __Host-access_token=a")], Ok("a")),
            ("another scheme", &[("authorization", "Basic YTpi")], MISSING),
            ("another cookie", &[("cookie", "access_token=a")], MISSING),
            ("an empty header", &[("x-access-token", "")], MALFORMED),
            ("a scheme in the header", &[("x-access-token", "Bearer a")], MALFORMED),
            ("the header twice", &[("x-access-token", "a"), ("x-access-token", "a")], MALFORMED),
            ("a header and a cookie", &[BEARER, COOKIE], MALFORMED),
            ("two headers", &[BEARER, ("x-access-token", "a")], MALFORMED),
            ("a scheme and a cookie", &[("authorization", "Basic YTpi"), COOKIE], MALFORMED),
            ("an empty authorization and a cookie", &[("authorization", ""), COOKIE], MALFORMED),
        ] {
            let head = Head { method: "GET", headers };
            assert_eq!(sources().find(&head), expected, "{name}");
        }
    }

    const BEARER: (&str, &str) = ("authorization", "Bearer a");
    const COOKIE: (&str, &str) = ("cookie", "__Host-access_token=a");

    #[test]
    fn what_is_not_configured_is_not_looked_at() {
        let headers = &[BEARER, COOKIE, ("x-access-token", "b"), ("x-other", "c")];
        let only = Sources::new([Source::header("x-other").unwrap()]).unwrap();
        assert_eq!(only.find(&Head { method: "POST", headers }), Ok("c"));
    }

    #[test]
    fn a_cookie_from_elsewhere_is_refused_after_a_malformed_request() {
        let cross = [COOKIE, ("origin", "https://evil.example")];
        let head = Head { method: "POST", headers: &cross };
        assert_eq!(sources().find(&head), Err(Error::CrossSiteRequest));
        let both = [COOKIE, ("origin", "https://evil.example"), BEARER];
        assert_eq!(sources().find(&Head { method: "POST", headers: &both }), MALFORMED);
        let bearer = [BEARER, ("origin", "https://evil.example")];
        assert_eq!(sources().find(&Head { method: "POST", headers: &bearer }), Ok("a"));
    }

    #[test]
    fn places_that_cannot_be() {
        for name in ["", "a b", "a:", "é", "Authorization", "COOKIE"] {
            let error = ConfigError::Source { value: name.to_owned() };
            assert_eq!(Source::header(name), Err(error), "{name:?}");
        }
        let origins = || ["https://app.example"];
        assert!(Source::named_cookie("__Host-id", origins()).is_ok());
        assert!(Source::dangerously_named_cookie("id", origins()).is_ok());
        for name in ["id", "__host-id", "__Secure-id", "__Host-a b", "__Host-a=", "__Host-a;"] {
            let error = ConfigError::Source { value: name.to_owned() };
            assert_eq!(Source::named_cookie(name, origins()), Err(error), "{name:?}");
        }
        assert!(Source::dangerously_named_cookie("", origins()).is_err());
    }

    #[test]
    fn there_is_one_place_at_least_and_none_twice() {
        let cookie = |origin| Source::cookie([origin]).unwrap();
        let header = |name| Source::header(name).unwrap();
        for sources in [
            vec![],
            vec![Source::authorization(), Source::authorization()],
            vec![header("a"), Source::authorization(), header("A")],
            vec![cookie("https://a.example"), cookie("https://b.example")],
        ] {
            assert_eq!(Sources::new(sources).unwrap_err(), ConfigError::Sources);
        }
    }
}
