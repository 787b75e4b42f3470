//! What can be done with App Clients, one operation a file. Every protocol calls these: JSON:API,
//! bootstrap, and whatever comes later.

mod change;
mod create;
mod delete;
mod find;
mod list;
mod rotate_secret;
mod service;

pub use change::Change;
pub use create::{Create, Created, Identity, default_quota};
pub use service::AppClients;
