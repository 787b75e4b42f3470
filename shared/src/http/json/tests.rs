use super::*;

#[test]
fn json_values_are_unchanged() {
    let text = r#"{"a":[1,-2,3.5,true,null,"\u00e9"],"b":{"a":1}}"#;
    assert_eq!(
        parse(text.as_bytes()).unwrap(),
        serde_json::from_str::<Value>(text).unwrap()
    );
}

fn repeated(pointer: &str) -> Result<Value, InvalidJson> {
    Err(InvalidJson::Repeated(Some(pointer.to_owned())))
}

#[test]
fn a_duplicate_name_is_refused_at_any_depth_with_a_pointer_to_it() {
    assert_eq!(parse(br#"{"a":1,"a":1}"#), repeated("/a"));
    let nested = br#"{"b":[0,{"a":1,"\u0061":2}]}"#;
    assert_eq!(parse(nested), repeated("/b/1/a"));
    assert_eq!(parse(br#"{"x/y~":1,"x/y~":1}"#), repeated("/x~1y~0"));
    assert_eq!(parse(br#"{"":{"":1,"":1}}"#), repeated("//"));
    // The first problem counts.
    assert_eq!(parse(br#"{"a":1,"a":{"b":1,"b":1}"#), repeated("/a"));
}

#[test]
fn a_pointer_that_is_long_or_has_a_long_name_is_left_out() {
    let within = |objects: usize, name: &str| {
        let (open, close) = (r#"{"n":"#.repeat(objects), "}".repeat(objects));
        parse(format!(r#"{open}{{"{name}":1,"{name}":2}}{close}"#).as_bytes())
    };
    assert_eq!(within(63, "n"), repeated(&"/n".repeat(64)));
    assert_eq!(within(64, "n"), Err(InvalidJson::Repeated(None)));
    let name = "n".repeat(24);
    assert_eq!(within(1, &name), repeated(&format!("/n/{name}")));
    assert_eq!(within(1, &(name + "n")), Err(InvalidJson::Repeated(None)));
    assert_eq!(within(0, "a b"), Err(InvalidJson::Repeated(None)));
}

#[test]
fn a_syntax_error_has_its_place() {
    for (text, line, column) in [
        ("{", 1, 1),
        ("{}{}", 1, 3),
        ("nul", 1, 3),
        (r#"{"a":1,}"#, 1, 8),
        ("{\n  \"a\": 1,\n  b\n}", 3, 3),
        ("{'a':1}", 1, 2),
        ("\"\\ud800\"", 1, 8),
        ("[1e999]", 1, 6),
    ] {
        let expected = InvalidJson::Syntax { line, column };
        assert_eq!(parse(text.as_bytes()), Err(expected), "{text}");
    }
}

#[test]
fn a_text_that_is_no_json_is_refused_by_its_cause() {
    for text in ["", " \n\t\r", "\u{feff}"] {
        assert_eq!(parse(text.as_bytes()), Err(InvalidJson::Empty));
    }
    for text in [&b"\"\xff\""[..], b"\xff\xfe{\0}\0"] {
        assert_eq!(parse(text), Err(InvalidJson::NotUtf8));
    }
    for open in ["[", "{\"a\":"] {
        let deep = open.repeat(10_000);
        assert_eq!(parse(deep.as_bytes()), Err(InvalidJson::TooDeep));
    }
    let deepest = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(parse(deepest.as_bytes()).is_ok());
}

#[test]
fn one_byte_order_mark_is_ignored() {
    assert_eq!(parse("\u{feff}[1]".as_bytes()), parse(b"[1]"));
    assert!(parse("\u{feff}\u{feff}[1]".as_bytes()).is_err());
    assert!(parse("[\u{feff}1]".as_bytes()).is_err());
}

/// Any text gets the answer of the lenient parser, or an error without a word of the text.
#[test]
fn the_strict_parser_accepts_what_the_lenient_one_does_except_duplicates_and_depth() {
    const PIECES: [&str; 16] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"secret\"",
        "\"b\"",
        "1",
        "-0.5e3",
        "null",
        "true",
        " ",
        "\n",
        "\\",
        "\"",
    ];
    let (mut accepted, mut refused) = (0, 0);
    for seed in 0..60_000 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let length = dice.usize(1..9);
        let text: String = (0..length).map(|_| PIECES[dice.usize(0..16)]).collect();
        let lenient = serde_json::from_str::<Value>(&text);
        match parse(text.as_bytes()) {
            Ok(value) => {
                assert_eq!(value, lenient.unwrap(), "{text}");
                accepted += 1;
            }
            Err(InvalidJson::Repeated(_)) => {}
            Err(invalid) => {
                assert!(lenient.is_err(), "{text}");
                assert!(!invalid.to_string().contains("secret"));
                refused += 1;
            }
        }
    }
    assert!(accepted > 1_000 && refused > 1_000, "{accepted} {refused}");
}
