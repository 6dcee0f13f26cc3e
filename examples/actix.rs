//! The orders API on actix-web: the routes and rules of `groups_and_scopes.rs`, and the same calls.
//!
//! The server has two workers. Each makes an `App` of its own; all share one verifier, and so one
//! set of keys. A log around everything sees what the gate refuses, and why.
//!
//! ```console
//! cargo run --features actix --example actix            # serves until Ctrl-C
//! cargo run --features actix --example actix -- --check # makes the same calls itself and exits
//! ```

use actix_web::{
    App, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web,
};
use poolgate::{ConfigError, Policy, Requirement, TokenUse, Verifier};
use poolgate_actix::{BearerAuth, Rejection, Require, Verified};
use poolgate_examples::{check, exit_code, is_check, orders, show};
use poolgate_issuer::TestIssuer;
use std::{
    collections::BTreeSet,
    error::Error,
    net::SocketAddr,
    process::ExitCode,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let log = web::Data::new(Log::default());
    let server = serve(Verifier::new(policy)?, log.clone())?;

    let calls = orders::calls(&issuer);
    if is_check() {
        // Each call comes through another connection, and those go to the workers in turn.
        let is_answered = check(server, &calls).await?;
        let is_told = [log.is_as_expected(), is_fetched_once(&issuer)];
        return Ok(exit_code(is_answered && is_told == [true, true]));
    }
    show(server, &calls);
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

/// Starts the server, and says where it listens.
fn serve(verifier: Verifier, log: web::Data<Log>) -> Result<SocketAddr, Box<dyn Error>> {
    let deleters = deleters()?;
    let server = HttpServer::new(move || {
        App::new()
            .configure(|config| api(config, verifier.clone(), deleters.clone()))
            .app_data(log.clone())
            // Last, and so the outermost. CORS belongs here, too: a preflight carries no token.
            .wrap(from_fn(write_log))
    });
    let server = server.workers(WORKERS).disable_signals().bind(("127.0.0.1", 0))?;
    let address = server.addrs().first().copied().ok_or("the server listens nowhere")?;
    tokio::spawn(server.run());
    Ok(address)
}

fn deleters() -> Result<Requirement, ConfigError> {
    Requirement::any_of([
        Requirement::group("Admins"),
        Requirement::all_of([Requirement::group("Basic"), Requirement::scope("orders/write")])?,
    ])
}

fn api(config: &mut web::ServiceConfig, verifier: Verifier, deleters: Requirement) {
    // A scope without a prefix takes every path that no service before it has taken.
    let protected = web::scope("")
        .wrap(BearerAuth::new(verifier))
        .configure(|config| orders(config, deleters))
        .configure(reports);
    config.route("/health", web::get().to(|| async { "well\n" })).service(protected);
}

fn orders(config: &mut web::ServiceConfig, deleters: Requirement) {
    let readers = Require::new(Requirement::scope("orders/read"));
    let all = web::resource("/orders").wrap(readers.clone()).get(list);
    // Each rule is around one route, so that GET and DELETE ask for different things.
    let one = web::resource("/orders/{id}")
        .route(web::get().to(find).wrap(readers))
        .route(web::delete().to(remove).wrap(Require::new(deleters)));
    config.service(all).service(one);
}

/// What is below `/reports`, with one rule for all of it.
fn reports(config: &mut web::ServiceConfig) {
    let reports = web::scope("/reports")
        .wrap(Require::new(Requirement::group("Auditors")))
        .route("/sales", web::get().to(|| async { "1,250\n" }))
        .route("/stock", web::get().to(|| async { "none left\n" }));
    config.service(reports);
}

async fn list(Verified(token): Verified) -> String {
    // A machine's token names no user.
    let who = token.username().unwrap_or("a machine");
    format!("orders 1 and 2, for {who}\n")
}

async fn find(id: web::Path<u32>) -> HttpResponse {
    match orders::total(*id) {
        Some(total) => HttpResponse::Ok().body(format!("order {id}: {total}\n")),
        None => no_such_order(),
    }
}

/// Whoever gets here may delete orders; a large one takes an admin.
async fn remove(Verified(token): Verified, id: web::Path<u32>) -> Result<HttpResponse, Rejection> {
    let Some(total) = orders::total(*id) else {
        return Ok(no_such_order());
    };
    if total >= orders::LARGE {
        token.require(&Requirement::group("Admins"))?;
    }
    Ok(HttpResponse::Ok().body(format!("order {id} would be gone\n")))
}

fn no_such_order() -> HttpResponse {
    HttpResponse::NotFound().body("no such order\n")
}

/// Writes a line for every answer, whoever gave it.
async fn write_log(
    log: web::Data<Log>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let rejection = response.response().error().and_then(|error| error.as_error::<Rejection>());
    let reason = rejection.map(|rejection| rejection.error().code());
    log.write(response.status().as_u16(), reason);
    Ok(response)
}

/// The log of all workers, and what the check wants to know of it.
#[derive(Default)]
struct Log(Mutex<Tally>);

#[derive(Default)]
struct Tally {
    workers: BTreeSet<String>,
    refusals: usize,
    reasons: usize,
}

impl Log {
    fn write(&self, status: u16, reason: Option<&str>) {
        let worker = thread::current().name().unwrap_or("a thread").to_owned();
        eprintln!("{worker}: {status} {}", reason.unwrap_or("-"));
        let mut tally = self.tally();
        tally.workers.insert(worker);
        tally.refusals += usize::from([401, 403].contains(&status));
        tally.reasons += usize::from(reason.is_some());
    }

    /// Whether each worker has answered, and the reason of each refusal has come through.
    fn is_as_expected(&self) -> bool {
        let Tally { workers, refusals, reasons } = &*self.tally();
        let what = format!("{} workers, {refusals} refusals, {reasons} reasons", workers.len());
        report(workers.len() == WORKERS && refusals == reasons, &what)
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fetched_once(issuer: &TestIssuer) -> bool {
    let fetches = issuer.jwks_fetches();
    report(fetches == 1, &format!("fetches of keys: {fetches}"))
}

fn report(is_expected: bool, what: &str) -> bool {
    println!("{}: {what}", if is_expected { "as expected" } else { "NOT AS EXPECTED" });
    is_expected
}

const WORKERS: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use poolgate_issuer::AttackRun;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_orders_take_no_attack() -> Result<(), Box<dyn Error>> {
        let issuer = TestIssuer::start().await;
        let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?;
        let verifier = Verifier::new(policy.jwks_url(issuer.jwks_url())?)?;
        let server = super::serve(verifier, web::Data::default())?;
        let attacks = |path| AttackRun::new(&issuer, &format!("http://{server}{path}"));

        for (run, at_least) in [
            (attacks("/orders")?.scope("orders/read"), 350),
            (attacks("/orders/1")?.method("DELETE")?.group("Admins"), 375),
            (attacks("/reports/sales")?.group("Auditors"), 375),
        ] {
            let report = run.run().await;
            assert!(report.is_clean() && report.outcomes().len() > at_least, "{report}");
        }
        assert!(attacks("/health")?.run().await.is_open());
        Ok(())
    }
}
