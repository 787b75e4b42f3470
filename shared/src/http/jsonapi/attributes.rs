//! The attributes in a document.

use serde_json::{Map, Value};

use super::attribute::{Attribute, Kind, When};
use super::cause::Cause;
use super::error::{ApiError, Problem};
use super::pointer;
use super::resource::Resource;
use crate::model::{ClientSecret, InvalidValue, is_same_id};

/// The attributes of a document. Each is taken once; those left at the end are unknown. Problems
/// are collected, so the response lists all of them.
#[derive(Debug)]
pub struct Attributes {
    members: Map<String, Value>,
    /// A pointer to the object in which a missing attribute should be.
    place: String,
    problems: Vec<Problem>,
}

/// The purpose of a document.
#[derive(Debug)]
pub enum Occasion<'a, R> {
    /// To create a resource.
    Create,
    /// To change this resource.
    Change(&'a R),
}

impl Attributes {
    pub(super) const fn new(members: Map<String, Value>, place: String) -> Self {
        Self {
            members,
            place,
            problems: Vec::new(),
        }
    }

    /// Parses the attributes by the resource's table.
    ///
    /// # Errors
    /// All problems with the attributes.
    pub fn choose<R: Resource>(
        mut self,
        occasion: &Occasion<'_, R>,
    ) -> Result<R::Desired, ApiError> {
        let mut chosen = R::Desired::default();
        for attribute in R::ATTRIBUTES {
            self.take(attribute, occasion, &mut chosen);
        }
        for name in std::mem::take(&mut self.members).keys() {
            self.add(Cause::Unknown, name, "Unknown attribute.");
        }
        if self.problems.is_empty() {
            Ok(chosen)
        } else {
            Err(ApiError::Invalid(self.problems))
        }
    }

    fn take<R, C>(
        &mut self,
        attribute: &Attribute<R, C>,
        occasion: &Occasion<'_, R>,
        chosen: &mut C,
    ) {
        let name = attribute.name;
        let when = match occasion {
            Occasion::Create => attribute.create,
            Occasion::Change(_) => attribute.change,
        };
        // A library that writes null for every attribute without a value has chosen nothing.
        let chooses_nothing =
            matches!(occasion, Occasion::Create) && self.members.get(name) == Some(&Value::Null);
        if chooses_nothing && when != When::Required {
            self.members.remove(name);
            return;
        }
        if when == When::Never {
            return;
        }
        let Some(sent) = self.members.remove(name) else {
            if when == When::Required {
                let detail = format!("{name} is required.");
                let problem = Problem::at(Cause::Missing, &self.place, detail);
                self.problems.push(problem);
            }
            return;
        };
        if when == When::Ignored {
            if matches!(attribute.kind, Kind::Secret(_)) && !is_secret(&sent) {
                let detail =
                    format!("{name} cannot be chosen. Rotate the secret to get a new one.");
                self.add(Cause::ReadOnly, name, detail);
            }
            return;
        }
        let is_current = match occasion {
            Occasion::Create => false,
            Occasion::Change(current) => is_same((attribute.show)(current).as_ref(), &sent),
        };
        match occasion {
            Occasion::Change(_) if when == When::Equal => {
                if !is_current {
                    self.add(Cause::ReadOnly, name, format!("{name} is read-only."));
                }
            }
            _ => {
                // The stored value may follow the rule of an earlier release. Sent back, it changes
                // nothing.
                if let Err(invalid) = attribute.kind.take(chosen, &sent)
                    && !is_current
                {
                    self.add(Cause::InvalidValue, name, format!("{name} {invalid}."));
                }
            }
        }
    }

    fn add(&mut self, cause: Cause, name: &str, detail: impl Into<String>) {
        let pointer = pointer::to_attribute(name);
        self.problems.push(Problem::at(cause, pointer, detail));
    }
}

/// Whether a value that was sent is the one that is shown. A UUID may be spelled in another way.
fn is_same(shown: Option<&Value>, sent: &Value) -> bool {
    match (shown, sent) {
        (Some(Value::String(shown)), Value::String(sent)) => is_same_id(shown, sent),
        (shown, sent) => shown == Some(sent),
    }
}

impl<C> Kind<C> {
    /// Parses and sets the value from the document.
    fn take(&self, chosen: &mut C, sent: &Value) -> Result<(), InvalidValue> {
        let text = || sent.as_str().ok_or(InvalidValue::Not("a string"));
        match self {
            Self::Text { take, .. } | Self::Choice { take, .. } => take(chosen, text()?),
            Self::Number { take, .. } => {
                let number = sent.as_u64();
                take(chosen, number.ok_or(InvalidValue::Not("an integer"))?)
            }
            Self::Constant(value) if text()? == *value => Ok(()),
            Self::Constant(value) => Err(InvalidValue::OtherThan(value)),
            Self::Secret(_) | Self::Given(_) => Err(InvalidValue::Not("omitted")),
        }
    }
}

/// Whether the service may have shown this secret.
fn is_secret(sent: &Value) -> bool {
    sent.as_str()
        .is_some_and(|text| ClientSecret::parse(text).is_some())
}
