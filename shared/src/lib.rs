//! Latchkey's domain: what the functions share.
//!
//! `model` is pure; `oauth` and `jsonapi` are the two wires; `token` makes and checks access
//! tokens; `store` and `keys` are the only places that speak to AWS.

// A call of the SDK is the only large future here: boxed where it is made, it is not moved about.
#![deny(clippy::large_futures)]

pub mod clock;
pub mod environment;
pub mod fault;
pub mod form;
pub mod issuer;
pub mod json;
pub mod jsonapi;
pub mod keys;
pub mod lambda;
pub mod log;
pub mod management;
pub mod model;
pub mod oauth;
pub mod random;
pub mod response;
pub mod store;
pub mod token;
