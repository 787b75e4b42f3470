//! Which texts a reader can see and tell apart, by the Unicode properties of their characters. A
//! character that is usually invisible is text only where it changes how its neighbours look.

use icu_properties::props::{
    BinaryProperty as _, CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji,
    EnumeratedProperty as _, ExtendedPictographic, JoiningType, UnifiedIdeograph,
};

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';
const END_OF_TAGS: char = '\u{e007f}';

/// Whether nothing in the text can be seen: it is empty, or has only spaces, invisible characters,
/// and marks without a letter.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_whitespace()
            || DefaultIgnorableCodePoint::for_char(character)
            || is_transparent(character)
            // Empty shapes that have no property in common: the Braille pattern without dots, the
            // null note, and two blanks between hieroglyphs.
            || matches!(character, '\u{2800}' | '\u{1d159}' | '\u{13441}' | '\u{13442}')
    })
}

/// Whether the text has a control character, a line separator, a noncharacter, or an invisible
/// character in a place where it changes nothing that a reader sees.
pub(super) fn has_hidden(text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut place = 0;
    while let (Some(before), Some([character, after @ ..])) = (text.get(..place), text.get(place..))
    {
        if !is_shown(before, *character, after) {
            return true;
        }
        place += 1 + flag_tags(*character, after);
    }
    false
}

fn is_shown(before: &[char], character: char, after: &[char]) -> bool {
    match character {
        NON_JOINER => follows_virama(before) || separates_joining_letters(before, after),
        JOINER => {
            follows_virama(before) || precedes_virama(before, after) || joins_emoji(before, after)
        }
        '\u{fe0e}' | EMOJI_STYLE => before.last().is_some_and(|base| {
            let is_key = Emoji::for_char(*base) && after.first() == Some(&KEYCAP);
            is_emoji(*base) || is_key
        }),
        // Variants of ideographs, which Japanese names need.
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => {
            let base = before.last();
            base.is_some_and(|base| UnifiedIdeograph::for_char(*base))
        }
        // Variants of Mongolian letters.
        '\u{180b}'..='\u{180d}' | '\u{180f}' => {
            matches!(before.last(), Some('\u{1820}'..='\u{18aa}'))
        }
        // Line separators, and the marks of interlinear annotations.
        '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' => false,
        _ => {
            !character.is_control()
                && !DefaultIgnorableCodePoint::for_char(character)
                && !is_noncharacter(character)
        }
    }
}

/// RFC 5892 A.1 and A.2: after a virama, a joiner or non-joiner selects the form of the letters.
fn follows_virama(before: &[char]) -> bool {
    before.last().is_some_and(|before| is_virama(*before))
}

/// Between a letter and a virama, a joiner selects another conjunct, as in Bengali (The Unicode
/// Standard, 12.2).
fn precedes_virama(before: &[char], after: &[char]) -> bool {
    let is_letter = before.last().is_some_and(|letter| letter.is_alphabetic());
    is_letter && after.first().is_some_and(|after| is_virama(*after))
}

/// RFC 5892 A.1: a non-joiner between letters that would join, as in Persian.
fn separates_joining_letters(before: &[char], after: &[char]) -> bool {
    let before = before.iter().rev().find(|mark| !is_transparent(**mark));
    let after = after.iter().find(|mark| !is_transparent(**mark));
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let before = JoiningType::for_char(*before);
    let after = JoiningType::for_char(*after);
    matches!(before, JoiningType::LeftJoining | JoiningType::DualJoining)
        && matches!(after, JoiningType::RightJoining | JoiningType::DualJoining)
}

/// UTS 51, emoji ZWJ sequences: a joiner between emoji, each with a modifier or style if it has one.
fn joins_emoji(before: &[char], after: &[char]) -> bool {
    let before = match before {
        [.., base, EMOJI_STYLE | '\u{1f3fb}'..='\u{1f3ff}'] | [.., base] => is_emoji(*base),
        [] => false,
    };
    before && after.first().is_some_and(|after| is_emoji(*after))
}

/// The number of tag characters that belong to a flag (UTS 51, Annex C), such as that of England: a
/// region and its subdivision, and the end. In any other place, tags are invisible.
fn flag_tags(character: char, after: &[char]) -> usize {
    let is_subdivision =
        |tag: &char| matches!(tag, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let tags = after.iter().take_while(|tag| is_subdivision(tag)).count();
    let ends = after.get(tags) == Some(&END_OF_TAGS);
    if character == BLACK_FLAG && (3..=6).contains(&tags) && ends {
        tags + 1
    } else {
        0
    }
}

/// An emoji that is a picture. The digits are emoji too, for keys.
fn is_emoji(character: char) -> bool {
    Emoji::for_char(character) && ExtendedPictographic::for_char(character)
}

fn is_virama(character: char) -> bool {
    CanonicalCombiningClass::for_char(character) == CanonicalCombiningClass::Virama
}

/// A mark, which does not separate the letters around it.
fn is_transparent(character: char) -> bool {
    JoiningType::for_char(character) == JoiningType::Transparent
}

/// The Unicode Standard, 23.7: not for interchange.
const fn is_noncharacter(character: char) -> bool {
    matches!(character, '\u{fdd0}'..='\u{fdef}') || character as u32 & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests;
