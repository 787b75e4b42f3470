//! The protocols, OAuth and JSON:API: they parse requests, and write results and errors.

mod encoding;
mod entity_tags;
mod fault_response;
mod finished;
pub mod form;
mod idempotency_key;
mod issuer;
pub mod json;
mod json_error;
pub mod jsonapi;
mod names;
pub mod oauth;
mod route;

pub use encoding::{IDENTITY, NO_ENCODING, is_encoded};
pub use entity_tags::{MalformedTags, entity_tag, precondition};
pub use fault_response::FaultResponse;
pub use finished::finished;
pub use idempotency_key::{IDEMPOTENCY_KEY, MalformedKey, REPLAYED, keyed_request};
pub use issuer::Issuer;
pub use json_error::json_error;
pub use names::is_printable;
pub use route::route;
