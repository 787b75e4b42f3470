//! The library of all functions.
//!
//! `model` is the domain, without I/O. `runtime` has Lambda, the environment, HTTPS and the log.
//! Only `store` and `secrets` use the service clients of the AWS SDK. `signing` has the signing
//! keys, and `token` the access tokens. `authentication` and `authorization` verify clients and
//! callers. `app_clients`, `roles` and `decisions` are the operations, independent of any protocol; `http` has
//! the protocols. `docs/architecture.md` lists every module, and which may import which.

// The only large futures here are calls of the AWS SDK. They are boxed at the call, so no future
// that awaits one is large.
#![deny(clippy::large_futures)]

pub mod app_clients;
pub mod authentication;
pub mod authorization;
pub mod clock;
pub mod decisions;
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
