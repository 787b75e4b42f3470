//! Secrets Manager: the signing keys, the credentials of the first client and of recovered ones, and
//! the pepper of derived secrets.

mod labels;
mod pepper;
mod secret;

pub use labels::{Label, Versions};
pub use pepper::PepperSecret;
pub use secret::Secret;
