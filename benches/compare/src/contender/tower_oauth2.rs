//! `tower-oauth2-resource-server`: its layer, since there is no other way in. A request is made for it.

use super::{Claims, Wanted, block_on, now};
use http::{Request, Response, StatusCode, header::AUTHORIZATION};
use poolgate_measure::{Kind, Sample};
use std::convert::Infallible;
use tower::{Layer, ServiceExt, service_fn};
use tower_oauth2_resource_server::{
    server::OAuth2ResourceServer, tenant::TenantConfiguration, validation::ClaimsValidationSpec,
};

pub const NAME: &str = if cfg!(feature = "as-shipped") {
    "tower-oauth2-resource-server 0.12 (rust_crypto)"
} else {
    "tower-oauth2-resource-server 0.12 (aws_lc_rs)"
};

pub fn new(sample: &Sample) -> impl Fn(&str) -> bool + 'static {
    of_issuers(sample, [])
}

/// With so many other issuers beside that of the sample.
pub fn of_issuers<'i>(
    sample: &Sample,
    others: impl IntoIterator<Item = &'i str>,
) -> impl Fn(&str) -> bool + 'static {
    let tenant = |issuer: &str| {
        let rules = ClaimsValidationSpec::new().exp(true).iss(issuer);
        let rules = match sample.kind {
            Kind::Id => rules.aud(&vec![sample.client_id.clone()]),
            Kind::Access => rules,
        };
        let tenant = TenantConfiguration::static_builder(&*sample.jwks).identifier(issuer);
        tenant.claims_validation(rules).build().expect("the settings are good")
    };
    let builder = OAuth2ResourceServer::<Claims>::builder().add_tenant(tenant(&sample.issuer));
    let builder = builder.add_tenants(others.into_iter().map(tenant).collect());
    let server = block_on(builder.build()).expect("the settings are good");
    let wanted = Wanted::of(sample);
    let service = server.into_layer::<()>().layer(service_fn(move |request: Request<()>| {
        let is_wanted = request.extensions().get().is_some_and(|claims| wanted.is(claims));
        let mut response = Response::new(());
        *response.status_mut() = if is_wanted { StatusCode::OK } else { StatusCode::FORBIDDEN };
        async { Ok::<_, Infallible>(response) }
    }));
    move |token| {
        let request = Request::builder().header(AUTHORIZATION, format!("Bearer {token}"));
        let request = request.body(()).expect("a token is a header's value");
        let Ok(response) = now(service.clone().oneshot(request));
        response.status() == StatusCode::OK
    }
}
