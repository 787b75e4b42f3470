//! Proofs of the promises beyond single requests: every order of the protocol's steps, every right of
//! the functions, and whole deployments under faults.

mod model;
mod permissions;
mod simulation;
