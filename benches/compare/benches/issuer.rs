//! The test issuer: how fast it signs tokens, and how soon it is there.
//!
//! `cargo bench --manifest-path benches/compare/Cargo.toml --bench issuer`

use criterion::{Criterion, Throughput};
use poolgate_issuer::{Algorithm, TestIssuer};
use std::hint::black_box;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    mint(&mut criterion);
    start(&mut criterion);
    criterion.final_summary();
}

/// Tokens of a user in two groups, on one core.
fn mint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("issuer/mint");
    group.throughput(Throughput::Elements(1));
    for (name, algorithm) in
        [("RS256", Algorithm::Rs256), ("ES256", Algorithm::Es256), ("EdDSA", Algorithm::EdDsa)]
    {
        let issuer = TestIssuer::builder().algorithm(algorithm).offline();
        let token = issuer.access_token().username("alice").group("Admins").group("Basic");
        group.bench_function(name, |b| b.iter(|| black_box(token.sign())));
    }
    group.finish();
}

/// From nothing to a server that answers, once the first keys are made: EC keys are made anew, RSA keys are those of an
/// issuer that has ended.
fn start(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("the system can run a tokio runtime");
    let start = |algorithm| runtime.block_on(TestIssuer::builder().algorithm(algorithm).start());
    for (name, algorithm) in [("RS256", Algorithm::Rs256), ("ES256", Algorithm::Es256)] {
        drop(start(algorithm));
        criterion.bench_function(&format!("issuer/start/{name}"), |b| b.iter(|| start(algorithm)));
    }
}
