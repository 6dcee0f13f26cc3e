//! Everybody who verifies a token.

pub mod axum_jwt_auth;
pub mod jsonwebtoken;
pub mod jwt_authorizer;
#[cfg(any(feature = "as-shipped", feature = "boring"))]
mod jwt_simple;
pub mod poolgate;
pub mod tower_oauth2;

use poolgate_measure::{Kind, Sample};
use serde::Deserialize;
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// Somebody who says whether a token is good.
pub struct Contender {
    pub name: &'static str,
    pub verify: Box<dyn Fn(&str) -> bool>,
}

impl Contender {
    /// All of them, poolgate first and `jsonwebtoken` next, each with the sample's keys at hand.
    pub fn all(sample: &Sample) -> Vec<Self> {
        vec![
            Self::new("poolgate", poolgate::new(sample)),
            Self::new(jsonwebtoken::NAME, jsonwebtoken::new(sample)),
            Self::new("jwt-authorizer 0.15 (ring)", jwt_authorizer::new(sample)),
            Self::new(tower_oauth2::NAME, tower_oauth2::new(sample)),
            Self::new(axum_jwt_auth::NAME, axum_jwt_auth::new(sample)),
            #[cfg(any(feature = "as-shipped", feature = "boring"))]
            Self::new(jwt_simple::NAME, jwt_simple::new(sample)),
        ]
    }

    /// Those who choose the key by the token's `kid`.
    pub fn with_key_sets(sample: &Sample) -> Vec<Self> {
        let all = Self::all(sample).into_iter();
        all.filter(|contender| contender.name != axum_jwt_auth::NAME).collect()
    }

    fn new(name: &'static str, verify: impl Fn(&str) -> bool + 'static) -> Self {
        Self { name, verify: Box::new(verify) }
    }
}

/// The claims that the rules look at, as somebody would declare them.
#[derive(Clone, Debug, Deserialize)]
struct Claims {
    #[serde(rename = "sub")]
    _sub: String,
    token_use: String,
    client_id: Option<String>,
    #[serde(rename = "cognito:groups", default)]
    _groups: Vec<String>,
}

/// What poolgate checks and the others leave to their users.
#[derive(Clone)]
struct Wanted {
    token_use: &'static str,
    client_id: Option<String>,
}

impl Wanted {
    fn of(sample: &Sample) -> Self {
        match sample.kind {
            Kind::Access => Self { token_use: "access", client_id: Some(sample.client_id.clone()) },
            Kind::Id => Self { token_use: "id", client_id: None },
        }
    }

    fn is(&self, claims: &Claims) -> bool {
        self.are(&claims.token_use, claims.client_id.as_deref())
    }

    fn are(&self, token_use: &str, client_id: Option<&str>) -> bool {
        token_use == self.token_use && client_id == self.client_id.as_deref()
    }
}

/// The result of a future that has nothing to wait for.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("all that it needs is at hand"),
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system can run a tokio runtime").block_on(future)
}
