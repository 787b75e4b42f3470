//! The relationships in a document.

use serde_json::{Map, Value};

use super::cause::Cause;
use super::error::{ApiError, Problem};
use super::pointer;
use crate::model::{ResourceType, is_same_id};

const NOT_AN_IDENTIFIER: &str = "data must be a resource identifier object with type and id.";

/// The relationships of a document.
#[derive(Debug)]
pub struct Relationships {
    members: Map<String, Value>,
    /// A pointer to the object in which a missing relationship should be.
    place: String,
}

/// The ids in a relationship.
#[derive(Debug)]
pub struct SentIds {
    /// The ids.
    pub ids: Vec<String>,
    /// Whether they were sent as an array.
    pub is_list: bool,
}

/// The id in a resource identifier object of this type.
fn identifier(name: &str, pointer: &str, data: &Value) -> Result<String, ApiError> {
    let problem = |cause, place: &str, detail: &str| {
        ApiError::from(Problem::at(cause, format!("{pointer}{place}"), detail))
    };
    let malformed = |place: &str, detail: &str| problem(Cause::Malformed, place, detail);
    match (data.get("type"), data.get("id")) {
        (Some(Value::String(found)), _) if found != name => {
            let detail = format!("type must be \"{name}\".");
            Err(problem(Cause::WrongResource, "/type", &detail))
        }
        (Some(Value::String(_)), Some(Value::String(id))) => Ok(id.clone()),
        (Some(Value::String(_)), Some(_)) => Err(malformed("/id", "id must be a string.")),
        (Some(_), Some(_)) => Err(malformed("/type", "type must be a string.")),
        (None, _) | (_, None) => Err(malformed("", NOT_AN_IDENTIFIER)),
    }
}

impl Relationships {
    pub(super) const fn new(members: Map<String, Value>, place: String) -> Self {
        Self { members, place }
    }

    /// Takes the ids from the relationship to this type; `None` if the relationship is omitted. Its data is
    /// one resource identifier, or an array of up to `maximum`, each of another resource; `null` and an empty
    /// array identify none.
    ///
    /// # Errors
    /// When the data is none of these, or identifies a resource of another type.
    pub fn take(
        &mut self,
        resource_type: ResourceType,
        maximum: usize,
    ) -> Result<Option<SentIds>, ApiError> {
        let name = resource_type.as_str();
        let pointer = pointer::to_relationship(name);
        let Some(relationship) = self.members.remove(name) else {
            return Ok(None);
        };
        let malformed = |place: &str, detail: &str| {
            let pointer = format!("{pointer}{place}");
            ApiError::from(Problem::at(Cause::Malformed, pointer, detail))
        };
        let data = match relationship {
            Value::Object(mut relationship) => relationship.remove("data"),
            _ => None,
        };
        let data =
            data.ok_or_else(|| malformed("", "A relationship must be an object with data."))?;
        let list = match data {
            Value::Null => {
                return Ok(Some(SentIds {
                    ids: Vec::new(),
                    is_list: false,
                }));
            }
            Value::Array(list) => list,
            one => {
                let id = identifier(name, &format!("{pointer}/data"), &one)?;
                return Ok(Some(SentIds {
                    ids: vec![id],
                    is_list: false,
                }));
            }
        };
        if list.len() > maximum {
            let detail = format!("data must have at most {maximum} resource identifier objects.");
            let pointer = format!("{pointer}/data");
            return Err(Problem::at(Cause::InvalidValue, pointer, detail).into());
        }
        let mut ids: Vec<String> = Vec::new();
        for (position, one) in list.iter().enumerate() {
            let place = format!("{pointer}/data/{position}");
            let id = identifier(name, &place, one)?;
            if ids.iter().any(|other| is_same_id(other, &id)) {
                let detail = "data contains this resource more than once.";
                return Err(Problem::at(Cause::InvalidValue, place, detail).into());
            }
            ids.push(id);
        }
        Ok(Some(SentIds { ids, is_list: true }))
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
