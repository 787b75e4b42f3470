//! Resources in policies: `service:type:id`.

use uuid::Uuid;

use super::names::{IAM, IamType, canonical_service, is_name};
use super::reason::Reason;

/// All resources whose name begins with these parts. `IAM:Role:*` is every role, `IAM:Role` the same, and `*`
/// is every resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resources(Vec<String>);

impl Resources {
    /// The number of parts of a full name.
    const PARTS: usize = 3;

    /// Every resource.
    #[must_use]
    pub const fn everything() -> Self {
        Self(Vec::new())
    }

    /// The resources of this service.
    pub(super) fn of_service(service: &str) -> Self {
        Self(vec![service.to_owned()])
    }

    /// The resources of this type.
    pub(super) fn of_type(of: IamType) -> Self {
        Self(vec![IAM.to_owned(), of.as_str().to_owned()])
    }

    /// The resource of this type with this id.
    #[must_use]
    pub fn one(of: IamType, id: Uuid) -> Self {
        let Self(mut parts) = Self::of_type(of);
        parts.push(id.to_string());
        Self(parts)
    }

    /// Parses `service:type:id`. `*` stands for every value of a part, and then of all further ones, which may be
    /// left out.
    ///
    /// # Errors
    /// When it has more parts, an empty or malformed one, a part after `*`, or an unknown type or malformed id of
    /// IAM.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let mut parts: Vec<&str> = text.split(':').collect();
        if parts.len() > Self::PARTS {
            return Err(Reason::Malformed);
        }
        while parts.last() == Some(&"*") {
            parts.pop();
        }
        if parts.contains(&"*") {
            return Err(Reason::AfterWildcard);
        }
        if !parts.iter().all(|part| is_name(part)) {
            return Err(Reason::Malformed);
        }
        let mut parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
        if let [service, rest @ ..] = parts.as_mut_slice()
            && let Some(canonical) = canonical_service(service)
        {
            canonical.clone_into(service);
            match rest {
                [] => {}
                [of] => {
                    IamType::parse(of).ok_or(Reason::UnknownType)?;
                }
                [of, id, ..] => {
                    IamType::parse(of).ok_or(Reason::UnknownType)?;
                    *id = Uuid::parse_str(id)
                        .map_err(|_| Reason::NotAnId)?
                        .to_string();
                }
            }
        }
        Ok(Self(parts))
    }

    /// The type, if these are resources of one type of IAM.
    pub(super) fn iam_type(&self) -> Option<IamType> {
        match self.0.as_slice() {
            [service, of, ..] if service == IAM => IamType::parse(of),
            _ => None,
        }
    }

    /// Whether this is a single resource.
    pub(super) fn is_one(&self) -> bool {
        self.0.len() == Self::PARTS
    }

    /// Whether all of `other` are among these.
    pub(super) fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The resources that are among both, if there are any.
    pub(super) fn overlap<'a>(&'a self, other: &'a Self) -> Option<&'a Self> {
        if self.covers(other) {
            Some(other)
        } else {
            other.covers(self).then_some(self)
        }
    }

    /// These resources and every larger set of which they are a part, the largest one first.
    pub(super) fn and_larger(&self) -> impl Iterator<Item = Self> + '_ {
        (0..=self.0.len()).filter_map(|parts| Some(Self(self.0.get(..parts)?.to_vec())))
    }
}
