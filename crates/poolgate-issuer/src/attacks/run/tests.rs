use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::{Algorithm, TestIssuer};

const SHORT: Duration = Duration::from_millis(200);

/// What a service answers to the text of a request: a status, or nothing.
type Service = dyn Fn(&str) -> Option<u16> + Send + Sync;

async fn serve(service: impl Fn(&str) -> Option<u16> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service: Arc<Service> = Arc::new(service);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, Arc::clone(&service)));
        }
    });
    address
}

async fn answer(mut stream: TcpStream, service: Arc<Service>) {
    let mut request = Vec::new();
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    }
    if let Some(status) = service(&String::from_utf8_lossy(&request)) {
        let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithm(Algorithm::EdDsa).offline()
}

fn run(issuer: &TestIssuer, address: SocketAddr) -> AttackRun {
    AttackRun::new(issuer, &format!("http://{address}/me")).unwrap()
}

/// A service that only looks whether there is a token.
fn whatever_is_sent(request: &str) -> Option<u16> {
    Some(if request.contains("authorization: Bearer ") { 200 } else { 401 })
}

/// How a token begins whose header is the usual one: `{"kid":"test` in base64url.
const USUAL: &str = "Bearer eyJraWQiOiJ0ZXN0";

#[tokio::test]
async fn who_refuses_everything_is_noticed() {
    let (issuer, address) = (issuer(), serve(|_| Some(401)).await);
    let run = run(&issuer, address).only("alg-none").unwrap();

    let error = run.wait(SHORT).await.unwrap_err();
    let report = run.run().await;

    let answer = AttackAnswer::Status(401);
    assert_eq!(error, AttackError::ControlRefused { answer });
    assert!(!report.has_holes() && !report.are_controls_accepted() && !report.is_clean());
}

#[tokio::test]
async fn who_accepts_every_token_is_noticed() {
    let (issuer, address) = (issuer(), serve(whatever_is_sent).await);
    let run = run(&issuer, address);
    run.wait(Duration::ZERO).await.unwrap();

    let report = run.run().await;

    assert!(report.are_controls_accepted() && !report.is_clean() && !report.is_open());
    let accepted: Vec<_> = report.wrong_accepts().map(AttackOutcome::attack).collect();
    let tokens = report.outcomes().iter().filter(|outcome| outcome.attack().token().is_some());
    assert!(accepted.len() >= tokens.count() && accepted.len() > 300, "{}", accepted.len());
    let text = report.to_string();
    assert!(text.contains("\nalg-none  ") && text.contains("WRONGLY ACCEPTED, sent by anyone"));
}

#[tokio::test]
async fn who_lets_everybody_in_is_told_apart() {
    let (issuer, address) = (issuer(), serve(|_| Some(200)).await);

    let report = run(&issuer, address).run().await;

    assert!(report.is_open() && report.has_holes() && !report.is_clean());
    assert!(report.outcomes().is_empty() && report.unsent() > 300, "{report}");
    let summary = format!(
        "\nTHE TARGET IS OPEN: it lets in whoever sends no token at all, so {} attacks were not sent\n",
        report.unsent()
    );
    assert!(report.to_string().contains(&summary), "{report}");
}

/// As a limit of the rate of requests does, or a restart with another configuration.
#[tokio::test]
async fn who_changes_in_between_is_noticed() {
    let issuer = issuer();
    let (requests, limit) = (AtomicUsize::new(0), 60..100);
    let service = move |request: &str| match limit.contains(&requests.fetch_add(1, SeqCst)) {
        true => Some(429),
        false if request.contains(USUAL) => Some(200),
        false => Some(401),
    };

    let report = run(&issuer, serve(service).await).attacker(Attacker::Anyone).run().await;

    assert!(report.unsent() > 10 && !report.is_clean(), "{report}");
    assert!(report.to_string().contains("\nTHE TARGET BROKE DOWN: "), "{report}");
}

#[tokio::test]
async fn requests_are_what_the_target_needs() {
    let issuer = issuer();
    let service = |request: &str| {
        let is_known = request.starts_with("PUT /me HTTP/1.1\r\n")
            && request.contains("\r\nx-key: k\r\n")
            && request.contains("\r\ncontent-length: 2\r\n");
        Some(if !is_known {
            404
        } else if request.contains(USUAL) {
            200
        } else {
            401
        })
    };
    let run = run(&issuer, serve(service).await).only("garbage").unwrap();
    run.wait(Duration::ZERO).await.unwrap_err();

    let run = run.method("PUT").unwrap().header("x-key", "k").unwrap().body("{}");

    assert!(run.run().await.is_clean());
    assert!(run.clone().method("").is_err() && run.header("Authorization", "x").is_err());
}

#[tokio::test]
async fn other_refusals_are_told_apart() {
    let issuer = issuer();
    for (status, verdict) in [
        (Some(401), AttackVerdict::Refused),
        (Some(403), AttackVerdict::RefusedOtherwise),
        (Some(302), AttackVerdict::RefusedOtherwise),
        (Some(500), AttackVerdict::ServerError),
        (None, AttackVerdict::NoAnswer),
        (Some(200), AttackVerdict::WronglyAccepted),
    ] {
        let service = move |request: &str| match request {
            garbage if garbage.contains("Bearer garbage") => status,
            usual if usual.contains(USUAL) => Some(200),
            _ => Some(401),
        };
        let run = run(&issuer, serve(service).await).only("garbage").unwrap();
        let report = run.run().await;
        let verdicts: Vec<_> = report.outcomes().iter().map(AttackOutcome::verdict).collect();
        assert_eq!(verdicts, [verdict]);
        assert_eq!(report.is_clean(), verdict != AttackVerdict::WronglyAccepted);
    }
}

#[tokio::test]
async fn nobody_waits_for_an_answer_for_ever() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let run = run(&issuer(), listener.local_addr().unwrap()).patience(SHORT);

    let error = run.wait(Duration::ZERO).await.unwrap_err();

    let answer = AttackAnswer::Nothing(std::io::ErrorKind::TimedOut);
    assert_eq!(error, AttackError::ControlRefused { answer });
}

#[tokio::test]
async fn what_counts_as_accepted_can_be_said() {
    let issuer = issuer();
    let service = |request: &str| Some(if request.contains(USUAL) { 404 } else { 200 });
    let run = run(&issuer, serve(service).await).accepted(404).only("no-credential").unwrap();

    let report = run.run().await;

    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn a_target_that_breaks_down_ends_the_run() {
    let issuer = issuer();
    let answers = AtomicUsize::new(5);
    let service = move |request: &str| {
        let left = answers.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
        left.ok().and_then(|_| whatever_is_sent(request))
    };
    let run = run(&issuer, serve(service).await).only("A1").unwrap();

    let report = run.run().await;

    let verdicts: Vec<_> = report.outcomes().iter().map(AttackOutcome::verdict).collect();
    assert_eq!(verdicts, [AttackVerdict::WronglyAccepted, AttackVerdict::NoAnswer], "{report}");
    assert!(report.unsent() > 5 && !report.are_controls_accepted(), "{report}");
}

#[tokio::test]
async fn runs_can_be_narrowed() {
    let issuer = issuer();
    let address = serve(whatever_is_sent).await;
    let rows = |report: &AttackReport| -> Vec<_> {
        report.outcomes().iter().map(|outcome| outcome.attack().row()).collect()
    };

    let row = run(&issuer, address).only("a5").unwrap().run().await;
    let group = run(&issuer, address).only("C14").unwrap();
    let anyone = run(&issuer, address).only("A16").unwrap().attacker(Attacker::Anyone).run().await;

    assert!(rows(&row).len() > 2 && rows(&row).iter().all(|row| *row == "A5"));
    assert_eq!(rows(&group.run().await), [""; 0], "nobody asks for a group");
    assert_eq!(rows(&group.group("Admins").run().await).len(), 10);
    assert_eq!(rows(&anyone).len(), 6);
    let error = run(&issuer, address).only("A99").unwrap_err();
    assert_eq!(error, AttackError::UnknownAttack { name: "A99".to_owned() });
}
