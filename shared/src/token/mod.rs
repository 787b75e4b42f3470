//! Access tokens: what they say (RFC 9068), who signs them, who believes them.

mod claims;
pub mod key_ring;
pub mod key_set;
mod signing_key;
mod verification;

pub use claims::{Claims, IssuedToken};
pub use key_ring::KeyRing;
pub use key_set::KeySet;
pub use signing_key::{SigningAlgorithm, SigningKey, UnusableKey};
pub use verification::{InvalidToken, verify};
