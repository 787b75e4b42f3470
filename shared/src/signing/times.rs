//! Every duration of the signing keys, in seconds. Each is derived from those above it.

use crate::model::AccessTokenLifetime;
use crate::model::gate::Window;

/// The largest difference between the clocks of two instances. A key that signs at once must do so
/// even by a clock that is behind.
pub(super) const CLOCKS_APART: u64 = Window::HOUR.bucket_seconds;

/// How long an instance signs with the keys that it has read. A leaked key that was dropped signs
/// nothing after that.
pub(super) const CACHED_FOR: u64 = 300;

/// The longest pause after the first failed read of the private keys. Each further one may be twice
/// as long, up to [`LONGEST_PAUSE`]. A pause is at least half as long as it may be.
pub(super) const FIRST_PAUSE: u64 = 2;

/// The longest pause after a failed read of the private keys. After an outage of Secrets Manager, it
/// delays the first token of an instance by no more than this.
pub(super) const LONGEST_PAUSE: u64 = 32;

/// How long verifiers and proxies may cache the key set (`max-age`). Rotation relies on it.
pub const MAX_AGE: u64 = 300;

/// The pause after a read of the key set before an unknown `kid` may cause another: a flood of
/// forged tokens costs one read per pause.
pub(super) const UNKNOWN_KID_PAUSE: u64 = 10;

/// How long a verifier may cache the key set: API Gateway's JWT authorizer caches it for two hours,
/// regardless of the header.
const VERIFIER_CACHE: u64 = if MAX_AGE > 7_200 { MAX_AGE } else { 7_200 };

/// How long a response may be in transit, and how long Secrets Manager may be inconsistent.
const IN_TRANSIT: u64 = 60;

/// How long before its first signature a key is published. A verifier's response may come from a
/// proxy that caches it for `max-age`, and may be in transit for a minute. The first instance to
/// sign may have a clock that is ahead.
pub(super) const LEAD_TIME: u64 = VERIFIER_CACHE + MAX_AGE + IN_TRANSIT + CLOCKS_APART;

/// How long after a version of the secret was replaced an instance may still sign with it. The
/// instance may have read that version just after the change, and its clock may be ahead.
pub(super) const FORMER_VERSION_SIGNS: u64 = CACHED_FOR + CLOCKS_APART + IN_TRANSIT;

/// How long after a key's last signature a token of that key may be valid, by any clock.
pub(super) const LAST_TOKEN_EXPIRES: u64 = AccessTokenLifetime::LONGEST as u64 + CLOCKS_APART;

/// How long a published key may be missing from the current version before its rotation counts as
/// abandoned. No rotation takes that long.
pub(super) const ORPHANED_AFTER: u64 = 24 * 3_600;
