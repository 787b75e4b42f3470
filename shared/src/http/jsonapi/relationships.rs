//! The relationships in a document.

use serde_json::{Map, Value};

use super::cause::Cause;
use super::error::{ApiError, Problem};
use super::pointer;
use crate::model::ResourceType;

const NOT_AN_IDENTIFIER: &str = "data must be a resource identifier object with type and id.";

/// The relationships of a document.
#[derive(Debug)]
pub struct Relationships {
    members: Map<String, Value>,
    /// A pointer to the object in which a missing relationship should be.
    place: String,
}

impl Relationships {
    pub(super) const fn new(members: Map<String, Value>, place: String) -> Self {
        Self { members, place }
    }

    /// Takes the id from the to-one relationship to this type; `None` if the relationship is
    /// omitted.
    ///
    /// # Errors
    /// When the relationship has no resource, or one of another type.
    pub fn to_one(&mut self, resource_type: ResourceType) -> Result<Option<String>, ApiError> {
        let name = resource_type.as_str();
        let pointer = pointer::to_relationship(name);
        let Some(relationship) = self.members.remove(name) else {
            return Ok(None);
        };
        let malformed = |place: &str, detail: &str| {
            ApiError::from(Problem::at(
                Cause::Malformed,
                format!("{pointer}{place}"),
                detail,
            ))
        };
        let Value::Object(mut relationship) = relationship else {
            return Err(malformed("", "A relationship must be an object with data."));
        };
        let data = match relationship.remove("data") {
            Some(Value::Object(data)) => data,
            Some(_) => return Err(malformed("/data", NOT_AN_IDENTIFIER)),
            None => return Err(malformed("", "A relationship must be an object with data.")),
        };
        match (data.get("type"), data.get("id")) {
            (Some(Value::String(found)), _) if found != name => Err(Problem::at(
                Cause::WrongResource,
                format!("{pointer}/data/type"),
                format!("type must be \"{name}\"."),
            )
            .into()),
            (Some(Value::String(_)), Some(Value::String(id))) => Ok(Some(id.clone())),
            (Some(Value::String(_)), Some(_)) => Err(malformed("/data/id", "id must be a string.")),
            (Some(_), Some(_)) => Err(malformed("/data/type", "type must be a string.")),
            (None, _) | (_, None) => Err(malformed("/data", NOT_AN_IDENTIFIER)),
        }
    }

    /// The error for a missing required relationship.
    #[must_use]
    pub fn missing(&self, detail: &str) -> ApiError {
        Problem::at(Cause::Missing, &self.place, detail).into()
    }

    /// Checks that no relationship is left.
    ///
    /// # Errors
    /// When a relationship is unknown.
    pub fn finish(self) -> Result<(), ApiError> {
        let problems = self.members.keys().map(|name| {
            let pointer = pointer::to_relationship(name);
            Problem::at(Cause::Unknown, pointer, "Unknown relationship.")
        });
        let problems: Vec<_> = problems.collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ApiError::Invalid(problems))
        }
    }
}
