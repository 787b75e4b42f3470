//! Access tokens: their claims (RFC 9068) and their verification.

mod claims;
mod verification;

pub use claims::{Claims, IssuedToken};
pub use verification::{InvalidToken, verify};
