//! The public words about invalid access policies and requests.

use super::attribute::Misfit;
use crate::http::is_printable;
use crate::model::policy::{InvalidPolicy, Reason};

impl From<InvalidPolicy> for Misfit {
    fn from(InvalidPolicy { pointer, reason }: InvalidPolicy) -> Self {
        // A document of another format could have a secret where the name should be.
        if reason == Reason::Unknown
            && let Some((object, name)) = pointer.rsplit_once('/')
            && !is_printable(name)
        {
            return Self {
                pointer: object.to_owned(),
                reason: "has an unknown member".to_owned(),
            };
        }
        let reason = reason.to_string();
        Self { pointer, reason }
    }
}

/// A part of a public error text, after the name of the part.
impl std::fmt::Display for Reason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Not(what) => write!(formatter, "must be {what}"),
            Self::Missing => formatter.write_str("is required"),
            Self::Unknown => formatter.write_str("is unknown"),
            Self::Empty => formatter.write_str("must not be empty"),
            Self::MoreThan(number) => write!(formatter, "must have at most {number} elements"),
            Self::MorePairsThan(number) => write!(
                formatter,
                "must have at most {number} pairs of an action and a resource"
            ),
            Self::LargerThan(bytes) => {
                write!(formatter, "must have at most {bytes} bytes as JSON without spaces")
            }
            Self::Malformed => formatter.write_str(
                "must have the form service:action or service:type:id, in visible ASCII",
            ),
            Self::AfterWildcard => formatter.write_str("must not have another part after *"),
            Self::UnknownAction => formatter.write_str("is no action of IAM"),
            Self::UnknownType => formatter.write_str("is of no type of IAM"),
            Self::NotAnId => formatter.write_str("has no UUID as its id"),
            Self::Secret => formatter.write_str("must not contain a client secret"),
            Self::NotApplicable => formatter.write_str(
                "does not fit the action: each action of a rule must apply to each resource of it, and an action on all resources of a type needs all of them",
            ),
        }
    }
}
