//! Serves the metadata of a protected resource.

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use poolgate::ResourceMetadata;
use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};
use tower_service::Service;

/// Answers `GET` and `HEAD` with the document of RFC 9728. Route [`ResourceMetadata::path`] to it,
/// outside of any gate: clients come here to learn where to get a token. Pages of other origins
/// need CORS here as well.
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use axum::Router;
/// use poolgate::ResourceMetadata;
/// use poolgate_tower::MetadataService;
///
/// # fn example() -> Result<Router, poolgate::ConfigError> {
/// let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
/// let metadata = ResourceMetadata::new("https://api.example.com/orders", [issuer])?;
/// let app = Router::new().route_service(&metadata.path(), MetadataService::new(&metadata));
/// # Ok(app)
/// # }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MetadataService {
    document: String,
}

impl MetadataService {
    /// Serves these metadata.
    #[must_use]
    pub fn new(metadata: &ResourceMetadata) -> Self {
        Self { document: metadata.json() }
    }

    fn answer(&self, method: &Method) -> Response<String> {
        let (status, name, value, body) = match *method {
            // A server leaves the body of an answer to `HEAD` out (RFC 9110 §9.3.2).
            Method::GET | Method::HEAD => {
                (StatusCode::OK, header::CONTENT_TYPE, "application/json", self.document.clone())
            }
            _ => (StatusCode::METHOD_NOT_ALLOWED, header::ALLOW, "GET, HEAD", String::new()),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        response.headers_mut().insert(name, HeaderValue::from_static(value));
        response
    }
}

impl<B> Service<Request<B>> for MetadataService {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(self.answer(request.method())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_answers_get_and_head() {
        let metadata = ResourceMetadata::new("https://a.example", ["https://id.example"]).unwrap();
        for (method, status) in [("GET", 200), ("HEAD", 200), ("POST", 405), ("OPTIONS", 405)] {
            let request = Request::builder().method(method).body(()).unwrap();
            let response = MetadataService::new(&metadata).call(request).await.unwrap();
            assert_eq!(response.status(), status, "{method}");
            assert_eq!(response.body().is_empty(), status == 405);
        }
    }
}
