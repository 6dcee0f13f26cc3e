//! Issuers that are found at run time: who asks, when, what is remembered, and that no tenant can
//! do anything to another.

mod changes;
mod memory;
mod questions;
mod support;
mod tenants;
mod waiting;
