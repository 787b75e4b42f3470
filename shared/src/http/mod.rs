//! The protocols, OAuth and JSON:API: they parse requests, and write results and errors.

mod fault_response;
mod finished;
pub mod form;
mod issuer;
pub mod json;
pub mod jsonapi;
pub mod oauth;
mod route;

pub use fault_response::FaultResponse;
pub use finished::finished;
pub use issuer::Issuer;
pub use route::route;
