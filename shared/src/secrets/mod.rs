//! Secrets Manager: the signing keys, and the first client's credentials.

mod labels;
mod secret;

pub use labels::{Label, Versions};
pub use secret::Secret;
