//! The runtime of the functions: Lambda, the environment, HTTPS, the log, time limits and retries.

mod aws;
mod deadline;
mod environment;
mod function;
mod http_event;
pub mod https;
pub mod lambda;
pub mod log;
mod retry;
mod variables;

pub use deadline::within_request_time;
pub use environment::{Environment, SDK_ATTEMPTS};
pub use function::{Answering, EventHandler, Function, Handler, Invoked, Recorded, Running};
pub use http_event::{HttpEvent, is_readable};
pub use retry::{ATTEMPTS, Attempts, Pause};
pub use variables::{VariableError, Variables};
