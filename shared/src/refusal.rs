//! Why an operation does not do what it is asked for.

use crate::fault::Fault;
use crate::model::Action;

/// Why an operation is refused: the cause, without the words of a protocol. What a caller may not see
/// is refused as if it did not exist.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The access token is not to be believed, or its client is gone or disabled.
    InvalidToken,
    /// The caller's roles do not permit it.
    NotPermitted(Action),
    /// There is no such resource, or none that the caller may see.
    NotFound,
    /// A resource that another one is to refer to does not exist.
    NotFoundRelated(Relation),
    /// It is to have a value that it cannot be given.
    ReadOnly(Field),
    /// Something behind the service failed.
    Fault(Fault),
}

/// What a resource refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The role of an App Client.
    Role,
}

/// What cannot be given a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// When a resource was changed last.
    UpdatedAt,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
