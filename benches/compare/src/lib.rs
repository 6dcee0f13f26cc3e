//! Benchmarks of poolgate beside the bare signature and other verifiers; see `benches/`.
