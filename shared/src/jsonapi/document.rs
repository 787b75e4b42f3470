use lambda_http::Request;
use serde_json::{Map, Value};

use super::negotiation::sends_json_api;
use super::{ApiError, Cause, Problem, Relationships};
use crate::json;
use crate::model::Refused;

/// Nothing that these endpoints understand is longer.
const LONGEST_BODY: usize = 64 * 1024;

/// Which resource a document has to be about.
#[derive(Clone, Copy, Debug)]
pub enum Identity<'a> {
    /// One that is to be made.
    New,
    /// The one with that id.
    Existing(&'a str),
}

/// The resource in a request's document, its attributes still to be read.
#[derive(Debug)]
pub struct ResourceObject {
    /// Its attributes.
    pub attributes: Attributes,
    /// Its relationships.
    pub relationships: Relationships,
}

/// The attributes of a document. Each is taken once; what is left in the end is unknown. Problems
/// are gathered, so that the caller learns of all of them at once.
#[derive(Clone, Debug)]
pub struct Attributes {
    members: Map<String, Value>,
    /// Where an attribute that is missing should be.
    place: String,
    /// The names of those with a value that they cannot have.
    refused: Vec<String>,
    problems: Vec<Problem>,
}

impl ResourceObject {
    /// Reads a request's document.
    ///
    /// # Errors
    /// When the body is no document about that resource.
    pub fn parse(
        request: &Request,
        resource_type: &str,
        identity: Identity<'_>,
    ) -> Result<Self, ApiError> {
        sends_json_api(request)?;
        let body = request.body().as_ref();
        if body.len() > LONGEST_BODY {
            let detail = "The body must have at most 65536 bytes.";
            return Err(Problem::at(Cause::TooLong, "", detail).into());
        }
        let malformed = |pointer: &str, detail: &str| {
            ApiError::from(Problem::at(Cause::Malformed, pointer, detail))
        };
        let document = json::parse(body)
            .map_err(|_| malformed("", "The body is not JSON, or repeats a name in an object."))?;
        let Value::Object(mut document) = document else {
            return Err(malformed("", "The document must be an object."));
        };
        // A pointer names what is there: of what is missing, the place where it should be.
        let mut data = match document.remove("data") {
            Some(Value::Object(data)) => data,
            Some(_) => return Err(malformed("/data", "It must be a resource object.")),
            None => {
                return Err(malformed(
                    "",
                    "The document needs a resource object as data.",
                ));
            }
        };
        check_type(&data, resource_type)?;
        check_id(&data, identity)?;
        let mut members = |name: &str| {
            let place = format!("/data/{name}");
            match data.remove(name) {
                None => Ok((Map::new(), "/data".to_owned())),
                Some(Value::Object(mut members)) => {
                    // JSON:API 1.1, @-members: they are no attributes and have to be ignored.
                    members.retain(|name, _| !name.starts_with('@'));
                    Ok((members, place))
                }
                Some(_) => Err(malformed(&place, "It must be an object.")),
            }
        };
        let (attributes, attributes_place) = members("attributes")?;
        let (relationships, relationships_place) = members("relationships")?;
        Ok(Self {
            attributes: Attributes {
                members: attributes,
                place: attributes_place,
                refused: Vec::new(),
                problems: Vec::new(),
            },
            relationships: Relationships::new(relationships, relationships_place),
        })
    }
}

fn check_type(data: &Map<String, Value>, expected: &str) -> Result<(), ApiError> {
    let problem = match data.get("type") {
        Some(Value::String(found)) if found == expected => return Ok(()),
        Some(_) => Problem::at(
            Cause::WrongResource,
            "/data/type",
            format!("The type must be \"{expected}\"."),
        ),
        None => Problem::at(
            Cause::Missing,
            "/data",
            format!("The type \"{expected}\" is missing."),
        ),
    };
    Err(problem.into())
}

fn check_id(data: &Map<String, Value>, identity: Identity<'_>) -> Result<(), ApiError> {
    let problem = match (data.get("id"), identity) {
        (None, _) => return Ok(()),
        (Some(Value::String(id)), Identity::Existing(expected)) if id == expected => return Ok(()),
        (Some(_), Identity::Existing(_)) => Problem::at(
            Cause::WrongResource,
            "/data/id",
            "The id is not that of the URL.",
        ),
        (Some(_), Identity::New) => Problem::at(
            Cause::ClientGeneratedId,
            "/data/id",
            "The service chooses the id.",
        ),
    };
    Err(problem.into())
}

impl Attributes {
    /// Takes an attribute that is text, if it is there.
    pub fn text<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Refused>,
    ) -> Option<T> {
        self.take(name, |value| match value {
            Value::String(text) => parse(&text),
            _ => Err(Refused("must be a string")),
        })
    }

    /// Takes an attribute that is a whole number, if it is there.
    pub fn number<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(u64) -> Result<T, Refused>,
    ) -> Option<T> {
        self.take(name, |value| match value.as_u64() {
            Some(number) => parse(number),
            None => Err(Refused("must be a whole number")),
        })
    }

    /// Takes an attribute that cannot be changed: to send it is fine as long as it says what is.
    pub fn unchanged(&mut self, name: &str, current: &Value) {
        if self
            .members
            .remove(name)
            .is_some_and(|sent| sent != *current)
        {
            let detail = format!("{name} cannot be changed.");
            self.add(Cause::ReadOnly, name, detail);
        }
    }

    /// Notes that an attribute has to be there, unless it is and was refused.
    pub fn missing(&mut self, name: &str) {
        if !self.refused.iter().any(|refused| refused == name) {
            let detail = format!("{name} is missing.");
            let problem = Problem::at(Cause::Missing, &self.place, detail);
            self.problems.push(problem);
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When an attribute was refused, is missing, or is unknown.
    pub fn finish(self) -> Result<(), ApiError> {
        let problems = self.into_problems();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ApiError::Refused(problems))
        }
    }

    /// Ends the reading of a document that needs the attribute `name`, of which `value` was taken.
    ///
    /// # Errors
    /// As [`Self::finish`], and when there is no value.
    pub fn finish_with<T>(mut self, name: &str, value: Option<T>) -> Result<T, ApiError> {
        if let Some(value) = value {
            return self.finish().map(|()| value);
        }
        self.missing(name);
        Err(ApiError::Refused(self.into_problems()))
    }

    fn into_problems(mut self) -> Vec<Problem> {
        for name in std::mem::take(&mut self.members).keys() {
            self.add(Cause::Unknown, name, "There is no such attribute.");
        }
        self.problems
    }

    fn take<T>(&mut self, name: &str, read: impl FnOnce(Value) -> Result<T, Refused>) -> Option<T> {
        let value = self.members.remove(name)?;
        read(value)
            .map_err(|refused| {
                self.refused.push(name.to_owned());
                self.add(Cause::InvalidValue, name, format!("{name} {refused}."));
            })
            .ok()
    }

    fn add(&mut self, cause: Cause, name: &str, detail: impl Into<String>) {
        self.problems
            .push(Problem::at(cause, pointer(name), detail));
    }
}

fn pointer(name: &str) -> String {
    format!("/data/attributes/{}", escaped(name))
}

/// RFC 6901 §3.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
