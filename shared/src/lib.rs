//! Latchkey's domain: what the functions share.
//!
//! From the bottom up: `model` is pure; `store` and `secrets` are the only places that speak to AWS;
//! `signing` has the keys and `token` the access tokens; `authentication` and `authorization` say who asks;
//! `app_clients` and `roles` are what can be done, in no protocol; `http` has the protocols.
//! `runtime` carries them all.

// A call of the SDK is the only large future here: boxed where it is made, it is not moved about.
#![deny(clippy::large_futures)]

pub mod app_clients;
pub mod authentication;
pub mod authorization;
pub mod clock;
pub mod fault;
pub mod http;
pub mod model;
pub mod random;
pub mod refusal;
pub mod roles;
pub mod runtime;
pub mod secrets;
pub mod signing;
pub mod store;
pub mod token;
