//! Control of the pools over HTTP, in JSON under `/_test/`: each operation is one of [`TestIssuer`](crate::TestIssuer).

mod answer;
mod clock;
mod faults;
mod fetches;
mod groups;
mod keys;
mod order;
mod pools;
mod reset;
mod token_order;
mod tokens;
mod users;

use std::sync::Arc;

use axum::{
    Router,
    http::{Method, StatusCode, Uri},
    routing::any,
};

use self::answer::Refused;
use crate::host::Host;

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .merge(clock::routes())
        .merge(faults::routes())
        .merge(fetches::routes())
        .merge(groups::routes())
        .merge(keys::routes())
        .merge(pools::routes())
        .merge(reset::routes())
        .merge(tokens::routes())
        .merge(users::routes())
        .route("/_test", any(no_such_path))
        .route("/_test/", any(no_such_path))
        .route("/_test/{*path}", any(no_such_path))
        .method_not_allowed_fallback(wrong_method)
}

async fn no_such_path(uri: Uri) -> Refused {
    let reason = format!("{} is no path of the admin API", uri.path());
    Refused::new(StatusCode::NOT_FOUND, "path", reason)
}

async fn wrong_method(method: Method, uri: Uri) -> Refused {
    let reason = format!("{method} is no operation of {}", uri.path());
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, "method", reason)
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests {
    use super::testing::{self, Admin};

    #[tokio::test]
    async fn what_is_no_operation_is_named() {
        let admin = testing::start().await;

        for (method, path, status, place, reason) in [
            ("GET", "/_test", 404, "path", "/_test is no path of the admin API"),
            ("GET", "/_test/", 404, "path", "/_test/ is no path of the admin API"),
            ("GET", "/_test/keys", 404, "path", "/_test/keys is no path of the admin API"),
            ("PUT", "/_test/clock", 405, "method", "PUT is no operation of /_test/clock"),
            ("GET", "/_test/pools/x/keys", 404, "pool", NO_POOL),
            ("POST", "/_test/pools/x/reset", 404, "pool", NO_POOL),
        ] {
            admin.refuses(method, path, "", status, place, reason).await;
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_fit_is_refused_with_its_place() {
        let admin = testing::start().await;
        let tokens = admin.pool("tokens");
        let refuses = |body, place, reason| {
            let (admin, tokens): (&Admin, _) = (&admin, tokens.as_str());
            async move { admin.refuses("POST", tokens, body, 400, place, reason).await }
        };

        refuses("{", "body", "EOF while parsing an object at line 1 column 1").await;
        refuses("[]", "body", "expected a JSON object").await;
        refuses("{} x", "body", "trailing characters").await;
        refuses(r#"{"grups":[]}"#, "grups", "unknown field `grups`").await;
        refuses(r#"{"groups":["A",1]}"#, "groups[1]", "invalid type: integer `1`").await;
        refuses("x={}", "body", "expected a JSON object").await;
    }

    #[tokio::test]
    async fn a_path_that_is_no_text_is_refused() {
        let admin = testing::start().await;

        let path = admin.pool("users/%ff");

        admin.refuses("GET", &path, "", 400, "path", "Invalid UTF-8").await;
    }

    const NO_POOL: &str = "ResourceNotFoundException: User pool x does not exist.";
}
