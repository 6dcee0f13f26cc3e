//! Tenants with keys of their own under one and the same `kid`, what a lookup knows about them, and
//! who was asked how often.

use poolgate::{
    Clock, Fetch, FetchError, FetchFuture, Fetched, ManualClock, Policy, PolicyLookup, TokenUse,
    Verifier,
};
use poolgate_issuer::{
    Algorithm, TestClock, TestIssuer, TestIssuerBuilder, TokenBuilder, UserPool,
};
use poolgate_tests::START;
use std::{
    collections::HashMap,
    future,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::task::JoinSet;

/// What the lookup knows, the keys of every tenant, and a clock.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) tenants: Arc<Vec<Tenant>>,
    pub(crate) asked: Counts,
    pub(crate) fetched: Counts,
    /// The URLs that never answer are those that were counted here.
    pub(crate) hung: Counts,
    pub(crate) clock: ManualClock,
    sayings: Arc<Mutex<HashMap<String, Saying>>>,
    documents: Arc<HashMap<String, String>>,
}

/// What the lookup says about an issuer.
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "there are few of them")]
pub(crate) enum Saying {
    Policy(Policy),
    Nothing,
    Fails,
    Hangs,
    PanicsAtOnce,
    PanicsLater,
}

pub(crate) struct Tenant {
    pool: TestIssuer,
}

impl World {
    /// So many tenants, all of them known to the lookup.
    pub(crate) fn with(count: usize) -> Self {
        let pool = |n| UserPool::new(format!("eu-west-1_Tenant{n}")).algorithm(Algorithm::Es256);
        let server = TestIssuer::builder().clock(TestClock::at(START));
        let server = (0..count).map(pool).fold(server, TestIssuerBuilder::user_pool);
        let tenants: Vec<_> =
            server.offline().pools().into_iter().map(|pool| Tenant { pool }).collect();
        let documents = tenants.iter().map(|t| (t.jwks_url(), t.jwks())).collect();
        let sayings = tenants.iter().map(|t| (t.iss().to_owned(), Saying::Policy(t.policy())));
        Self {
            sayings: Arc::new(Mutex::new(sayings.collect())),
            documents: Arc::new(documents),
            tenants: Arc::new(tenants),
            asked: Counts::default(),
            fetched: Counts::default(),
            hung: Counts::default(),
            clock: ManualClock::at(START),
        }
    }

    pub(crate) fn tenant(&self, number: usize) -> &Tenant {
        &self.tenants[number]
    }

    /// A good token of each tenant.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.tenants.iter().map(Tenant::token).collect()
    }

    /// Lets the lookup say something else about an issuer from now on.
    pub(crate) fn says(&self, iss: &str, saying: Saying) {
        self.sayings.lock().unwrap().insert(iss.to_owned(), saying);
    }

    pub(crate) fn lookup(&self) -> PolicyLookup {
        let world = self.clone();
        PolicyLookup::new(move |iss| {
            world.asked.count(&iss);
            let saying = world.sayings.lock().unwrap().get(&iss).cloned();
            assert!(!matches!(saying, Some(Saying::PanicsAtOnce)), "as planned");
            async move {
                // Others go first, as they do when a question takes time.
                tokio::task::yield_now().await;
                match saying.unwrap_or(Saying::Nothing) {
                    Saying::Policy(policy) => Ok(Some(policy)),
                    Saying::Nothing => Ok(None),
                    Saying::Fails => Err("the directory is away".into()),
                    Saying::Hangs => future::pending().await,
                    Saying::PanicsAtOnce | Saying::PanicsLater => panic!("as planned"),
                }
            }
        })
    }

    pub(crate) fn verifier(&self) -> Verifier {
        self.verifier_with(self.lookup())
    }

    pub(crate) fn verifier_with(&self, lookup: PolicyLookup) -> Verifier {
        let builder = poolgate_tests::builder(lookup).clock(self.clock.clone());
        builder.fetch(self.documents()).build().unwrap()
    }

    pub(crate) fn documents(&self) -> Documents {
        let documents = Arc::clone(&self.documents);
        Documents { documents, fetched: self.fetched.clone(), hung: self.hung.clone() }
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now().wall().as_secs()
    }
}

impl Tenant {
    pub(crate) fn iss(&self) -> &str {
        self.pool.issuer()
    }

    pub(crate) fn policy(&self) -> Policy {
        let (pool, client) = (self.pool.user_pool_id(), self.pool.client_id());
        Policy::cognito(pool, client, TokenUse::Access).unwrap()
    }

    pub(crate) fn jwks_url(&self) -> String {
        format!("{}/.well-known/jwks.json", self.iss())
    }

    /// A good token that outlives every story.
    pub(crate) fn token(&self) -> String {
        self.access_token().sign()
    }

    pub(crate) fn access_token(&self) -> TokenBuilder {
        self.pool.access_token().kid(KID).expires_in(DAY * 10)
    }

    /// This tenant's claims under another tenant's key.
    pub(crate) fn token_signed_by(&self, other: &Self) -> String {
        self.access_token().signed_by(&other.pool).sign()
    }

    fn jwks(&self) -> String {
        self.pool.jwks_json().replace(&self.pool.access_kid(), KID)
    }
}

/// The key sets of all tenants, by URL.
pub(crate) struct Documents {
    documents: Arc<HashMap<String, String>>,
    fetched: Counts,
    hung: Counts,
}

impl Fetch for Documents {
    fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f> {
        Box::pin(async move {
            self.fetched.count(url);
            if self.hung.of(url) > 0 {
                return future::pending().await;
            }
            let document = self.documents.get(url).cloned();
            document.map(Fetched::new).ok_or_else(|| FetchError::status(404))
        })
    }
}

/// How often each of them was counted.
#[derive(Clone, Default)]
pub(crate) struct Counts(Arc<Mutex<HashMap<String, usize>>>);

impl Counts {
    pub(crate) fn count(&self, name: &str) {
        *self.0.lock().unwrap().entry(name.to_owned()).or_default() += 1;
    }

    pub(crate) fn of(&self, name: &str) -> usize {
        self.0.lock().unwrap().get(name).copied().unwrap_or(0)
    }

    /// Who else holds it.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }

    pub(crate) fn all(&self) -> usize {
        self.0.lock().unwrap().values().sum()
    }
}

/// The answer in a word: `accepted`, or the code of the error.
pub(crate) async fn answer(verifier: &Verifier, token: &str) -> &'static str {
    verifier.verify(token).await.map_or_else(|error| error.code(), |_| "accepted")
}

/// What [`answer`] says, without waiting; `waits` if it would have to.
pub(crate) fn cached(verifier: &Verifier, token: &str) -> &'static str {
    match verifier.verify_cached(token) {
        Some(Ok(_)) => "accepted",
        Some(Err(error)) => error.code(),
        None => "waits",
    }
}

/// The answers to so many requests that are made at the same time.
pub(crate) async fn ask_at_once(
    count: usize,
    verifier: &Verifier,
    token: &str,
) -> Vec<&'static str> {
    let mut requests = JoinSet::new();
    for _ in 0..count {
        let (verifier, token) = (verifier.clone(), token.to_owned());
        requests.spawn(async move { answer(&verifier, &token).await });
    }
    requests.join_all().await
}

/// Lets every task of a current-thread runtime run until it waits.
pub(crate) async fn let_others_run() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);
pub(crate) const DAY: Duration = Duration::from_secs(86_400);
const KID: &str = "the-same-everywhere";
