//! The attributes in a document.

use serde_json::{Map, Value};

use super::attribute::{Attribute, Kind, Misfit, Omitted, When};
use super::cause::Cause;
use super::error::{ApiError, Problem};
use super::pointer;
use super::resource::Resource;
use crate::model::{ClientSecret, InvalidValue, Timestamp, VALIDITY_DAYS, is_same_id};

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
    /// To change what it contains of this resource.
    Change(&'a R),
    /// To replace this resource, as far as a document can: see [`Omitted`].
    Replace(&'a R),
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
    pub fn choose<R: Resource>(self, occasion: &Occasion<'_, R>) -> Result<R::Desired, ApiError> {
        self.choose_by(R::ATTRIBUTES, occasion)
    }

    /// Parses the attributes by this table.
    ///
    /// # Errors
    /// All problems with the attributes.
    pub fn choose_by<R, C: Default>(
        mut self,
        table: &[Attribute<R, C>],
        occasion: &Occasion<'_, R>,
    ) -> Result<C, ApiError> {
        let mut chosen = C::default();
        for attribute in table {
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
        let (when, current) = match occasion {
            Occasion::Create => (attribute.create, None),
            Occasion::Change(current) | Occasion::Replace(current) => {
                (attribute.change, Some(current))
            }
        };
        let is_null = self.members.get(name) == Some(&Value::Null);
        if is_null && null_is_omission(attribute, occasion) {
            self.members.remove(name);
        }
        if when == When::Never {
            return;
        }
        let Some(sent) = self.members.remove(name) else {
            self.omit(attribute, occasion, chosen);
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
        let is_given = matches!(attribute.kind, Kind::Given(_));
        if is_null && current.is_some() && !is_given {
            self.clear(attribute, chosen);
            return;
        }
        let is_current =
            current.is_some_and(|current| is_same((attribute.show)(current).as_ref(), &sent));
        if current.is_some() && when == When::Equal {
            if !is_current {
                self.add(Cause::ReadOnly, name, format!("{name} is read-only."));
            }
            return;
        }
        // The stored value may follow the rule of an earlier release. Sent back, it changes nothing.
        if let Err(misfit) = attribute.kind.take(chosen, &sent)
            && !is_current
        {
            let pointer = pointer::to_attribute(name) + &misfit.pointer;
            // The name of a list stands for its elements.
            let mut parts = misfit.pointer.rsplit('/');
            let is_name = |part: &&str| part.bytes().any(|byte| !byte.is_ascii_digit());
            let part = parts.find(is_name).unwrap_or(name);
            let detail = format!("{part} {}.", misfit.reason);
            let problem = Problem::at(Cause::InvalidValue, pointer, detail);
            self.problems.push(problem);
        }
    }

    /// An attribute that the document omits.
    fn omit<R, C>(
        &mut self,
        attribute: &Attribute<R, C>,
        occasion: &Occasion<'_, R>,
        chosen: &mut C,
    ) {
        let is_missing = match (occasion, &attribute.omitted) {
            (Occasion::Create, _) => attribute.create == When::Required,
            (Occasion::Change(_), _)
            | (Occasion::Replace(_), Omitted::Kept | Omitted::Clearable(_)) => false,
            (Occasion::Replace(_), Omitted::Refused) => true,
            (Occasion::Replace(_), Omitted::Reset(reset)) => {
                reset(chosen);
                false
            }
        };
        if is_missing {
            let detail = format!("{} is required.", attribute.name);
            let problem = Problem::at(Cause::Missing, &self.place, detail);
            self.problems.push(problem);
        }
    }

    /// `null` for an attribute of an existing resource: it has no value from now on.
    fn clear<R, C>(&mut self, attribute: &Attribute<R, C>, chosen: &mut C) {
        let reason = match (attribute.change, &attribute.omitted) {
            (When::Optional, Omitted::Reset(reset) | Omitted::Clearable(reset)) => {
                return reset(chosen);
            }
            (When::Optional, Omitted::Kept) => "name its new value",
            (When::Optional, Omitted::Refused) => "it is required",
            _ => "it is fixed",
        };
        let name = attribute.name;
        self.add(
            Cause::InvalidValue,
            name,
            format!("{name} must not be null: {reason}."),
        );
    }

    fn add(&mut self, cause: Cause, name: &str, detail: impl Into<String>) {
        let pointer = pointer::to_attribute(name);
        self.problems.push(Problem::at(cause, pointer, detail));
    }
}

/// Whether `null` counts as omitted. A library that writes null for every attribute without a value has
/// chosen nothing.
fn null_is_omission<R, C>(attribute: &Attribute<R, C>, occasion: &Occasion<'_, R>) -> bool {
    match occasion {
        Occasion::Create => attribute.create != When::Required,
        Occasion::Change(_) => false,
        Occasion::Replace(_) => {
            attribute.change == When::Optional && !matches!(attribute.omitted, Omitted::Refused)
        }
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
    fn take(&self, chosen: &mut C, sent: &Value) -> Result<(), Misfit> {
        let text = || sent.as_str().ok_or(InvalidValue::Not("a string"));
        match self {
            Self::Text { take, .. } | Self::Choice { take, .. } => Ok(take(chosen, text()?)?),
            Self::Number { take, .. } => {
                let number = sent.as_u64();
                Ok(take(
                    chosen,
                    number.ok_or(InvalidValue::Not("an integer"))?,
                )?)
            }
            Self::Structure { take, .. } => take(chosen, sent),
            Self::End { take } => {
                let end = match sent {
                    Value::Null => None,
                    sent => Some(sent.as_u64().ok_or(InvalidValue::NotAnEnd(VALIDITY_DAYS))?),
                };
                take(chosen, end.map(Timestamp::from_epoch_seconds));
                Ok(())
            }
            Self::Constant(value) if text()? == *value => Ok(()),
            Self::Constant(value) => Err(InvalidValue::OtherThan(value).into()),
            Self::Secret(_) | Self::Given(_) => Err(InvalidValue::Not("omitted").into()),
        }
    }
}

/// Whether the service may have shown this secret.
fn is_secret(sent: &Value) -> bool {
    sent.as_str()
        .is_some_and(|text| ClientSecret::parse(text).is_some())
}
