//! The operations on App Clients, one file each, independent of any protocol. JSON:API and
//! bootstrap call them.

mod change;
mod create;
mod delete;
mod find;
mod list;
mod recover;
mod remaining;
mod rotate_secret;
mod secrets;
mod service;

pub use change::Change;
pub use create::{Create, Created, Identity, default_quota};
pub use recover::Recovery;
pub use remaining::ADMINISTRATOR_READS;
pub use rotate_secret::Rotation;
pub use secrets::{AddSecret, AddedSecret, FoundSecret, ListedSecrets};
pub use service::AppClients;
