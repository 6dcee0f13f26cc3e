//! `poolgate-issuer attacks`: sends hostile tokens to a service.

mod pool;

use std::{process::ExitCode, time::Duration};

use clap::Args;
use tokio::runtime::Builder;

use self::pool::PoolOptions;
use super::{Outcome, print};
use crate::{AttackError, AttackReport, AttackRun, Attacker, TestIssuer};

/// Attacks a service with hostile tokens, and says which of them it takes
///
/// It starts a user pool, waits until the service takes a good token of it, and sends one attack after the other over
/// plain HTTP/1.1. The service can be written in any language and guarded by any library; it has to be configured with
/// the pool that is printed first, and the target has to be a URL that answers 2xx to each good access token.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Attacks {
    /// The URL to attack, such as http://localhost:3000/me; https is not spoken
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    target: Option<String>,
    /// Prints the name of every attack, one a line, and sends none
    #[arg(long)]
    list: bool,
    /// Sends this attack, or those of this row, such as A2; more if given again
    #[arg(long, value_name = "NAME|ROW")]
    only: Vec<String>,
    /// Sends what this attacker could send: anyone, token-holder or key-holder; more if given again
    #[arg(long, value_name = "ATTACKER", value_parser = attacker)]
    attacker: Vec<Attacker>,
    /// The method that the target takes, instead of GET
    #[arg(long, value_name = "NAME")]
    method: Option<String>,
    /// A header that the target needs; more if given again
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// The body that the target needs
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// The status that says who is let in, instead of any 2xx; more if given again
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(100..600))]
    accepted: Vec<u16>,
    /// The group that the target asks for; attacks then try to get in without it, too
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// A scope that the target asks for; more if given again
    #[arg(long, value_name = "NAME")]
    scope: Vec<String>,
    /// How long to wait until the target takes a good token
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u64,
    /// How long to wait for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    patience: u64,
    #[command(flatten)]
    pool: PoolOptions,
}

impl Attacks {
    /// Its exit codes tell more than whether it went well.
    pub(super) fn run(self) -> ExitCode {
        let code = if self.list { list(&self) } else { attack_service(self) };
        code.unwrap_or_else(|error| {
            eprintln!("error: {error}");
            ExitCode::from(NOT_BEGUN)
        })
    }
}

impl Attacks {
    fn attack_run(self, issuer: &TestIssuer, target: &str) -> Outcome<AttackRun> {
        let mut run = AttackRun::new(issuer, target)?.patience(Duration::from_secs(self.patience));
        for name in self.only {
            run = run.only(name)?;
        }
        if let Some(method) = self.method {
            run = run.method(method)?;
        }
        for (name, value) in self.header {
            run = run.header(name, value)?;
        }
        run = run.body(self.body.unwrap_or_default());
        run = self.attacker.into_iter().fold(run, AttackRun::attacker);
        run = self.accepted.into_iter().fold(run, AttackRun::accepted);
        run = self.scope.into_iter().fold(run, AttackRun::scope);
        Ok(self.group.into_iter().fold(run, AttackRun::group))
    }
}

fn attack_service(options: Attacks) -> Outcome<ExitCode> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(attack(options))
}

fn header(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once(':').ok_or("it has to look like \"name: value\"")?;
    Ok((name.to_owned(), value.trim().to_owned()))
}

fn attacker(name: &str) -> Result<Attacker, &'static str> {
    match name {
        "anyone" => Ok(Attacker::Anyone),
        "token-holder" => Ok(Attacker::TokenHolder),
        "key-holder" => Ok(Attacker::KeyHolder),
        _ => Err("it has to be anyone, token-holder or key-holder"),
    }
}

fn list(options: &Attacks) -> Outcome<ExitCode> {
    for attack in options.pool.offline().attacks() {
        print(&format!("{}\n", attack.name()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn attack(options: Attacks) -> Outcome<ExitCode> {
    let (target, wait) = (options.target.clone().unwrap_or_default(), options.wait);
    let issuer = options.pool.start()?;
    let run = options.attack_run(&issuer, &target)?;

    print(&configuration(&issuer, &target))?;
    print(&format!("Waiting until it takes a good token, for {wait} s at most.\n"))?;
    if let Err(error) = run.wait(Duration::from_secs(wait)).await {
        eprintln!("error: {error}\nhint: {}", hint(&error, issuer.jwks_fetches()));
        return Ok(ExitCode::from(CONTROL_REFUSED));
    }
    print("It does. Sending attacks, one after the other.\n\n")?;
    let report = run.run().await;
    print(&format!("{report}\n"))?;
    Ok(exit_code(&report))
}

/// What to look at if a good token is refused.
fn hint(error: &AttackError, fetches: u64) -> &'static str {
    let AttackError::ControlRefused { answer } = error else { return "" };
    match (answer.status(), fetches) {
        (None, _) => "is the service there, and does it speak plain HTTP/1.1?",
        (Some(300..400), _) => "a redirect is not followed; name the URL to which it leads",
        (Some(404 | 405 | 411 | 415 | 422), _) => {
            "is this the path? Say what else it needs with --method, --header and --body"
        }
        (Some(429), _) => "switch off what limits the rate of requests",
        (_, 0) => "it never asked for the keys; is it configured with the JWKS URL above?",
        (Some(403), _) => "if the target asks for a group or a scope, say --group or --scope",
        _ => "it has the keys; is it configured with the issuer and the client id above?",
    }
}

fn configuration(issuer: &TestIssuer, target: &str) -> String {
    let (pool, client) = (issuer.user_pool_id(), issuer.client_id());
    let (iss, jwks_url) = (issuer.issuer(), issuer.jwks_url());
    format!(
        "The service at {target} has to take access tokens of:\n  \
           user pool id  {pool}\n  \
           client id     {client}\n  \
           issuer        {iss}\n  \
           JWKS URL      {jwks_url}\n"
    )
}

fn exit_code(report: &AttackReport) -> ExitCode {
    if report.is_open() {
        eprintln!(
            "hint: attack a URL that asks for a token, or name with --accepted the status of who is let in"
        );
        return ExitCode::from(OPEN);
    }
    if report.has_holes() {
        return ExitCode::from(HOLES);
    }
    if !report.are_controls_accepted() || report.unsent() > 0 {
        eprintln!("error: not every good token was taken, so that refusals prove nothing");
        return ExitCode::from(CONTROL_REFUSED);
    }
    if report.outcomes().is_empty() {
        eprintln!("error: nothing was sent; attacks on groups need --group");
        return ExitCode::from(NOT_BEGUN);
    }
    ExitCode::SUCCESS
}

const EXIT_CODES: &str = "\
Exit codes:
  0  every attack was refused, whatever the status
  1  at least one was accepted, or the forger's server was asked for keys
  2  it could not begin
  3  a good token was refused, at the beginning, in between or at the end
  4  whoever sends no token at all was let in, and nothing else was sent";

const HOLES: u8 = 1;
const NOT_BEGUN: u8 = 2;
const CONTROL_REFUSED: u8 = 3;
const OPEN: u8 = 4;
