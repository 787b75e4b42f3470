//! Tests beyond single requests: every order of the protocol's steps, every permission of the
//! functions, whole deployments under faults, and the agreement of code, template and documents.

mod deployment;
mod downloads;
mod floods;
mod front;
mod layout;
mod model;
mod openapi;
mod permissions;
mod postman;
mod routes;
mod secret_rules;
mod simulation;
mod tables;
mod template;
