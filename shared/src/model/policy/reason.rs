//! Why a policy is refused.

/// Why a policy is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPolicy {
    /// The place in the policy: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong there.
    pub reason: Reason,
}

/// What is wrong with a part of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It has another type than this one.
    Not(&'static str),
    /// The member is missing.
    Missing,
    /// There is no such member.
    Unknown,
    /// It is empty.
    Empty,
    /// It has more elements than this.
    MoreThan(usize),
    /// Its rules have more pairs of an action and a resource than this.
    MorePairsThan(usize),
    /// The policy has more bytes than this.
    LargerThan(usize),
    /// It is not of the form `service:name` or `service:type:id`.
    Malformed,
    /// A part of a resource follows `*`.
    AfterWildcard,
    /// IAM has no such action.
    UnknownAction,
    /// IAM has no such type.
    UnknownType,
    /// The id of a resource of IAM is not a UUID.
    NotAnId,
    /// An action of the rule does not apply to this resource.
    NotApplicable,
    /// It contains a client secret.
    Secret,
}
