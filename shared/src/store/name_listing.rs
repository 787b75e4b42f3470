//! The sort key of the index `by-name`.

use super::item::Item;
use crate::model::{ClientId, Folded};

/// The attribute with the key.
pub(super) const NAME_LISTING: &str = "name_listing";

/// The longest sort key that DynamoDB takes, in bytes.
const LONGEST: usize = 1_024;

/// The longest start of a name in a key, in bytes. The rest of the key needs 58 at most.
const NAME: usize = LONGEST - 58;

/// Sorts before every character of a name, so a name comes before the names that begin with it.
const SEPARATOR: char = '\t';

/// A position in a list by name: after this client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePosition {
    key: String,
    id: ClientId,
}

/// The key of a client with this name. `listing` is its key in the index `by-org`: it keeps clients
/// with equal names, and those whose names are cut, in the order of their creation.
pub(super) fn name_listing(name: &str, listing: &str) -> String {
    let folded = Folded::of(name);
    format!("{}{SEPARATOR}{listing}", folded.cut(NAME))
}

/// The start of the keys of all names with this start. If it is cut, other names have it too.
pub(super) fn start_of_keys(prefix: &Folded) -> &str {
    prefix.cut(NAME)
}

impl NamePosition {
    /// Parses a key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        let (_, listing) = key.rsplit_once(SEPARATOR)?;
        let (_, id) = listing.split_once('#')?;
        let id = ClientId::from_stored(id)?;
        let key = key.to_owned();
        (key.len() <= LONGEST).then_some(Self { key, id })
    }

    /// The position after an item of the index.
    pub(super) fn behind_item(item: &Item) -> Option<Self> {
        Self::of_key(item.text(NAME_LISTING).ok()?)
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The client.
    #[must_use]
    pub const fn id(&self) -> ClientId {
        self.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTING: &str = "001800000000#23357fe8-3368-484d-a040-a6e672d59de1";

    #[test]
    fn a_key_fits_and_has_its_position_whatever_the_name() {
        // Folding makes three characters of one, and six bytes of two.
        for name in ["", "x", "a\tb#c", &"⚕".repeat(255), &"\u{390}".repeat(255)] {
            let key = name_listing(name, LISTING);
            assert!(key.len() <= LONGEST, "{name}");
            let position = NamePosition::of_key(&key).unwrap();
            assert_eq!(position.key(), key);
            assert!(LISTING.ends_with(&position.id().to_string()));
        }
    }

    #[test]
    fn a_name_comes_before_the_names_that_begin_with_it() {
        let keys = [
            "Nightly",
            "nightly !",
            "NIGHTLY import",
            "nightly#",
            "nightlyA",
        ];
        let keys = keys.map(|name| name_listing(name, LISTING));
        assert!(keys.is_sorted(), "{keys:?}");
    }

    #[test]
    fn the_key_of_a_long_name_begins_like_that_of_each_of_its_starts() {
        let mut dice = fastrand::Rng::with_seed(15);
        for _ in 0..500 {
            let length = dice.usize(1..=255);
            let alphabet = ['a', 'É', 'ß', '\u{390}', '⚕', '𝒳', '한'];
            let name: String = (0..length).map(|_| alphabet[dice.usize(..7)]).collect();
            let key = name_listing(&name, LISTING);
            let start: String = name.chars().take(dice.usize(1..=length)).collect();
            let prefix = Folded::of(&start);
            assert!(key.starts_with(start_of_keys(&prefix)), "{name} {start}");
        }
    }

    #[test]
    fn another_text_is_no_key() {
        let long = name_listing(&"x".repeat(2_000), LISTING);
        for other in [
            "",
            "x",
            LISTING,
            "x\t23357fe8-3368-484d-a040-a6e672d59de1",
            "x\t1#23357fe83368484da040a6e672d59de1",
            &format!("{}{long}", "x".repeat(59)),
        ] {
            assert_eq!(NamePosition::of_key(other), None, "{other}");
        }
    }
}
