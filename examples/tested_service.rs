//! A service with its tests: the test issuer stands in for the user pool, and nothing is mocked.
//!
//! The tests call the router itself, without a socket. They change keys, take the pool's key
//! endpoint away, and move the clock.
//!
//! ```console
//! cargo test --example tested_service           # runs the tests at the end of this file
//! cargo run --example tested_service            # serves until Ctrl-C
//! cargo run --example tested_service -- --check # makes some calls itself and exits
//! ```

use axum::{Router, routing::get};
use poolgate::{Policy, Requirement, TokenUse, Verifier};
use poolgate_examples::Call;
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, Claims, RequireLayer};
use serde::Deserialize;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let app = api(Verifier::new(policy)?);
    poolgate_examples::run(app, &calls(&issuer)).await
}

/// A time sheet: everybody sees their own hours, a lead sees those of the team.
fn api(verifier: Verifier) -> Router {
    let leads = RequireLayer::new(Requirement::group("Leads"));
    Router::new()
        .route("/hours", get(hours))
        .route("/team", get(|| async { "alice: 7, bob: 8\n" }).layer(leads))
        .layer(BearerAuthLayer::new(verifier))
}

#[derive(Deserialize)]
struct User {
    username: String,
}

async fn hours(Claims(user): Claims<User>) -> String {
    format!("{}: 7\n", user.username)
}

fn calls(issuer: &TestIssuer) -> Vec<Call> {
    let alice = issuer.access_token().username("alice").sign();
    let lead = issuer.access_token().username("lea").group("Leads").sign();
    vec![
        Call::get(401, "nobody signed in", "/hours"),
        Call::get(200, "alice", "/hours").bearer(&alice).saying("alice: 7"),
        Call::get(403, "alice, who leads nobody", "/team").bearer(&alice),
        Call::get(200, "a lead", "/team").bearer(&lead),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        body::{Body, to_bytes},
        http::{Request, Response, StatusCode, header::AUTHORIZATION},
    };
    use poolgate::Now;
    use poolgate_issuer::{Fault, TestClock};
    use std::time::Duration;
    use tower::ServiceExt;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    /// The pool and the service, which share a clock.
    struct World {
        issuer: TestIssuer,
        app: Router,
    }

    impl World {
        async fn start() -> Result<Self, poolgate::ConfigError> {
            let issuer = TestIssuer::start().await;
            let (pool, client) = (issuer.user_pool_id(), issuer.client_id());
            let policy =
                Policy::cognito(pool, client, TokenUse::Access)?.jwks_url(issuer.jwks_url())?;
            let clock = shared(issuer.clock().clone());
            let app = api(Verifier::builder(policy).clock(clock).build()?);
            Ok(Self { issuer, app })
        }

        async fn get(&self, path: &str, token: &str) -> Result<Response<Body>, axum::http::Error> {
            let request = Request::get(path).header(AUTHORIZATION, format!("Bearer {token}"));
            let Ok(response) = self.app.clone().oneshot(request.body(Body::empty())?).await;
            Ok(response)
        }

        async fn status(&self, path: &str, token: &str) -> Result<StatusCode, axum::http::Error> {
            Ok(self.get(path, token).await?.status())
        }

        fn pass(&self, time: Duration) {
            self.issuer.clock().advance(time);
        }
    }

    /// The clock by which the issuer stamps its tokens, for the service to read.
    fn shared(clock: TestClock) -> impl Fn() -> Now {
        move || Now::new(Duration::from_secs(clock.unix_seconds()), clock.monotonic())
    }

    #[tokio::test]
    async fn users_see_their_own_hours() -> TestResult {
        let world = World::start().await?;
        let token = world.issuer.access_token().username("alice").sign();

        let response = world.get("/hours", &token).await?;

        assert_eq!(response.status(), 200);
        assert_eq!(to_bytes(response.into_body(), 100).await?, "alice: 7\n");
        Ok(())
    }

    #[tokio::test]
    async fn only_a_lead_sees_the_team() -> TestResult {
        let world = World::start().await?;
        let alice = world.issuer.access_token().username("alice");

        assert_eq!(world.status("/team", &alice.sign()).await?, 403);
        assert_eq!(world.status("/team", &alice.group("Leads").sign()).await?, 200);
        Ok(())
    }

    #[tokio::test]
    async fn nobody_comes_in_without_a_good_token() -> TestResult {
        let world = World::start().await?;
        let elsewhere = TestIssuer::builder().offline();
        let alice = world.issuer.access_token().username("alice");

        for (what, token) in [
            ("garbage", "garbage".to_owned()),
            ("another pool", elsewhere.access_token().sign()),
            ("forged", alice.clone().signed_by(&elsewhere).sign()),
            ("another client", alice.clone().client_id("other").sign()),
            ("an ID token", world.issuer.id_token().username("alice").sign()),
        ] {
            assert_eq!(world.status("/hours", &token).await?, 401, "{what}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_token_is_good_until_it_expires() -> TestResult {
        let world = World::start().await?;
        let hour = Duration::from_secs(60 * 60);
        let token = world.issuer.access_token().expires_in(hour).sign();

        assert_eq!(world.status("/hours", &token).await?, 200);
        world.pass(hour + LEEWAY);
        assert_eq!(world.status("/hours", &token).await?, 401);
        Ok(())
    }

    #[tokio::test]
    async fn new_keys_are_found_when_a_token_names_them() -> TestResult {
        let world = World::start().await?;
        let old = world.issuer.access_token().sign();
        assert_eq!(world.status("/hours", &old).await?, 200);

        world.issuer.rotate();
        let new = world.issuer.access_token().sign();

        assert_eq!(world.status("/hours", &new).await?, 200);
        assert_eq!(world.status("/hours", &old).await?, 200);
        Ok(())
    }

    #[tokio::test]
    async fn while_there_are_no_keys_nobody_is_let_in() -> TestResult {
        let world = World::start().await?;
        let token = world.issuer.access_token().sign();

        world.issuer.fail_jwks(Fault::Status(500));
        let response = world.get("/hours", &token).await?;
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["retry-after"], "1");

        world.issuer.heal_jwks();
        world.pass(Duration::from_secs(1));
        assert_eq!(world.status("/hours", &token).await?, 200);
        Ok(())
    }

    #[tokio::test]
    async fn keys_at_hand_outlast_an_outage() -> TestResult {
        let world = World::start().await?;
        let token = world.issuer.access_token().sign();
        assert_eq!(world.status("/hours", &token).await?, 200);

        world.issuer.fail_jwks(Fault::Reset);
        world.pass(Duration::from_secs(30 * 60));

        assert_eq!(world.status("/hours", &token).await?, 200);
        Ok(())
    }

    const LEEWAY: Duration = Duration::from_secs(10);
}
