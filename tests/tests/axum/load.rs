//! Many users at the same time.

use crate::{send, serve};
use axum::{Router, body::Body, extract::FromRequestParts, routing::get};
use http::Request;
use poolgate::{AccessClaims, Gate};
use poolgate_tests::{
    World,
    crowd::{self, NOBODY, Visitor, hesitate},
};
use poolgate_tower::{BearerAuthLayer, Claims, Optional, Verified};
use tokio::task::JoinSet;

/// Says who was verified, having looked twice.
async fn name(Optional(token): Optional<Verified>, request: Request<Body>) -> String {
    let before = token.and_then(|Verified(token)| token.username().map(str::to_owned));
    hesitate().await;
    let (mut parts, _) = request.into_parts();
    let after = <Option<Claims<AccessClaims>>>::from_request_parts(&mut parts, &()).await.unwrap();
    let after = after.and_then(|Claims(claims)| claims.username);
    assert_eq!(before, after);
    hesitate().await;
    after.unwrap_or_else(|| NOBODY.to_owned())
}

/// Everybody is hesitant: whoever waits for keys, the check of the token, and the handler.
fn app(world: &World) -> Router {
    let verifier = world.builder().check(crowd::hesitation()).build().unwrap();
    let gate = Gate::new(verifier).optional();
    Router::new().route("/", get(name)).layer(BearerAuthLayer::new(gate))
}

async fn a_thousand_visitors(world: &World) {
    let app = app(world);
    let mut visits = JoinSet::new();
    for visitor in crowd::crowd(world, 1_000) {
        let app = app.clone();
        visits.spawn(async move {
            hesitate().await;
            let Visitor { authorization, status, body, .. } = visitor;
            let reply =
                send(&app, "/", &authorization.as_deref().into_iter().collect::<Vec<_>>()).await;
            assert_eq!((reply.status, reply.body), (status, body));
        });
    }
    visits.join_all().await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
}

#[tokio::test]
async fn a_thousand_users_see_their_own_claims_in_any_order() {
    for seed in 0..2 {
        fastrand::seed(seed);
        println!("seed {seed}");
        a_thousand_visitors(&crowd::world().await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_users_see_their_own_claims_on_several_threads() {
    a_thousand_visitors(&crowd::world().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn users_who_share_connections_see_their_own_claims() {
    let world = crowd::world().await;
    crowd::a_thousand_visitors_over_fifty_connections(serve(app(&world)).await, &world).await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
}
