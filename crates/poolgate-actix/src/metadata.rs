//! Serves the metadata of a protected resource.

use actix_web::{
    HttpResponse, Resource,
    http::header::{self, ContentType},
    web,
};
use poolgate::ResourceMetadata;

/// Answers `GET` and `HEAD` at [`ResourceMetadata::path`] with the document of RFC 9728. It
/// belongs outside of any gate: clients come here to learn where to get a token. So the gate goes
/// around a scope, and not around the `App`; pages of other origins need CORS here as well.
///
/// ```
/// use actix_web::{App, web};
/// use poolgate::{ResourceMetadata, Verifier};
/// use poolgate_actix::{BearerAuth, Verified, metadata_resource};
///
/// # fn example(verifier: Verifier) -> Result<(), poolgate::ConfigError> {
/// let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
/// let metadata = ResourceMetadata::new("https://api.example.com/orders", [issuer])?;
/// let orders = web::resource("/orders").get(|_: Verified| async { "three orders" });
/// let app = App::new()
///     .service(metadata_resource(&metadata))
///     .service(web::scope("").service(orders).wrap(BearerAuth::new(verifier)));
/// # Ok(())
/// # }
/// ```
pub fn metadata_resource(metadata: &ResourceMetadata) -> Resource {
    let document = metadata.json();
    let answer = move || {
        let document = document.clone();
        async move { HttpResponse::Ok().content_type(ContentType::json()).body(document) }
    };
    let not_allowed = || async {
        HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish()
    };
    web::resource(metadata.path())
        .route(web::get().to(answer.clone()))
        .route(web::head().to(answer))
        .default_service(web::to(not_allowed))
}
