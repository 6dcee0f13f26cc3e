//! A SERVICE THAT IS WEAK ON PURPOSE. COPY NOTHING FROM `weak.rs`.
//!
//! It reads tokens as many do who read them by hand, and the attacks of the test issuer find what is wrong with it. The
//! same service behind poolgate's gate, in `guarded.rs`, is beside it: they find nothing there.
//!
//! ```console
//! cargo run --features weak_service --example weak_service              # serves at 127.0.0.1:3000 until Ctrl-C
//! cargo run --features weak_service --example weak_service -- --guarded # the same, behind the gate
//! cargo run -p poolgate-issuer --features cli -- attacks --target http://127.0.0.1:3000/me
//!
//! cargo run --features weak_service --example weak_service -- --check   # attacks both itself and exits
//! ```

mod guarded;
mod weak;

use axum::Router;
use poolgate::{ConfigError, Policy, TokenUse, Verifier};
use poolgate_examples::{exit_code, is_check, serve};
use poolgate_issuer::{AttackReport, AttackRun, TestIssuer};
use std::{env, error::Error, process::ExitCode};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    if is_check() {
        return check().await;
    }
    let pool = Pool::from_environment();
    let is_guarded = env::args().any(|argument| argument == "--guarded");
    let app = if is_guarded { pool.guarded()? } else { pool.weak() };
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("Serving http://{}/me until Ctrl-C, for tokens of {pool:?}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(ExitCode::SUCCESS)
}

/// What the service is told about its pool.
#[derive(Clone, Debug)]
struct Pool {
    id: String,
    client_id: String,
    jwks_url: String,
}

impl Pool {
    /// Without a word, it is the pool of `poolgate-issuer attacks`.
    fn from_environment() -> Self {
        let variable = |name, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
        let jwks_url = "http://127.0.0.1:9000/eu-west-1_Attacked1/.well-known/jwks.json";
        Self {
            id: variable("USER_POOL_ID", "eu-west-1_Attacked1"),
            client_id: variable("CLIENT_ID", "attackedclient"),
            jwks_url: variable("JWKS_URL", jwks_url),
        }
    }

    fn of(issuer: &TestIssuer) -> Self {
        Self {
            id: issuer.user_pool_id().to_owned(),
            client_id: issuer.client_id().to_owned(),
            jwks_url: issuer.jwks_url().to_owned(),
        }
    }

    fn weak(&self) -> Router {
        weak::api(&self.id, &self.jwks_url)
    }

    fn guarded(&self) -> Result<Router, ConfigError> {
        let policy = Policy::cognito(&self.id, &self.client_id, TokenUse::Access)?;
        Ok(guarded::api(Verifier::new(policy.jwks_url(&self.jwks_url)?)?))
    }
}

/// The weak service has to have holes, and the other none.
async fn check() -> Result<ExitCode, Box<dyn Error>> {
    let issuer = TestIssuer::start().await;
    let pool = Pool::of(&issuer);
    let weak = attack(&issuer, pool.weak()).await?;
    println!("THE WEAK SERVICE\n{weak}\n");
    let guarded = attack(&issuer, pool.guarded()?).await?;
    println!("THE GUARDED SERVICE\n{guarded}");
    Ok(exit_code(weak.has_holes() && weak.are_controls_accepted() && guarded.is_clean()))
}

async fn attack(issuer: &TestIssuer, app: Router) -> Result<AttackReport, Box<dyn Error>> {
    let target = format!("http://{}/me", serve(app).await?);
    Ok(AttackRun::new(issuer, &target)?.run().await)
}
