//! The runtime of the functions: Lambda, the environment, HTTPS, the log, HEAD and CORS, time limits
//! and retries.

mod aws;
mod cors;
mod deadline;
mod environment;
mod function;
mod head;
mod http_event;
pub mod https;
pub mod lambda;
pub mod log;
mod retry;
mod served;
mod variables;

pub use deadline::within_request_time;
pub use environment::{Environment, SDK_ATTEMPTS};
pub use function::{Answering, EventHandler, Function, Handler, Invoked, Running};
pub use http_event::{HttpEvent, is_readable};
pub use retry::{ATTEMPTS, Attempts, Pause};
pub use served::Served;
pub use variables::{VariableError, Variables};
