//! What the server answers: one file for each part of Cognito, all pools on one host.

mod admin;
mod well_known;

use std::sync::Arc;

use axum::Router;

use crate::host::Host;

pub(crate) fn routes(host: Arc<Host>) -> Router {
    Router::new().merge(admin::routes()).merge(well_known::routes()).with_state(host)
}
