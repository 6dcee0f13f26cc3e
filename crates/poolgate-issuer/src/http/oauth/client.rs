//! Which client calls, and with which secret (RFC 6749 section 2.3.1).

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;

use super::parameters::Parameters;
use crate::{config::AppClient, host::Host, pool::Pool};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientRefusal {
    /// It does not say who it is, or says it twice.
    Malformed,
    /// It is not known, or its secret is not right.
    Unknown,
}

pub(super) fn authenticate<'a>(
    host: &'a Host,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<(&'a Arc<Pool>, &'a AppClient), ClientRefusal> {
    let (id, secret) = credentials(headers, form)?;
    let (pool, client) = host.client(&id).map_err(|_| ClientRefusal::Unknown)?;
    if !client.accepts_secret(secret.as_deref()) {
        return Err(ClientRefusal::Unknown);
    }
    Ok((pool, client))
}

fn credentials(
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<(String, Option<String>), ClientRefusal> {
    let (id, secret) = (form.first("client_id"), form.first("client_secret"));
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        let id = id.ok_or(ClientRefusal::Malformed)?;
        return Ok((id.to_owned(), secret.map(str::to_owned)));
    };
    let text = value.to_str().map_err(|_| ClientRefusal::Malformed)?;
    let (own_id, own_secret) = basic(text).ok_or(ClientRefusal::Malformed)?;
    if secret.is_some() {
        return Err(ClientRefusal::Malformed);
    }
    if id.is_some_and(|id| id != own_id) {
        return Err(ClientRefusal::Unknown);
    }
    Ok((own_id, Some(own_secret)))
}

/// Id and secret are percent-encoded first (RFC 6749 section 2.3.1). Who forgot that has seldom a `%` in them, and a
/// `+` is none of Cognito's spaces, but of its ids.
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text| percent_decode_str(text).decode_utf8().ok();
    Some((decoded(id)?.into_owned(), decoded(secret)?.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(text))
    }

    #[test]
    fn basic_credentials_may_be_percent_encoded() {
        for (text, id, secret) in
            [("a+b:c:d", "a+b", "c:d"), ("a%2Bb:%25%20", "a+b", "% "), (":", "", "")]
        {
            let pair = Some((id.to_owned(), secret.to_owned()));
            assert_eq!(basic(&encoded(text)), pair, "{text}");
        }
        for bad in ["Basic", "Basic !", "Bearer YTpi", &encoded("a"), &encoded("a:%FF")] {
            assert_eq!(basic(bad), None, "{bad}");
        }
    }
}
