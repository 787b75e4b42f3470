//! The relationships in a document.

use serde_json::{Map, Value};

use super::cause::Cause;
use super::error::{ApiError, Problem};
use super::pointer;
use crate::model::ResourceType;

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
        let Some(mut relationship) = self.members.remove(name) else {
            return Ok(None);
        };
        let data = relationship.get_mut("data").map(Value::take);
        let member = |member| data.as_ref().and_then(|data| data.get(member)?.as_str());
        match (member("type"), member("id")) {
            (Some(found), _) if found != name => Err(Problem::at(
                Cause::WrongResource,
                format!("{pointer}/data/type"),
                format!("type must be \"{name}\"."),
            )
            .into()),
            (Some(_), Some(id)) => Ok(Some(id.to_owned())),
            _ => Err(Problem::at(
                Cause::Malformed,
                format!("{pointer}/data"),
                "data must be a resource identifier object with type and id.",
            )
            .into()),
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
