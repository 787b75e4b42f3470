//! Proofs beyond single requests: every order of the protocol's steps, every right of the functions,
//! whole deployments under faults; and that the code, the template and the documents agree.

mod layout;
mod model;
mod permissions;
mod routes;
mod simulation;
mod tables;
