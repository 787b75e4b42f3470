//! The signing keys: generation, storage, publication and rotation.
//!
//! `stored` is the text of the secret, and `ring` the keys by which an instance signs. `failed_reads`
//! limits the reads of the secret while they fail. `key_set` is the public key set, and `published`
//! this service's cache of it. `times` has every duration.

mod algorithm;
mod failed_reads;
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
