//! Latchkey on one machine: API Gateway, DynamoDB and Secrets Manager in one process.
//!
//! Everything is read from `template.yaml`, and the functions are the ones that Lambda runs: their
//! AWS SDK clients are real, only what answers their HTTP requests is in here.

mod aws;
mod dynamodb;
mod functions;
mod gateway;
mod instance;
mod secrets_manager;
mod stack;
mod start_error;
mod template;

pub use aws::{Call, Witness};
pub use functions::{Answering, Handler, Invocable, Invoked};
pub use instance::{HttpClientWrapper, Instance, Options};
pub use stack::{Stack, Storage};
pub use start_error::StartError;
pub use template::{Condition, Function, Rotation, Route, Statement, Table, Template};
