//! JSON:API 1.1, the protocol of the management API.

mod answer;
mod attribute;
mod attributes;
mod body;
mod cause;
mod cursor;
mod document;
mod error;
mod negotiation;
mod pipeline;
mod pointer;
mod policies;
mod query;
mod relationships;
mod resource;

pub use answer::{Answer, Links};
pub use attribute::{Attribute, Kind, Misfit, Omitted, Preset, When};
pub use attributes::{Attributes, Occasion};
pub use cause::Cause;
pub use cursor::{decode_cursor, decode_role_cursor, encode_cursor, encode_role_cursor};
pub use document::{Document, DocumentId};
pub use error::{ApiError, Problem, Source};
pub use pipeline::{AuthorizedRequest, InProgress, Verb, Work, routes, serve};
pub use query::Query;
pub use relationships::{Relationships, SentIds};
pub use resource::{Related, Relationship, Resource};

/// The media type of every response.
pub const MEDIA_TYPE: &str = "application/vnd.api+json";
