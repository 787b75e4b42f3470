//! Access tokens: what they say (RFC 9068), and how they are verified.

mod claims;
mod verification;

pub use claims::{Claims, IssuedToken};
pub use verification::{InvalidToken, verify};
