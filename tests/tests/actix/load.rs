//! Many users at the same time.

use crate::{Server, call};
use actix_web::{App, FromRequest, HttpRequest, test::init_service, web};
use futures_util::future::join_all;
use poolgate::{AccessClaims, Gate};
use poolgate_actix::{BearerAuth, Claims, Optional, Verified};
use poolgate_tests::{
    World,
    crowd::{self, NOBODY, Visitor, hesitate},
};

/// Says who was verified, having looked twice.
async fn name(Optional(token): Optional<Verified>, request: HttpRequest) -> String {
    let before = token.and_then(|Verified(token)| token.username().map(str::to_owned));
    hesitate().await;
    let Optional(after) = <Optional<Claims<AccessClaims>>>::extract(&request).await.unwrap();
    let after = after.and_then(|Claims(claims)| claims.username);
    assert_eq!(before, after);
    hesitate().await;
    after.unwrap_or_else(|| NOBODY.to_owned())
}

/// Everybody is hesitant: whoever waits for keys, the check of the token, and the handler.
fn gate(world: &World) -> BearerAuth {
    let verifier = world.builder().check(crowd::hesitation()).build().unwrap();
    BearerAuth::new(Gate::new(verifier).optional())
}

#[actix_web::test]
async fn a_thousand_users_see_their_own_claims_in_any_order() {
    for seed in 0..2 {
        fastrand::seed(seed);
        println!("seed {seed}");
        let world = crowd::world().await;
        let app = App::new().route("/", web::get().to(name)).wrap(gate(&world));
        let app = &init_service(app).await;
        let visits = crowd::crowd(&world, 1_000).into_iter().map(|visitor| async move {
            hesitate().await;
            let Visitor { authorization, status, body, .. } = visitor;
            let reply = call(app, "GET", "/", authorization.as_deref()).await;
            assert_eq!((reply.status, reply.body), (status, body));
        });
        join_all(visits).await;
        assert_eq!(world.issuer.jwks_fetches(), 1);
    }
}

/// Four workers, one verifier: each request is made in an object that another one has left.
#[actix_web::test]
async fn users_who_share_connections_see_their_own_claims() {
    let world = crowd::world().await;
    let gate = gate(&world);
    let server =
        Server::start(4, move || App::new().route("/", web::get().to(name)).wrap(gate.clone()));
    crowd::a_thousand_visitors_over_fifty_connections(server.address, &world).await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
}
