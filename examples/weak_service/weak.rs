//! THIS IS WEAK ON PURPOSE, SO THAT ATTACKS CAN BE SEEN TO WORK. COPY NOTHING FROM HERE.
//!
//! Each mistake is one that real services have made, and says so in capitals.

use aws_lc_rs::{
    hmac,
    signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing::get,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

/// The API: one route, which is meant for whoever is signed in.
pub(crate) fn api(user_pool_id: &str, jwks_url: &str) -> Router {
    let pool = Pool { id: user_pool_id.to_owned(), jwks_url: jwks_url.to_owned() };
    Router::new().route("/me", get(me)).with_state(pool)
}

#[derive(Clone)]
struct Pool {
    id: String,
    jwks_url: String,
}

async fn me(State(pool): State<Pool>, uri: Uri, headers: HeaderMap) -> Result<String, StatusCode> {
    let token = token(&uri, &headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let header = header(&token).ok_or(StatusCode::UNAUTHORIZED)?;
    // MISTAKE: THE TOKEN SAYS WHERE THE KEYS ARE. AND EACH REQUEST COSTS A FETCH.
    let jwks_url = header["jku"].as_str().unwrap_or(&pool.jwks_url);
    let jwks = fetch(jwks_url).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let claims = claims(&token, &header, &jwks).ok_or(StatusCode::UNAUTHORIZED)?;
    // MISTAKE: THE ISSUER IS LOOKED FOR AND NOT COMPARED, AND NOTHING ELSE IS CHECKED: NEITHER `exp`,
    // SO THAT TOKENS ARE GOOD FOR EVER, NOR `token_use` AND `client_id`, SO THAT EVERY TOKEN OF THE
    // POOL WILL DO.
    if !claims["iss"].to_string().contains(&pool.id) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(format!("Hello, {}\n", claims["username"]))
}

fn token(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    // MISTAKE: OF TWO HEADERS THE FIRST COUNTS, AND OF ONE HEADER THE LAST WORD.
    let header = headers.get("authorization").and_then(|value| value.to_str().ok());
    let in_header = header.and_then(|value| value.split(' ').next_back());
    // MISTAKE: A TOKEN IN AN ADDRESS ENDS UP IN LOGS.
    let in_query = || uri.query()?.strip_prefix("access_token=");
    in_header.or_else(in_query).map(str::to_owned)
}

async fn fetch(url: &str) -> Result<String, reqwest::Error> {
    reqwest::Client::builder().no_proxy().build()?.get(url).send().await?.text().await
}

fn header(token: &str) -> Option<Value> {
    json(token.split('.').next()?)
}

fn claims(token: &str, header: &Value, jwks: &str) -> Option<Value> {
    // MISTAKE: WHAT STANDS BEHIND THE THIRD PART IS PASSED OVER.
    let mut parts = token.split('.');
    let (first, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let signed = format!("{first}.{claims}");
    let is_verified = verify(header, jwks, signed.as_bytes(), &decode(signature)?)?;
    is_verified.then(|| json(claims))?
}

fn verify(header: &Value, jwks: &str, signed: &[u8], signature: &[u8]) -> Option<bool> {
    // MISTAKE: THE TOKEN SAYS HOW IT IS TO BE VERIFIED, AND WHETHER AT ALL.
    match header["alg"].as_str()?.to_lowercase().as_str() {
        "none" => Some(true),
        // MISTAKE: WHAT EVERYBODY CAN READ IS TAKEN FOR A SECRET.
        "hs256" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, jwks.as_bytes());
            Some(hmac::verify(&key, signed, signature).is_ok())
        }
        _ => {
            let jwk = key(header, jwks)?;
            let number = |name: &str| decode(jwk[name].as_str()?);
            let key = RsaPublicKeyComponents { n: number("n")?, e: number("e")? };
            Some(key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature).is_ok())
        }
    }
}

fn key(header: &Value, jwks: &str) -> Option<Value> {
    // MISTAKE: WHOEVER WRITES A TOKEN CAN BRING THE KEY TO IT.
    if header["jwk"].is_object() {
        return Some(header["jwk"].clone());
    }
    let keys: Value = serde_json::from_str(jwks).ok()?;
    keys["keys"].as_array()?.iter().find(|jwk| jwk["kid"] == header["kid"]).cloned()
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&decode(part)?).ok()
}

fn decode(part: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(part).ok()
}
