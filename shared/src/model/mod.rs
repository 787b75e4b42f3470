//! The domain: pure values and decisions, no I/O.

pub mod access_policy;
pub mod attempt;
mod attributes;
mod client;
mod client_secret;
pub mod gate;
mod ids;
pub mod role;
mod scope;
mod time;

pub use attributes::{AccessTokenLifetime, ClientStatus, Description, Name, Refused, TokenQuota};
pub use client::{AppClient, Revision, RoleGrant};
pub use client_secret::{ClientSecret, SecretHash};
pub use ids::{ClientId, OrgId, RoleId};
pub use role::{ManagedRole, Role};
pub use scope::{InvalidScope, Scopes};
pub use time::Timestamp;
