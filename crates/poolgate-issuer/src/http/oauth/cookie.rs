//! The cookie of a browser that is signed in: one for each pool, as they share a host.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, header},
};

use crate::pool::Pool;

pub(super) fn read<'a>(pool: &Pool, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = name(pool);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|it| it.split_once('='));
    cookies.find(|(known, _)| known.trim() == name).map(|(_, value)| value.trim())
}

pub(super) fn set(answer: &mut Response<Body>, pool: &Pool, value: &str) {
    put(answer, pool, value, LIFETIME);
}

pub(super) fn remove(answer: &mut Response<Body>, pool: &Pool) {
    put(answer, pool, "", 0);
}

/// Not `Secure`: the host is this machine, by plain HTTP.
fn put(answer: &mut Response<Body>, pool: &Pool, value: &str, seconds: u64) {
    let name = name(pool);
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::from_str(&cookie).expect("pool ids and random values are ASCII");
    answer.headers_mut().append(header::SET_COOKIE, cookie);
}

fn name(pool: &Pool) -> String {
    format!("login-{}", pool.id)
}

/// As long as the pool remembers it.
const LIFETIME: u64 = 3_600;
