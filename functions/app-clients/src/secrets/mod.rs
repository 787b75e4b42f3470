//! `/auth/app-clients/{id}/secrets`: the secrets of an App Client, of which at most two are live.

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod delete;
pub(crate) mod find;
pub(crate) mod list;
mod resource;

pub use resource::ShownSecret;
