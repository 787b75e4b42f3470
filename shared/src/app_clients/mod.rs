//! The operations on App Clients, one file each, independent of any protocol. JSON:API and
//! bootstrap call them.

mod change;
mod create;
mod created;
mod delete;
mod find;
mod grants;
mod list;
mod recover;
mod remaining;
mod repeat;
mod rotate_secret;
mod secrets;
mod service;

pub use change::Change;
pub use create::{Create, Identity, default_quota};
pub use created::Created;
pub use grants::SentRoles;
pub use list::{EXAMINED, List, PARTS, Page};
pub use recover::Recovery;
pub use remaining::ADMINISTRATOR_READS;
pub use repeat::Repeatable;
pub use rotate_secret::Rotation;
pub use secrets::{AddSecret, AddedSecret, FoundSecret, ListedSecrets};
pub use service::AppClients;
