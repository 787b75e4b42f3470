//! Secrets Manager: the signing keys, and the credentials of the first client and of recovered ones.

mod labels;
mod secret;

pub use labels::{Label, Versions};
pub use secret::Secret;
