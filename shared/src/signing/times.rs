//! Every duration that the signing keys go by, in seconds. Each is derived from those above it.

use crate::model::AccessTokenLifetime;
use crate::model::gate::Window;

/// How far apart the clocks of two instances may be: a key that signs at once must do so by a clock
/// that is behind.
pub(super) const CLOCKS_APART: u64 = Window::HOUR.bucket_seconds;

/// How long an instance signs by the keys that it has read: a key that leaked and was dropped signs
/// nothing after that.
pub(super) const KEPT_FOR: u64 = 300;

/// How long others may keep the key set (`max-age`). Rotation counts on it.
pub const MAX_AGE: u64 = 300;

/// How soon after a look at the key set an unknown `kid` may cause another: a flood of made-up
/// tokens costs one read each time this has passed.
pub(super) const UNKNOWN_KID_PAUSE: u64 = 10;

/// How long a verifier may keep the key set: API Gateway's JWT authorizer keeps it for two hours,
/// whatever the header says.
const VERIFIERS_KEEP: u64 = if MAX_AGE > 7_200 { MAX_AGE } else { 7_200 };

/// How long an answer may be on its way, and Secrets Manager not of one mind.
const ON_ITS_WAY: u64 = 60;

/// How long before it signs a key is published. What a verifier fetches may come from a cache on the
/// way that keeps it as the header allows, and an answer may take a minute to arrive; and whoever
/// signs first may do so by a clock that is ahead.
pub(super) const ANNOUNCED_FOR: u64 = VERIFIERS_KEEP + MAX_AGE + ON_ITS_WAY + CLOCKS_APART;

/// How long after a version of the secret was replaced an instance may still sign by it: for as long
/// as it keeps what it has read, by a clock that is ahead, with what it read a moment too late.
pub(super) const FORMER_VERSION_SIGNS: u64 = KEPT_FOR + CLOCKS_APART + ON_ITS_WAY;

/// How long after a key's last signature a token of it may be valid, by whatever clock.
pub(super) const LAST_TOKEN_EXPIRES: u64 =
    AccessTokenLifetime::SECONDS.maximum as u64 + CLOCKS_APART;

/// How long a published key may be in no current version before it is taken for one whose rotation
/// was broken off. No rotation takes that long.
pub(super) const ORPHANED_AFTER: u64 = 24 * 3_600;
