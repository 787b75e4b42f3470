//! The causes for which an operation refuses, independent of any protocol.

use crate::fault::Fault;
use crate::model::precondition::Unmet;
use crate::model::{Action, InvalidSecretChange};

/// Why an operation is refused. A resource that the caller may not see is refused like one that
/// does not exist.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The access token is invalid, or its client is gone or disabled.
    InvalidToken,
    /// The caller's roles do not permit the action.
    NotPermitted(Action),
    /// The request gives permissions that the caller does not hold, or a credential of a client that holds
    /// such permissions.
    ExceedsPermissions,
    /// The caller's client or roles changed between its authentication and the write.
    CallerChanged,
    /// The roles or the policy of the client to change changed meanwhile.
    GrantsChanged,
    /// A client would have neither a role nor an inline policy.
    NoGrants,
    /// The role is managed, so it cannot be changed.
    ManagedRole,
    /// The org has a role of this name.
    NameTaken,
    /// The org has the maximum number of roles.
    TooManyRoles,
    /// This number of clients have the role.
    RoleInUse(u64),
    /// The resource does not exist, or the caller may not see it.
    NotFound,
    /// The resource to refer to does not exist.
    NotFoundRelated(Relation),
    /// The resource is not in a state for which the request is meant.
    Unmet(Unmet),
    /// The change would leave the org without an enabled administrator.
    LastAdministrator,
    /// Another request changed the client's secrets meanwhile.
    SecretsChanged,
    /// The client has no live secret that could overlap with a new one.
    NothingToOverlap,
    /// The end of a secret is too early or too late.
    SecretEndOutOfBounds,
    /// The request has the idempotency key of a former one, and cannot be answered like it.
    Repeat(NotRepeatable),
    /// A service behind this one failed.
    Fault(Fault),
}

/// Why a request with the idempotency key of a former one gets no answer. Nothing is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRepeatable {
    /// The former request was another one.
    OtherRequest,
    /// The client of the former request was deleted since.
    ClientDeleted,
    /// The secret of the former request is no longer one of its client, or cannot be derived again.
    SecretSuperseded,
}

/// A relation of a resource to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// A role of an App Client; in a list, the one at this position.
    Role(Option<usize>),
}

impl From<Unmet> for Refusal {
    fn from(unmet: Unmet) -> Self {
        Self::Unmet(unmet)
    }
}

impl From<InvalidSecretChange> for Refusal {
    fn from(invalid: InvalidSecretChange) -> Self {
        match invalid {
            InvalidSecretChange::NotFound => Self::NotFound,
            InvalidSecretChange::NothingToOverlap => Self::NothingToOverlap,
            InvalidSecretChange::EndOutOfBounds => Self::SecretEndOutOfBounds,
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
