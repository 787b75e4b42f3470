//! The domain: pure values and decisions, no I/O.

mod access_policy;
pub mod administrator;
mod app_client_secret;
mod attributes;
mod changes;
pub(crate) mod checksum;
mod client;
mod client_cache;
mod client_secret;
mod folded;
pub mod gate;
pub mod idempotency;
mod ids;
pub mod issuing;
mod last_uses;
pub mod policy;
pub mod precondition;
mod resource_type;
pub mod role;
mod role_name;
mod scope;
mod secret_validity;
mod secrets;
mod selection;
mod time;
mod visible;

pub use access_policy::AccessPolicy;
pub use app_client_secret::{AppClientSecret, LastFour, NewSecret, SecretPlace, UsedSecret};
pub use attributes::{
    AccessTokenLifetime, Bounds, ClientStatus, Description, InvalidValue, Name, TokenQuota,
};
pub use changes::{AttributeChange, Changes, LoggedValue, SecretChange, SecretEvent};
pub use client::{AppClient, Chosen, ChosenQuota, MAXIMUM_ROLES, NewClient, Revision, RoleGrant};
pub use client_cache::ClientCache;
pub use client_secret::{ClientSecret, SecretHash};
pub use folded::Folded;
pub use ids::{ClientId, OrgId, RoleId, SecretId, is_same_id};
pub use last_uses::{ClientInUse, LastUses};
pub use policy::Action;
pub use resource_type::ResourceType;
pub use role::{ManagedRole, Role};
pub use role_name::RoleName;
pub use scope::{InvalidScope, Scopes};
pub use secret_validity::{Overlap, RotatedEnd, VALIDITY_DAYS};
pub use secrets::{InvalidSecretChange, SecretMatch, Secrets, checked_end};
pub use selection::{ClientFilter, ClientOrder, NamePrefix};
pub use time::{Day, Timestamp};
