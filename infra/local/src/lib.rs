//! The local stack: Latchkey with emulators of API Gateway, DynamoDB and Secrets Manager, in one
//! process.
//!
//! `template.yaml` defines everything. The functions and their AWS SDK clients are the ones that
//! Lambda runs; only the SDK's HTTP requests go to the emulators.

mod aws;
mod call;
mod console;
mod description;
pub mod functions;
mod gateway;
mod instance;
mod readable_log;
mod stack;
mod start_error;
mod storage;
mod template;

pub use call::{AwsCall, Observer};
pub use instance::{HttpClientWrapper, Instance, Options};
pub use readable_log::ReadableLog;
pub use stack::Stack;
pub use start_error::StartError;
pub use storage::Storage;
pub use template::{
    Condition, FunctionResource, RotationSchedule, Route, Statement, Template, TemplateParameters,
};
