//! What the server answers: one file for each part of Cognito, all pools on one host.

mod admin;
mod cors;
mod oauth;
mod rpc;
mod well_known;

use std::sync::Arc;

use axum::{Router, middleware::map_response};

use crate::host::Host;

pub(crate) fn routes(host: Arc<Host>) -> Router {
    Router::new()
        .merge(well_known::routes().layer(map_response(cors::open)))
        .merge(oauth::routes())
        .merge(rpc::routes().layer(map_response(cors::open)))
        .merge(admin::routes())
        .with_state(host)
}
