//! The operations on roles, one file each, independent of any protocol.

mod change;
mod create;
mod delete;
mod find;
mod list;
mod service;

pub use change::ChangeRole;
pub use create::CreateRole;
pub use list::{RolePage, RolePosition};
pub use service::Roles;
