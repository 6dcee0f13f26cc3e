//! The key-cache contract (the README has it), proven over real sockets: who fetches, when, how often,
//! and what a request is told meanwhile.

mod abandoned;
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
mod sharing;
mod snapshot;
mod support;
mod unknown_kid;
