# What contributors run. Everything else is in `.ci/run`, step by step.

default:
    @just --list

# The quickstart: a test issuer and a protected API.
quickstart *arguments:
    cargo run --example quickstart -- {{ arguments }}

# Every test that needs nothing but Rust and a C compiler.
test:
    cargo test --workspace

# What the build server runs: all steps, or those named (`just ci fmt clippy`).
ci *steps:
    bash .ci/run {{ steps }}

# The speed of a verification, beside others; see docs/performance.md.
bench:
    cargo bench --manifest-path benches/compare/Cargo.toml

# Requests per second behind each layer. Needs wrk.
bench-http:
    cargo run --release --manifest-path benches/http/Cargo.toml

# What each layer adds to a hello-world.
bench-size:
    benches/size/run
