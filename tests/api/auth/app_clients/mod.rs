//! `/auth/app-clients`

mod administrators;
mod attributes;
mod create;
mod delete;
mod get;
mod idempotency;
mod last_use;
mod list;
mod me;
mod omitted;
mod replace;
mod rotate_secret;
pub(crate) mod secrets;
mod sent_back;
mod update;
mod update_null;
mod update_unchanged;
