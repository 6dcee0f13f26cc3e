//! What a verifier with a lookup keeps in memory.
//!
//! A program of its own with one test: memory is counted by thread, and what one thread of a
//! concurrent map lets go may be freed by another.

use allocation_counter::measure;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use poolgate::{FetchFuture, Fetched, Policy, PolicyLookup, TokenUse, Verifier};
use poolgate_issuer::{Algorithm, TestIssuer};
use tokio::runtime::{Builder, Runtime};

#[test]
fn what_is_remembered_takes_what_the_documentation_says() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    for (name, algorithm, most) in
        [("RSA", Algorithm::Rs256, 4 * 1_024), ("EC", Algorithm::Es256, 3 * 1_024)]
    {
        let taken = a_tenant(&runtime, algorithm);
        println!("{taken} bytes for a tenant with two {name} keys");
        assert!((1_024..most).contains(&taken), "{name}: {taken} bytes");
    }
    a_flood(&runtime);
}

/// The bytes for each of 2,000 tenants, without what the cryptographic library keeps.
fn a_tenant(runtime: &Runtime, algorithm: Algorithm) -> i64 {
    let issuer = TestIssuer::builder().algorithm(algorithm).offline();
    let lookup = PolicyLookup::new(|iss| async move {
        let pool = iss.rsplit('/').next().unwrap_or_default();
        let policy = Policy::cognito(pool, "1example23456789", TokenUse::Access)?;
        Ok(Some(policy.allow_test_keys()))
    });
    let document = Document(issuer.jwks_json());
    let verifier = Verifier::builder(lookup).fetch(document).build().unwrap();
    let iss = |n| format!("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Tenant{n}");
    let token = |n| issuer.access_token().claim("iss", iss(n)).client_id("1example23456789").sign();
    let tokens: Vec<String> = (0..TENANTS).map(token).collect();
    let find = async {
        for token in &tokens {
            verifier.verify(token).await.unwrap();
        }
    };
    let taken = measure(|| runtime.block_on(find)).bytes_current;
    assert_eq!(verifier.health().issuers.len(), tokens.len());
    taken / TENANTS
}

/// Refused issuers take no more than their limit says, however many there are.
fn a_flood(runtime: &Runtime) {
    let lookup = PolicyLookup::new(|_| async { Ok(None) }).max_refused(1_000);
    let verifier = Verifier::builder(lookup).build().unwrap();
    let flood = |from: u32, to: u32| {
        let flood = async {
            for number in from..to {
                let error = verifier.verify(&junk(number)).await.unwrap_err();
                assert_eq!(error.code(), "invalid_issuer");
            }
        };
        measure(|| runtime.block_on(flood)).bytes_current
    };
    let first = flood(0, 1_000);
    println!("{} bytes for a refused issuer", first / 1_000);
    assert!(first < 1_000 * 1_000, "{first} bytes");
    let more = flood(1_000, 20_000);
    assert!(more < first / 2, "{more} bytes more, for twenty times as many");
}

struct Document(String);

impl poolgate::Fetch for Document {
    fn fetch<'f>(&'f self, _: &'f str) -> FetchFuture<'f> {
        Box::pin(async { Ok(Fetched::new(self.0.as_str())) })
    }
}

/// A well-formed token of an issuer that nobody knows; its signature is none.
fn junk(number: u32) -> String {
    let encode = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    let header = encode(r#"{"alg":"ES256","kid":"a"}"#.to_owned());
    let claims = encode(format!(r#"{{"iss":"https://id.example/{number}"}}"#));
    format!("{header}.{claims}.AAAA")
}

const TENANTS: i64 = 2_000;
