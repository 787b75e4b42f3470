//! The wire of the management endpoints (JSON:API 1.1).

pub mod app_client;
mod cursor;
mod document;
mod error;
mod negotiation;
mod query;
mod relationships;
mod response;

pub use cursor::{decode_cursor, encode_cursor};
pub use document::{Attributes, Identity, ResourceObject};
pub use error::{ApiError, Cause, Problem, Source};
pub use negotiation::accepts_json_api;
pub use query::Query;
pub use relationships::Relationships;
pub use response::{Answer, Created, Links, answer};

/// The media type of every answer.
pub const MEDIA_TYPE: &str = "application/vnd.api+json";
