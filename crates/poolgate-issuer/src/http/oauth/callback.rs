//! The way back to the client.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};

/// A callback URL that is the client's, and what it wants back.
#[derive(Clone, Debug)]
pub(super) struct Callback {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    /// The implicit flow answers in the fragment, which no server sees.
    pub(super) in_fragment: bool,
}

impl Callback {
    pub(super) fn error(&self, error: &str, description: &str) -> Response<Body> {
        self.answer(&[("error", error), ("error_description", description)])
    }

    pub(super) fn answer(&self, members: &[(&str, &str)]) -> Response<Body> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(members);
        query.extend_pairs(self.state.iter().map(|state| ("state", state)));
        let separator = match (self.in_fragment, self.redirect_uri.contains('?')) {
            (true, _) => '#',
            (false, true) => '&',
            (false, false) => '?',
        };
        redirect(&format!("{}{separator}{}", self.redirect_uri, query.finish()))
    }
}

/// To a URL that is known to be one, which no cache keeps.
pub(super) fn redirect(url: &str) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::FOUND;
    let headers = answer.headers_mut();
    let location = HeaderValue::from_str(url).expect("callback and logout URLs are ASCII");
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}
