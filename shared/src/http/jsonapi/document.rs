//! Documents in requests.

use lambda_http::Request;
use serde_json::{Map, Value};

use super::attributes::Attributes;
use super::cause::Cause;
use super::error::{ApiError, Problem, Source};
use super::negotiation::sends_json_api;
use super::relationships::Relationships;
use crate::http::json::{self, InvalidJson};
use crate::http::{NO_ENCODING, is_encoded};
use crate::model::{ResourceType, is_same_id};

/// In bytes. No valid request to these endpoints is longer.
const MAX_BODY: usize = 64 * 1024;

/// The expected id of a document's resource.
#[derive(Clone, Copy, Debug)]
pub enum DocumentId<'a> {
    /// None: the resource is new.
    New,
    /// This id, if the document has one.
    Existing(&'a str),
}

/// The resource in a request's document; its attributes are not parsed yet.
#[derive(Debug)]
pub struct Document {
    /// The attributes.
    pub attributes: Attributes,
    /// The relationships.
    pub relationships: Relationships,
}

impl Document {
    /// Parses the document of a request that can do without one: an empty body is a document without
    /// attributes.
    ///
    /// # Errors
    /// Those of [`Self::parse`].
    pub fn parse_unless_empty(
        request: &Request,
        resource_type: ResourceType,
        identity: DocumentId<'_>,
    ) -> Result<Self, ApiError> {
        let body: &[u8] = request.body().as_ref();
        if body.is_empty() {
            Ok(Self {
                attributes: Attributes::new(Map::new(), String::new()),
                relationships: Relationships::new(Map::new(), String::new()),
            })
        } else {
            Self::parse(request, resource_type, identity)
        }
    }

    /// Parses a request's document.
    ///
    /// # Errors
    /// When the body is not a document of this type and id.
    pub fn parse(
        request: &Request,
        resource_type: ResourceType,
        identity: DocumentId<'_>,
    ) -> Result<Self, ApiError> {
        sends_json_api(request)?;
        if is_encoded(request) {
            let source = Source::Header("Content-Encoding");
            return Err(Problem::new(Cause::UnsupportedEncoding, source, NO_ENCODING).into());
        }
        let body = request.body().as_ref();
        if body.len() > MAX_BODY {
            let detail = "The request body exceeds 65536 bytes.";
            return Err(Problem::at(Cause::TooLong, "", detail).into());
        }
        let malformed = |pointer: &str, detail: &str| {
            ApiError::from(Problem::at(Cause::Malformed, pointer, detail))
        };
        let document = json::parse(body).map_err(not_json)?;
        let Value::Object(mut document) = document else {
            return Err(malformed("", "The document must be a JSON object."));
        };
        // A pointer leads to an existing member. For a missing one, it leads to the object that
        // lacks it.
        let mut data = match document.remove("data") {
            Some(Value::Object(data)) => data,
            Some(_) => return Err(malformed("/data", "data must be a resource object.")),
            None => {
                return Err(malformed(
                    "",
                    "The document must contain a resource object in data.",
                ));
            }
        };
        check_type(&data, resource_type.as_str())?;
        check_id(&data, identity)?;
        let mut members = |name: &str| {
            let place = format!("/data/{name}");
            match data.remove(name) {
                None => Ok((Map::new(), "/data".to_owned())),
                Some(Value::Object(mut members)) => {
                    // JSON:API 1.1, @-members: they are not attributes and must be ignored.
                    members.retain(|name, _| !name.starts_with('@'));
                    Ok((members, place))
                }
                Some(_) => Err(malformed(&place, &format!("{name} must be an object."))),
            }
        };
        let (attributes, attributes_place) = members("attributes")?;
        let (relationships, relationships_place) = members("relationships")?;
        Ok(Self {
            attributes: Attributes::new(attributes, attributes_place),
            relationships: Relationships::new(relationships, relationships_place),
        })
    }
}

fn not_json(invalid: InvalidJson) -> ApiError {
    let detail = invalid.to_string();
    let pointer = match invalid {
        InvalidJson::Repeated(pointer) => pointer.unwrap_or_default(),
        _ => String::new(),
    };
    Problem::at(Cause::Malformed, pointer, detail).into()
}

fn check_type(data: &Map<String, Value>, expected: &str) -> Result<(), ApiError> {
    let problem = match data.get("type") {
        Some(Value::String(found)) if found == expected => return Ok(()),
        Some(_) => Problem::at(
            Cause::WrongResource,
            "/data/type",
            format!("type must be \"{expected}\"."),
        ),
        None => Problem::at(
            Cause::Missing,
            "/data",
            format!("type is required. It must be \"{expected}\"."),
        ),
    };
    Err(problem.into())
}

fn check_id(data: &Map<String, Value>, identity: DocumentId<'_>) -> Result<(), ApiError> {
    let problem = match (data.get("id"), identity) {
        // Null and an empty text choose no id.
        (None | Some(Value::Null), _) => return Ok(()),
        (Some(Value::String(id)), _) if id.is_empty() => return Ok(()),
        (Some(Value::String(id)), DocumentId::Existing(expected)) if is_same_id(id, expected) => {
            return Ok(());
        }
        (Some(_), DocumentId::Existing(_)) => Problem::at(
            Cause::WrongResource,
            "/data/id",
            "id must match the id in the URL.",
        ),
        (Some(_), DocumentId::New) => Problem::at(
            Cause::ClientGeneratedId,
            "/data/id",
            "Client-generated IDs are not supported.",
        ),
    };
    Err(problem.into())
}
