//! The bearer token of a request, from the values of its `Authorization` header.

use crate::Error;

/// Finds the one bearer token in all values of the `Authorization` header (RFC 6750 §2.1).
///
/// The scheme may be in any case (RFC 9110 §11.1). Nothing is trimmed or repaired: a value that
/// two programs could read in two ways is refused.
///
/// # Errors
/// [`Error::MissingToken`] if there is no value, or one of another scheme;
/// [`Error::MalformedAuthorization`] if there are two, or what follows `Bearer` is not one token.
///
/// ```
/// use poolgate::{Error, bearer};
///
/// assert_eq!(bearer([b"Bearer abc.def.ghi".as_slice()]), Ok("abc.def.ghi"));
/// assert_eq!(bearer([b"Basic YTpi".as_slice()]), Err(Error::MissingToken));
/// assert_eq!(bearer([b"Bearer".as_slice()]), Err(Error::MalformedAuthorization));
/// ```
pub fn bearer<'v>(values: impl IntoIterator<Item = &'v [u8]>) -> Result<&'v str, Error> {
    let mut values = values.into_iter();
    let value = values.next().ok_or(Error::MissingToken)?;
    if values.next().is_some() {
        return Err(Error::MalformedAuthorization);
    }
    match credentials(value) {
        Some(rest) => after_blanks(rest).and_then(token68).ok_or(Error::MalformedAuthorization),
        None if hides_bearer(value) => Err(Error::MalformedAuthorization),
        None => Err(Error::MissingToken),
    }
}

/// What follows the scheme, if that is `Bearer`.
fn credentials(value: &[u8]) -> Option<&[u8]> {
    let end = value.iter().position(|byte| !is_tchar(*byte)).unwrap_or(value.len());
    let (scheme, rest) = value.split_at_checked(end)?;
    scheme.eq_ignore_ascii_case(b"bearer").then_some(rest)
}

/// What comes after one or more spaces.
fn after_blanks(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.strip_prefix(b" ")?;
    rest.get(rest.iter().position(|byte| *byte != b' ')?..)
}

/// One token (RFC 6750 §2.1, `b64token`).
pub(crate) fn token68(token: &[u8]) -> Option<&str> {
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let (body, _) = token.split_at_checked(token.len().checked_sub(padding)?)?;
    let is_token = !body.is_empty() && body.iter().all(|byte| is_token68_byte(*byte));
    std::str::from_utf8(token).ok().filter(|_| is_token)
}

/// Whether there are bearer credentials behind blanks, which others might skip, or behind a comma,
/// as a proxy leaves them that merged two headers into one (RFC 9110 §5.3).
fn hides_bearer(value: &[u8]) -> bool {
    let parts = value.split(|byte| *byte == b',');
    parts.map(<[u8]>::trim_ascii_start).any(|part| credentials(part).is_some())
}

/// A character of a name (RFC 9110 §5.6.2).
pub(crate) const fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

const fn is_token68_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &str) -> Result<&str, Error> {
        bearer([value.as_bytes()])
    }

    #[test]
    fn one_token_in_any_case_of_the_scheme() {
        for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c", "bEaReR   a.b.c"] {
            assert_eq!(one(value), Ok("a.b.c"), "{value:?}");
        }
        assert_eq!(one("Bearer a-._~+/1=="), Ok("a-._~+/1=="));
    }

    #[test]
    fn nothing_sent_or_another_scheme() {
        assert_eq!(bearer([]), Err(Error::MissingToken));
        for value in
            ["", " ", "Basic YTpi", "Bearerx a", "Bear er", "DPoP a.b.c", "a.b.c", "\u{e9}"]
        {
            assert_eq!(one(value), Err(Error::MissingToken), "{value:?}");
        }
    }

    #[test]
    fn anything_but_one_token_is_malformed() {
        for value in [
            "Bearer",
            "Bearer ",
            "Bearer  ",
            "Bearer\ta",
            "Bearer a b",
            "Bearer a ",
            "Bearer a\t",
            "Bearer =",
            "Bearer a=b",
            "Bearer a,b",
            "Bearer a, Bearer b",
            "Bearer a;b",
            "Bearer,a",
            "Bearer \"a\"",
            "Bearer a\0",
            "Bearer a\r\n b",
            "Bearer \u{e9}",
            "Bearer: a",
            "Bearer=a",
            " Bearer a",
            "\tBearer a",
        ] {
            assert_eq!(one(value), Err(Error::MalformedAuthorization), "{value:?}");
        }
        assert_eq!(bearer([b"Bearer \xff".as_slice()]), Err(Error::MalformedAuthorization));
    }

    #[test]
    fn two_credentials_are_malformed_even_if_equal() {
        for values in [
            ["Bearer a", "Bearer a"],
            ["Bearer a", "Basic YTpi"],
            ["Basic YTpi", "Bearer a"],
            ["", ""],
        ] {
            let found = bearer(values.map(str::as_bytes));
            assert_eq!(found, Err(Error::MalformedAuthorization), "{values:?}");
        }
        for value in ["Basic YTpi, Bearer a", "Basic YTpi,\tbEARER a", ", Bearer a"] {
            assert_eq!(one(value), Err(Error::MalformedAuthorization), "{value:?}");
        }
    }
}
