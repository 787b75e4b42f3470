//! Latchkey on one machine: API Gateway, DynamoDB and Secrets Manager in one process.
//!
//! Everything is read from `template.yaml`, and the functions are the ones that Lambda runs: their
//! AWS SDK clients are real, only what answers their HTTP requests is in here.

mod aws;
mod call;
pub mod functions;
mod gateway;
mod instance;
mod stack;
mod start_error;
mod storage;
mod template;

pub use call::{Call, Observer};
pub use instance::{HttpClientWrapper, Instance, Options};
pub use stack::Stack;
pub use start_error::StartError;
pub use storage::Storage;
pub use template::{Condition, Function, Parameters, Rotation, Route, Statement, Template};
