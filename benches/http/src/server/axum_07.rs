//! axum 0.7, for the one who is still there.

use super::{ANY_PORT, HELLO, announce, block_on, peers::Claims};
use crate::given::Given;
use axum_07::{Router, routing::get};
use jwt_authorizer::{IntoLayer, JwtAuthorizer, JwtClaims, Validation};
use tokio::net::TcpListener;

pub fn bare() {
    serve(Router::new().route("/", get(|| async { HELLO })));
}

pub fn jwt_authorizer(given: &Given) {
    let validation = Validation::new().iss(&[&given.issuer]);
    let client_id = given.client_id.clone();
    let builder = JwtAuthorizer::<Claims>::from_jwks_text(&given.jwks).validation(validation);
    let builder = builder.check(move |claims| claims.is_of(&client_id));
    let authorizer = block_on(builder.build()).expect("the settings are good");
    let app = Router::new().route("/", get(|_: JwtClaims<Claims>| async { HELLO }));
    serve(app.layer([authorizer].into_layer()));
}

fn serve(app: Router) {
    block_on(async {
        let listener = TcpListener::bind(ANY_PORT).await.expect("a port is free");
        announce(listener.local_addr().expect("it is bound"));
        axum_07::serve(listener, app).await.expect("it serves until it is killed");
    });
}
