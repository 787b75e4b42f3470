//! The keys that sign access tokens: made, kept, published, rotated.
//!
//! `stored` is the secret's text and `ring` what an instance signs by; `key_set` is what verifiers
//! see and `published` what this service's own functions verify by. `times` has every duration.

mod algorithm;
mod first;
mod key;
mod key_set;
mod key_set_item;
mod published;
mod ring;
mod rotation;
mod signing_keys;
mod stored;
mod times;

pub use algorithm::{SigningAlgorithm, UnusableKey};
pub use first::make_first_key;
pub use key::SigningKey;
pub use key_set::KeySet;
pub use published::PublishedKeys;
pub use rotation::Unfit;
pub use signing_keys::{ReadyKey, SigningKeys};
pub use stored::{NewKey, StoredKeys};
pub use times::MAX_AGE;
