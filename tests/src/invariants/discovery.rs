//! Where a discovery document can lead.

use super::with_members;
use crate::START;
use poolgate::{
    Fetch, FetchFuture, Fetched, ManualClock, Policy, TokenKind, Verifier, VerifierBuilder,
};
use serde_json::{Value, json};
use std::{
    net::IpAddr,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use tokio::runtime::{Builder, Runtime};

/// A document leads nowhere, or to the place that another parser reads from a document of this
/// issuer: over https, and not to an address. As a whole, and as members of a good one.
pub fn a_discovery_document_leads_where_it_may(document: &[u8]) {
    leads_where_it_may(document);
    leads_where_it_may(&with_members(&good_discovery(), document));
}

/// A document that is taken, for others to change.
#[must_use]
pub fn good_discovery() -> String {
    json!({ "issuer": ISSUER, "jwks_uri": format!("{ISSUER}/keys") }).to_string()
}

/// Whether a document leads anywhere.
#[must_use]
pub fn leads_somewhere(document: &[u8]) -> bool {
    led_to(document, None).is_some()
}

fn leads_where_it_may(document: &[u8]) {
    let (any, own) = (led_to(document, None), led_to(document, Some([])));
    if let Some(url) = &any {
        let document: Value = serde_json::from_slice(document).expect("what is read is JSON");
        assert_eq!(document["issuer"], ISSUER);
        let named = document["jwks_uri"].as_str().expect("a jwks_uri is a text");
        assert!(named.to_ascii_lowercase().starts_with("https://"), "{named}");
        let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', ':']).next());
        let host = host.expect("an https URL has a host");
        assert!(!host.contains(['@', '[', '\\']) && host.parse::<IpAddr>().is_err(), "{url}");
    }
    if let Some(url) = own {
        assert!(url.starts_with(&format!("{ISSUER}/")), "{url}");
        assert_eq!(any.as_ref(), Some(&url), "what few may say, all may");
    }
}

/// The URL that is asked for keys.
fn led_to(document: &[u8], origins: Option<[&str; 0]>) -> Option<String> {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        Builder::new_current_thread().enable_time().build().expect("a runtime without sockets")
    });
    let policy = Policy::oidc(ISSUER, "orders", TokenKind::at_jwt());
    let policy = policy.and_then(|policy| match origins {
        Some(origins) => policy.jwks_origins(origins),
        None => Ok(policy),
    });
    let asked = Arc::default();
    let fetch = Documents { discovery: document.to_vec(), asked: Arc::clone(&asked) };
    let builder: VerifierBuilder = Verifier::builder(policy.expect("a good policy"));
    let verifier = builder.clock(ManualClock::at(START)).fetch(fetch).build();
    let warm_up = async { verifier.expect("a good configuration").warm_up().await };
    let _ = RUNTIME.block_on(warm_up);
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
    match asked.as_slice() {
        [_discovery] => None,
        [_discovery, keys] => Some(keys.clone()),
        urls => panic!("asked for {urls:?}"),
    }
}

/// Answers the first question with the document, and the second with nothing of use.
#[derive(Debug)]
struct Documents {
    discovery: Vec<u8>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fetch for Documents {
    fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(url.to_owned());
        Box::pin(async { Ok(Fetched::new(self.discovery.clone())) })
    }
}

const ISSUER: &str = "https://id.example";
