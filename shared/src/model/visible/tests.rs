use super::*;

fn is_name(text: &str) -> bool {
    !is_blank(text) && !has_hidden(text)
}

#[test]
fn joiners_are_text_where_they_change_the_letters_around_them() {
    for (language, text) in [
        ("Persian", "می\u{200c}خواهم"),
        ("Persian, with a mark", "مِی\u{200c}خواهم"),
        ("Sinhala", "ශ්\u{200d}රී ලංකා"),
        ("Hindi, a half form", "क्\u{200d}ष"),
        ("Hindi, at the end", "क्\u{200d}"),
        ("Hindi, without a conjunct", "क्\u{200c}ष"),
        ("Malayalam", "ന്\u{200d}റെ"),
        ("Bengali", "র\u{200d}\u{9cd}যাব"),
        ("Kannada", "ರ\u{200d}\u{ccd}ಕ"),
    ] {
        assert!(is_name(text), "{language}");
    }
}

#[test]
fn joiners_elsewhere_are_hidden() {
    for text in [
        "Night\u{200c}ly",
        "Night\u{200d}ly",
        "\u{200d}a",
        "a\u{200d}",
        "می\u{200c}",
        "\u{200c}خواهم",
        "می\u{200c} خواهم",
        // Reh does not join what follows, so a non-joiner after it changes nothing.
        "ر\u{200c}ه",
        "م\u{200d}ی",
        "क\u{200d}ष",
        "क\u{200c}ष",
        "\u{200d}\u{9cd}",
        "می\u{200c}\u{200c}خواهم",
        "क्\u{200d}\u{200d}ष",
        "1\u{200d}2",
        "★\u{200d}★",
    ] {
        assert!(has_hidden(text), "{text:?}");
    }
}

#[test]
fn emoji_sequences_are_text() {
    for text in [
        "👨\u{200d}👩\u{200d}👧\u{200d}👦",
        "🏳\u{fe0f}\u{200d}🌈",
        "🏴\u{200d}☠\u{fe0f}",
        "👩🏽\u{200d}🚀",
        "👁\u{fe0f}\u{200d}🗨\u{fe0f}",
        "🏃🏽\u{200d}♀\u{fe0f}\u{200d}➡\u{fe0f}",
        "❤\u{fe0f}",
        "❤\u{fe0e}",
        "1\u{fe0f}\u{20e3} #\u{fe0f}\u{20e3}",
        "🇫🇷",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "a🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}b",
        "🏴\u{e0075}\u{e0073}\u{e0063}\u{e0061}\u{e007f}🏴",
    ] {
        assert!(is_name(text), "{text:?}");
    }
}

#[test]
fn parts_of_emoji_sequences_elsewhere_are_hidden() {
    for text in [
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}",
        "🏴\u{e0067}\u{e0062}\u{e007f}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e0067}\u{e0067}\u{e007f}",
        "🏴\u{e0041}\u{e0042}\u{e0043}\u{e007f}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}\u{e007f}",
        "🏳\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "a\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "🏴\u{e007f}",
        "👨\u{200d}",
        "\u{200d}👨",
        "👨\u{200d}\u{200d}👩",
        "👨\u{200d}a",
        "👨\u{fe0e}\u{200d}👩",
        "a\u{fe0f}",
        "1\u{fe0f}",
        "❤\u{fe0f}\u{fe0f}",
        "\u{fe0f}",
    ] {
        assert!(has_hidden(text), "{text:?}");
    }
}

#[test]
fn variants_are_text_after_a_letter_that_has_them() {
    for text in ["葛\u{e0100}城市", "辻\u{e0101}", "㐂\u{fe00}", "ᠠ\u{180b}"] {
        assert!(is_name(text), "{text:?}");
    }
    for text in [
        "a\u{e0100}",
        "a\u{fe00}",
        "葛\u{fe03}",
        "葛\u{e0100}\u{e0100}",
        "カ\u{e0100}",
        "a\u{180b}",
        "ᠠ\u{180e}",
    ] {
        assert!(has_hidden(text), "{text:?}");
    }
}

#[test]
fn a_text_without_anything_to_see_is_blank() {
    for text in [
        "",
        " ",
        "\u{a0}\u{2003}\u{3000}",
        "\u{3164}",
        "\u{ffa0}\u{115f}\u{1160}",
        "\u{2800}",
        "\u{2800} \u{3164}",
        "\u{ad}",
        "\u{e0041}",
        "\u{fe0f}",
        "\u{180e}",
        "\u{200b}",
        "\u{feff}",
        "\u{301}",
        "\u{16fe4}",
        "\u{1d159}",
        "\u{13441}",
        "\u{17b5}",
        "\u{34f}",
    ] {
        assert!(is_blank(text), "{text:?}");
    }
    for text in [
        "a",
        " a ",
        "\u{2801}",
        "é",
        "\u{1f600}",
        "ク",
        "\u{fffd}",
        ".",
    ] {
        assert!(!is_blank(text), "{text:?}");
    }
}

#[test]
fn invisible_and_control_characters_are_hidden_anywhere() {
    for hidden in [
        '\0',
        '\t',
        '\n',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{17b4}',
        '\u{180e}',
        '\u{200b}',
        '\u{200e}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2065}',
        '\u{2066}',
        '\u{2069}',
        '\u{206f}',
        '\u{3164}',
        '\u{fdd0}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{fff0}',
        '\u{fff9}',
        '\u{fffb}',
        '\u{fffe}',
        '\u{ffff}',
        '\u{1bca0}',
        '\u{1d173}',
        '\u{1ffff}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{e01f0}',
        '\u{e0fff}',
        '\u{10ffff}',
    ] {
        for text in [
            format!("a{hidden}b"),
            format!("{hidden}a"),
            format!("م{hidden}ی"),
        ] {
            assert!(has_hidden(&text), "{text:?}");
        }
    }
}

/// A font may have a shape for a private character, and a later release of Unicode one for an
/// unassigned character. Without one, a box is shown.
#[test]
fn characters_that_are_shown_as_a_box_are_text() {
    for text in ["\u{f8ff}", "\u{10fffd}", "\u{2fe0}", "\u{3fff0}"] {
        assert!(is_name(text), "{text:?}");
    }
}

/// Marks that stand before digits are format characters, but can be seen.
#[test]
fn visible_format_characters_are_text() {
    for text in ["\u{600}123", "\u{6dd}12", "\u{70f}ܐ"] {
        assert!(!has_hidden(text), "{text:?}");
    }
}

#[test]
fn names_of_every_script_are_text() {
    for text in [
        "Zambda ⚕ \"nightly\" <b>",
        "Ünïcödé",
        "Ещё один",
        "夜间导入",
        "밤 가져오기",
        "ייבוא לילי",
        "استيراد ليلي",
        "नाइट इम्पोर्ट",
        "การนำเข้า",
        "e\u{301}",
        "ᄀ\u{1161}",
    ] {
        assert!(is_name(text), "{text}");
    }
}

#[test]
fn of_all_single_characters_only_those_without_a_shape_are_refused() {
    let mut refused = 0;
    for character in '\0'..=char::MAX {
        let text = format!("a{character}b");
        let is_hidden = has_hidden(&text);
        let is_ignorable = DefaultIgnorableCodePoint::for_char(character);
        assert!(
            is_hidden || !(is_ignorable || character.is_control()),
            "{text:?}"
        );
        if is_hidden {
            refused += 1;
            assert!(
                is_ignorable
                    || character.is_control()
                    || is_noncharacter(character)
                    || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}'),
                "{text:?}"
            );
        }
    }
    // Mostly the plane of tags and variation selectors.
    assert!((4_000..5_000).contains(&refused), "{refused}");
}
