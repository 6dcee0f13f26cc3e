//! axum 0.8: bare, with a layer that only inserts an extension, and with poolgate's.

use super::{ANY_PORT, HELLO, TIMES, announce, block_on};
use crate::{
    check_time::{self, Stamp},
    given::Given,
};
use axum::{Extension, Router, extract::Request, routing::get};
use poolgate_tower::{BearerAuthLayer, Verified};
use std::sync::Arc;
use tokio::net::TcpListener;
use tower::util::MapRequestLayer;

pub fn bare() {
    serve(Router::new().route("/", get(|| async { HELLO })));
}

/// As much as a layer has to do that hands something to handlers.
pub fn no_op(is_timed: bool) {
    type Marker = Extension<Arc<str>>;
    let app = Router::new().route("/", get(|_: Marker, stamp| hello(stamp)));
    let app = with_times(app).layer(Extension(Arc::<str>::from("marker")));
    serve(if is_timed { stamped(app) } else { app });
}

pub fn poolgate(given: &Given, is_timed: bool) {
    let app = Router::new().route("/", get(|_: Verified, stamp| hello(stamp)));
    let app = with_times(app).layer(BearerAuthLayer::new(given.verifier()));
    serve(if is_timed { stamped(app) } else { app });
}

async fn hello(stamp: Option<Extension<Stamp>>) -> &'static str {
    if let Some(Extension(stamp)) = stamp {
        stamp.record();
    }
    HELLO
}

fn with_times(app: Router) -> Router {
    app.route(TIMES, get(|| async { check_time::take_median() }))
}

fn stamped(app: Router) -> Router {
    app.layer(MapRequestLayer::new(|mut request: Request| {
        request.extensions_mut().insert(Stamp::now());
        request
    }))
}

pub fn serve(app: Router) {
    block_on(async {
        let listener = TcpListener::bind(ANY_PORT).await.expect("a port is free");
        announce(listener.local_addr().expect("it is bound"));
        axum::serve(listener, app).await.expect("it serves until it is killed");
    });
}
