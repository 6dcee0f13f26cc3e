//! The cache of verified tokens: what it spares, and that nothing else changes.

mod changes;
mod check;
mod keys;
mod limits;
mod support;
mod tenants;
