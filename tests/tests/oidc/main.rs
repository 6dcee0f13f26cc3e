//! `Policy::oidc`: tokens as the providers publish them, discovery, and whoever lies in it.

mod claims;
mod crossing;
mod discovery;
mod header;
mod logged;
mod look_alikes;
mod looked_up;
mod providers;
mod served;
mod settings;
mod shapes;
mod support;
