//! The key-cache contract (DESIGN.md §5), proven over real sockets: who fetches, when, how often,
//! and what a request is told meanwhile.

mod cold;
mod faults;
mod fetchers;
mod freshness;
mod health;
mod isolation;
mod outage;
mod races;
mod rotation;
mod runtimes;
mod support;
mod unknown_kid;
