use lambda_http::http::HeaderValue;

use super::*;
use crate::model::precondition::Unmet;

fn headers(name: &'static str, lines: &[&[u8]]) -> HeaderMap {
    let lines = lines.iter().map(|line| {
        (
            name.parse().unwrap(),
            HeaderValue::from_bytes(line).unwrap(),
        )
    });
    lines.collect()
}

/// The outcome for a resource whose state is `a`, or that does not exist.
fn unmet(name: &'static str, lines: &[&str], exists: bool) -> Option<Unmet> {
    let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
    let precondition = precondition(&headers(name, &lines)).unwrap();
    precondition.check(exists.then_some("a")).err()
}

#[test]
fn a_request_without_the_fields_has_no_precondition() {
    let other = headers("if-modified-since", &[b"Sat, 29 Oct 1994 19:43:31 GMT"]);
    for headers in [HeaderMap::new(), other] {
        assert!(precondition(&headers).unwrap().is_none());
    }
}

#[test]
fn if_match_holds_for_one_of_its_strong_tags() {
    for (lines, holds) in [
        (&["\"a\""][..], true),
        (&["\"b\""], false),
        (&["\"A\""], false),
        (&["\"\""], false),
        (&["\"b\", \"a\""], true),
        (&["\"b\",\"a\""], true),
        (&[" ,\t\"b\" , ,\"a\"\t,"], true),
        (&["\"b\"", "\"a\""], true),
        (&["\"b\"", ""], false),
        (&["W/\"a\""], false),
        (&["W/\"a\", \"a\""], true),
        (&["\"a,b\""], false),
        (&["\"a\\\""], false),
        (&["\"é\""], false),
        (&["*"], true),
        (&[" * "], true),
    ] {
        let expected = (!holds).then_some(Unmet::NotExpected);
        assert_eq!(unmet("if-match", lines, true), expected, "{lines:?}");
        let absent = unmet("if-match", lines, false);
        assert_eq!(absent, Some(Unmet::NotExpected), "{lines:?}");
    }
}

#[test]
fn if_none_match_holds_for_none_of_its_tags_weak_or_not() {
    for (lines, holds) in [
        (&["\"a\""][..], false),
        (&["W/\"a\""], false),
        (&["\"b\", W/\"a\""], false),
        (&["\"b\"", "\"a\""], false),
        (&["\"b\""], true),
        (&["*"], false),
    ] {
        let expected = (!holds).then_some(Unmet::Unwanted);
        assert_eq!(unmet("if-none-match", lines, true), expected, "{lines:?}");
        assert_eq!(unmet("if-none-match", lines, false), None, "{lines:?}");
    }
}

#[test]
fn a_field_that_is_no_list_of_tags_is_malformed() {
    for lines in [
        &["a"][..],
        &["a\""],
        &["\"a"],
        &["\""],
        &["'a'"],
        &["w/\"a\""],
        &["W/a"],
        &["W/"],
        &["W/ \"a\""],
        &["\"a\" \"b\""],
        &["\"a\"\"b\""],
        &["\"a\"b"],
        &["\"a b\""],
        &["\"a\tb\""],
        &["\"a\";q=1"],
        &["*, \"a\""],
        &["\"a\", *"],
        &["**"],
        &["*", "*"],
        &["W/*"],
        &[""],
        &[" "],
        &[",", ","],
    ] {
        let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
        for (name, public) in [("if-match", "If-Match"), ("if-none-match", "If-None-Match")] {
            let found = precondition(&headers(name, &lines)).err();
            assert_eq!(found, Some(MalformedTags(public)), "{lines:?}");
        }
    }
}

#[test]
fn bytes_that_are_not_utf8_are_part_of_a_tag() {
    let headers = headers("if-none-match", &[b"\"\xff\x80\", \"a\""]);
    let unmet = precondition(&headers).unwrap().check(Some("a")).err();
    assert_eq!(unmet, Some(Unmet::Unwanted));
}

/// Every text of up to 6 of the characters that mean something, and of some that do not: it is
/// malformed, or written again from its tags it is the same list.
#[test]
fn every_short_text_is_malformed_or_a_list_of_its_tags() {
    const ALPHABET: [char; 9] = ['"', 'W', '/', ',', ' ', '*', '\\', 'é', '\u{1}'];
    let mut texts = vec![String::new()];
    let mut lists = 0;
    for _ in 0..6 {
        let longer = texts.iter().flat_map(|text| {
            let append = move |character| format!("{text}{character}");
            ALPHABET.into_iter().map(append)
        });
        texts = longer.collect();
        for text in &texts {
            let Some(found) = tags(text) else { continue };
            lists += 1;
            let written = found.iter().map(|tag| {
                let weak = if tag.is_weak { "W/" } else { "" };
                weak.to_owned() + &entity_tag(&tag.opaque)
            });
            let written: Vec<_> = written.collect();
            assert_eq!(tags(&written.join(", ")), Some(found), "{text}");
            // Only separators are left out.
            let kept: usize = written.iter().map(String::len).sum();
            let separators = text.chars().filter(|it| [',', ' '].contains(it)).count();
            assert!(
                kept <= text.len() && text.len() <= kept + separators,
                "{text}"
            );
        }
    }
    assert!(lists > 1_000, "{lists}");
}

/// Random bytes, longer than any header that API Gateway passes on.
#[test]
fn no_bytes_make_the_parser_panic() {
    let mut random = fastrand::Rng::with_seed(13);
    for _ in 0..2_000 {
        let length = random.usize(0..12_000);
        let quotes = random.u32(1..40);
        let bytes = std::iter::repeat_with(|| match random.u32(0..quotes) {
            0 => b'"',
            1 => b',',
            // The bytes that a header value may have.
            _ => random
                .u8(..)
                .max(b' ')
                .saturating_add(u8::from(random.bool())),
        });
        let mut bytes: Vec<u8> = bytes.take(length).collect();
        bytes
            .iter_mut()
            .filter(|byte| **byte == 0x7f)
            .for_each(|byte| *byte = b'~');
        let _ = precondition(&headers("if-match", &[&bytes, b"\"a\""]));
    }
}
