//! The claims of Cognito's tokens, in the order and the types in which Cognito writes them.

use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{members::Members, person::Person, random};

/// What all tokens of one issue have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    /// Left out where tokens cannot be revoked.
    pub(crate) origin_jti: Option<&'a str>,
    pub(crate) event_id: &'a str,
    pub(crate) auth_time: u64,
    pub(crate) issued: u64,
}

/// Hosted sign-ins have a `version`, those of SDKs do not.
pub(crate) fn access(
    person: &Person,
    stamp: &Stamp<'_>,
    expires: u64,
    scopes: &[String],
    is_hosted: bool,
) -> Members {
    let mut claims = Members::default();
    claims.set("sub", person.sub.as_str());
    set_list(&mut claims, "cognito:groups", &person.membership.groups);
    claims.set("iss", stamp.issuer);
    if is_hosted {
        claims.set("version", 2);
    }
    claims.set("client_id", stamp.client_id);
    set_text(&mut claims, "origin_jti", stamp.origin_jti);
    claims.set("event_id", stamp.event_id);
    claims.set("token_use", "access");
    set_scope(&mut claims, scopes);
    set_times(&mut claims, stamp, expires);
    claims.set("jti", random::uuid());
    claims.set("username", person.username.as_str());
    claims
}

pub(crate) fn id(
    person: &Person,
    stamp: &Stamp<'_>,
    expires: u64,
    nonce: Option<&str>,
    at_hash: Option<&str>,
) -> Members {
    let membership = &person.membership;
    let (flags, others): (Vec<_>, Vec<_>) =
        person.attributes.iter().partition(|(name, _)| name.ends_with("_verified"));
    let mut claims = Members::default();
    set_text(&mut claims, "at_hash", at_hash);
    claims.set("sub", person.sub.as_str());
    set_list(&mut claims, "cognito:groups", &membership.groups);
    claims.set_all(flags);
    set_text(&mut claims, "cognito:preferred_role", membership.preferred_role.as_deref());
    claims.set("iss", stamp.issuer);
    claims.set("cognito:username", person.username.as_str());
    set_text(&mut claims, "nonce", nonce);
    set_text(&mut claims, "origin_jti", stamp.origin_jti);
    set_list(&mut claims, "cognito:roles", &membership.roles);
    claims.set("aud", stamp.client_id);
    if let Some(identities) = &person.identities {
        claims.set("identities", identities.clone());
    }
    claims.set("event_id", stamp.event_id);
    claims.set("token_use", "id");
    set_times(&mut claims, stamp, expires);
    claims.set("jti", random::uuid());
    claims.set_all(others);
    claims
}

/// Of a client that has no user. It has no event and no family either.
pub(crate) fn machine(
    issuer: &str,
    client_id: &str,
    issued: u64,
    expires: u64,
    scopes: &[String],
) -> Members {
    let stamp =
        Stamp { issuer, client_id, origin_jti: None, event_id: "", auth_time: issued, issued };
    let mut claims = Members::default();
    claims.set("sub", client_id);
    claims.set("token_use", "access");
    set_scope(&mut claims, scopes);
    set_times(&mut claims, &stamp, expires);
    claims.set("iss", issuer);
    claims.set("version", 2);
    claims.set("jti", random::uuid());
    claims.set("client_id", client_id);
    claims
}

/// The `at_hash` of an access token (OpenID Connect Core section 3.1.3.6), with SHA-256 as for RS256.
pub(crate) fn half_hash(access_token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, access_token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

/// A list without members has no claim: Cognito never writes an empty one.
fn set_list(claims: &mut Members, name: &str, list: &[String]) {
    if !list.is_empty() {
        claims.set(name, list);
    }
}

fn set_scope(claims: &mut Members, scopes: &[String]) {
    if !scopes.is_empty() {
        claims.set("scope", scopes.join(" "));
    }
}

fn set_text(claims: &mut Members, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        claims.set(name, text);
    }
}

fn set_times(claims: &mut Members, stamp: &Stamp<'_>, expires: u64) {
    claims.set("auth_time", stamp.auth_time);
    claims.set("exp", expires);
    claims.set("iat", stamp.issued);
}
