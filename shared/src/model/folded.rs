//! Texts for comparisons that ignore case.

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};

/// A text in a form that is the same for every spelling of it: upper or lower case, and accents as
/// one character or two (The Unicode Standard, D145, canonical caseless match). It is in NFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded(String);

impl Folded {
    /// Folds a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let decomposed = DecomposingNormalizer::new_nfd().normalize(text);
        let folded = CaseMapper::new().fold_string(&decomposed);
        let composed = ComposingNormalizer::new_nfc().normalize(&folded);
        Self(composed.into_owned())
    }

    /// Folds a text in which compatible characters, such as full-width letters, are the same, too (D146).
    #[must_use]
    pub fn compatible(text: &str) -> Self {
        let normalizer = ComposingNormalizer::new_nfkc();
        let Self(folded) = Self::of(&normalizer.normalize(text));
        Self(normalizer.normalize(&folded).into_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text begins with another.
    #[must_use]
    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// Its longest start of at most `bytes` bytes of UTF-8, in whole characters.
    #[must_use]
    pub fn cut(&self, bytes: usize) -> &str {
        let end = self.0.floor_char_boundary(bytes);
        self.0.get(..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_text_has_one_form() {
        for [one, other] in [
            ["Nightly Import", "NIGHTLY IMPORT"],
            ["Ärzte", "a\u{308}RZTE"],
            ["Straße", "STRASSE"],
            ["ΣΊΣΥΦΟΣ", "Σίσυφος"],
            ["한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"],
            // The iota subscript folds to a letter, so it has to be decomposed first (D145).
            ["\u{1f80}", "\u{3b1}\u{345}\u{313}"],
        ] {
            assert_eq!(Folded::of(one), Folded::of(other), "{one} {other}");
        }
        for [one, other] in [["a", "b"], ["cafe", "café"], ["1", "①"], ["i", "ı"]] {
            assert_ne!(Folded::of(one), Folded::of(other), "{one} {other}");
        }
    }

    #[test]
    fn a_folded_text_stays_as_it_is() {
        let mut dice = fastrand::Rng::with_seed(15);
        for _ in 0..2_000 {
            let text: String = (0..8).map(|_| dice.char(..)).collect();
            let folded = Folded::of(&text);
            assert_eq!(Folded::of(&folded.0), folded, "{text:?}");
        }
    }

    #[test]
    fn a_cut_keeps_whole_characters() {
        let folded = Folded::of("aé⚕");
        let cuts = [0, 1, 2, 3, 4, 5, 6, 9].map(|bytes| folded.cut(bytes));
        assert_eq!(cuts, ["", "a", "a", "aé", "aé", "aé", "aé⚕", "aé⚕"]);
    }
}
