//! The protocol of the token endpoint (RFC 6749).

mod client_authentication;
mod error;
mod parameters;
mod response;
mod token_request;

pub use error::TokenError;
pub use parameters::Parameters;
pub use response::{TokenResponse, answer};
pub use token_request::{ClientCredentialsRequest, Grant, TokenRequest};
