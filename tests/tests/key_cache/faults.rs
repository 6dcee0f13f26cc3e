//! Every way for the endpoint to misbehave: what it does to a verifier without keys, to one that
//! has some, and after it is over.

use crate::support::*;
use poolgate::{TokenUse, Verifier};
use poolgate_issuer::Fault;
use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};

/// What comes of a fetch.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    /// It fails like this.
    Fails(&'static str),
    /// It succeeds, and so many keys can be used.
    Brings { usable: usize, skipped: usize },
}
use Outcome::{Brings, Fails};

impl Outcome {
    /// How often the endpoint is asked: once for a verifier to be warm, once by each during the fault, and once by each
    /// when it is over. Where the fault has emptied the set, each asks once more for the kid that is gone.
    fn fetches(self) -> (u64, u64) {
        match self {
            Fails(_) => (3, 5),
            Brings { usable: 0, .. } => (4, 7),
            Brings { .. } => (3, 3),
        }
    }
}

#[tokio::test]
async fn every_fault_is_survived() {
    let canary = Canary::new();
    let mut stories = JoinSet::new();
    // All at once are too many for a small machine that has other things to do.
    let at_once = Arc::new(Semaphore::new(8));
    for (name, fault, outcome) in table(&canary) {
        let story = story(name.clone(), fault, outcome);
        let at_once = Arc::clone(&at_once);
        stories.spawn(async move {
            let _permit = at_once.acquire().await.unwrap();
            let task = tokio::spawn(story);
            task.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        });
    }
    let rows = stories.join_all().await.len();
    println!("{rows} faults, cold and warm: all survived");
    assert!(!canary.was_called(), "no redirect is followed");
    assert!(canary.can_be_called());
}

#[tokio::test]
async fn a_dead_issuer_is_a_failed_connection() {
    let world = poolgate_tests::World::around(pool().offline());
    let verifier = world.verifier();
    assert_eq!(is_unavailable(&verifier, &token(&world)).await, 1);
    assert_eq!(name(state(&verifier).last_error.as_ref()), "connect");
}

/// Linux lets nobody in once the queue of a listener is full.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_nobody_takes_is_given_up_before_the_whole_time_is_over() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let connect = || timeout(Duration::from_millis(100), tokio::net::TcpStream::connect(address));
    let mut queue = Vec::new();
    while let Ok(stream) = connect().await {
        queue.push(stream.unwrap());
        assert!(queue.len() < 100, "the queue is never full");
    }
    let world = poolgate_tests::World::around(pool().offline());
    let policy = world.policy(TokenUse::Access).jwks_url(format!("http://{address}/keys"));
    let verifier = Verifier::builder(policy.unwrap()).clock(world.clock.clone()).build().unwrap();
    answers(&verifier, &token(&world), "keys_unavailable").await;
    assert_eq!(name(state(&verifier).last_error.as_ref()), "timeout");
}

async fn story(row: String, fault: Fault, outcome: Outcome) {
    let (world, warm, good) = warm_world().await;
    let cold = world.verifier();
    let before = state(&warm);
    world.issuer.fail_jwks(fault);
    world.pass(MINUTE * 5);

    accepts(&warm, &good).await;
    let (answered, ()) = tokio::join!(answer(&cold, &good), fetches_end(&warm, 2));
    let (cold_state, warm_state) = (state(&cold), state(&warm));
    let (at_first, once_healed) = outcome.fetches();
    assert_eq!(world.issuer.jwks_fetches(), at_first, "{row}");
    match outcome {
        Fails(error) => {
            assert_eq!(answered, "keys_unavailable", "{row}, cold");
            assert_eq!(is_unavailable(&cold, &good).await, 1, "{row}, cold, again");
            assert_eq!(world.issuer.jwks_fetches(), at_first, "{row}: nobody asks within a second");
            assert_eq!(cached(&warm, &good), "accepted", "{row}, warm");
            for state in [&cold_state, &warm_state] {
                assert_eq!(name(state.last_error.as_ref()), error, "{row}");
                assert_eq!(state.failed_fetches, 1, "{row}");
            }
            assert_eq!(warm_state.generation, before.generation, "{row}");
            assert_eq!((warm_state.usable_keys, cold_state.usable_keys), (2, 0), "{row}");
            world.issuer.heal_jwks();
            world.pass(SECOND);
        }
        Brings { usable, skipped } => {
            let expected = if usable == 0 { "key_not_found" } else { "accepted" };
            assert_eq!(answered, expected, "{row}, cold");
            assert_eq!(answer(&warm, &good).await, expected, "{row}, warm");
            for state in [&cold_state, &warm_state] {
                assert_eq!(name(state.last_error.as_ref()), "nothing", "{row}");
                assert_eq!((state.usable_keys, state.skipped_keys), (usable, skipped), "{row}");
            }
            world.issuer.heal_jwks();
            world.pass(SECOND * 10);
        }
    }
    for (name, verifier) in [("cold", &cold), ("warm", &warm)] {
        assert_eq!(answer(verifier, &good).await, "accepted", "{row}, {name}, healed");
        until(|| state(verifier).last_error.is_none()).await;
    }
    assert_eq!(world.issuer.jwks_fetches(), once_healed, "{row}, healed");
}

fn table(canary: &Canary) -> Vec<(String, Fault, Outcome)> {
    let two = Brings { usable: 2, skipped: 0 };
    let mut rows = vec![
        row("no content", Fault::Status(204), Fails("status 204")),
        row("not found", Fault::Status(404), Fails("status 404")),
        row("too many requests", Fault::Status(429), Fails("status 429")),
        row("server error", Fault::Status(500), Fails("status 500")),
        row("unavailable", Fault::Status(503), Fails("status 503")),
        row("a little late", Fault::Delay(Duration::from_millis(50)), two),
        row("too late", Fault::Delay(Duration::from_secs(60)), Fails("timeout")),
        row("never", Fault::Hang, Fails("timeout")),
        row("drop by drop", Fault::Drip(Duration::from_millis(1)), two),
        row("drop by drop, too slowly", Fault::Drip(Duration::from_millis(100)), Fails("timeout")),
        row("reset", Fault::Reset, Fails("interrupted")),
        row("cut off", Fault::Truncated, Fails("interrupted")),
        row("256 KiB", Fault::Oversized(256 * 1024), two),
        row("256 KiB and a byte", Fault::Oversized(256 * 1024 + 1), Fails("too large")),
        row("300 KiB", Fault::Oversized(300 * 1024), Fails("too large")),
        row("64 MiB", Fault::Oversized(64 * 1024 * 1024), Fails("too large")),
        row("without end", Fault::Endless, Fails("too large")),
        row("HTML", Fault::Html, Fails("key set")),
        row("half a document", Fault::BadJson, Fails("key set")),
        row("one bad key", Fault::OneBadKey, Brings { usable: 2, skipped: 1 }),
        row("every key twice", Fault::DuplicateKid, Brings { usable: 0, skipped: 4 }),
        row("no keys", Fault::EmptySet, Brings { usable: 0, skipped: 0 }),
    ];
    for status in [301, 302, 303, 307, 308] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{}/keys", canary.address());
            rows.push(redirect(status, url));
        }
        rows.push(redirect(status, "file:///etc/hostname".to_owned()));
        rows.push(redirect(status, "jwks.json".to_owned()));
    }
    let bodies = [
        ("nothing", "", Fails("key set")),
        ("null", "null", Fails("key set")),
        ("no object", r#"[{"keys":[]}]"#, Fails("key set")),
        ("no list", r#"{"keys":{}}"#, Fails("key set")),
        ("keys missing", "{}", Fails("key set")),
        ("keys twice", r#"{"keys":[],"keys":[]}"#, Fails("key set")),
        ("byte order mark", "\u{feff}{\"keys\":[]}", Fails("key set")),
        ("more after the end", r#"{"keys":[]} {"keys":[]}"#, Fails("key set")),
        ("an octet key", r#"{"keys":[{"kty":"oct","k":"AAAA","kid":"o"}]}"#, skips(1)),
        ("keys of the future", r#"{"keys":[{"kty":"AKP","kid":"a"},7,null]}"#, skips(3)),
    ];
    rows.extend(
        bodies.map(|(name, body, outcome)| row(name, Fault::Body(body.to_owned()), outcome)),
    );
    let many = |count| format!(r#"{{"keys":[{}]}}"#, vec!["{}"; count].join(","));
    rows.push(row("a hundred keys", Fault::Body(many(100)), skips(100)));
    rows.push(row("a key too many", Fault::Body(many(101)), Fails("key set")));
    rows
}

fn row(name: &str, fault: Fault, outcome: Outcome) -> (String, Fault, Outcome) {
    (name.to_owned(), fault, outcome)
}

fn redirect(status: u16, url: String) -> (String, Fault, Outcome) {
    let error = match status {
        301 => "status 301",
        302 => "status 302",
        303 => "status 303",
        307 => "status 307",
        _ => "status 308",
    };
    (format!("{status} to {url}"), Fault::Redirect(status, url), Fails(error))
}

const fn skips(skipped: usize) -> Outcome {
    Brings { usable: 0, skipped }
}

/// A port that nobody is to call.
pub(crate) struct Canary(TcpListener);

impl Canary {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// Whether a connection came; the system keeps those that nobody has accepted.
    pub(crate) fn was_called(&self) -> bool {
        match self.0.accept() {
            Ok(_) => true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// That [`was_called`](Self::was_called) would have seen it.
    pub(crate) fn can_be_called(&self) -> bool {
        let _call = TcpStream::connect(self.address()).unwrap();
        self.was_called()
    }
}
