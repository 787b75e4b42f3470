//! How long a secret is valid: the end that a request chooses, the end that a rotation keeps, and the
//! overlap of a rotation.

use super::attributes::{Bounds, InvalidValue};
use super::{AppClientSecret, Timestamp};

const DAY: u64 = 86_400;

/// The validity of a secret that has an end, in days from its creation or change.
pub const VALIDITY_DAYS: Bounds = Bounds::new(30, 365);

/// What the clock of a caller may be ahead or behind, in seconds.
const SLACK: u64 = 60;

/// The time for which the previous secret stays valid after a rotation, in seconds; in a request, 0
/// to 2,592,000, which is 30 days. It never extends the secret's own end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap(u32);

/// The end of the secret that a rotation creates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RotatedEnd {
    /// The predecessor's validity in days, counted from the rotation. No end stays no end.
    #[default]
    Keep,
    /// This end; `None` for no end.
    Set(Option<Timestamp>),
}

impl Overlap {
    /// The bounds in a request.
    pub const SECONDS: Bounds = Bounds::new(0, 2_592_000);

    /// No overlap: the other secrets are rejected at once.
    pub const NONE: Self = Self(0);

    /// An overlap in seconds.
    ///
    /// # Errors
    /// When the number is out of [`Self::SECONDS`].
    pub fn from_seconds(seconds: u64) -> Result<Self, InvalidValue> {
        Self::SECONDS.parse(seconds, "seconds").map(Self)
    }

    /// The end of the overlap that begins at `now`; `None` without overlap.
    pub(super) fn end(self, now: Timestamp) -> Option<Timestamp> {
        (self != Self::NONE).then(|| now.plus(self.0.into()))
    }
}

/// Whether a request may choose this end: none, or one within [`VALIDITY_DAYS`] from `now`, with 60
/// seconds of slack on both sides.
#[must_use]
pub(super) fn may_end_at(end: Option<Timestamp>, now: Timestamp) -> bool {
    let days = |days: u32| now.plus(u64::from(days) * DAY);
    end.is_none_or(|end| {
        end.plus(SLACK) >= days(VALIDITY_DAYS.minimum)
            && end <= days(VALIDITY_DAYS.maximum).plus(SLACK)
    })
}

/// The end that keeps the validity of `predecessor` in days, rounded up, counted from `now`.
#[must_use]
pub(super) fn kept_end(predecessor: &AppClientSecret, now: Timestamp) -> Option<Timestamp> {
    let end = predecessor.expires_at?;
    let days = end.seconds_since(predecessor.created_at).div_ceil(DAY);
    let days = days.clamp(VALIDITY_DAYS.minimum.into(), VALIDITY_DAYS.maximum.into());
    Some(now.plus(days * DAY))
}
