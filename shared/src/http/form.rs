//! Strict parsing of `application/x-www-form-urlencoded`: invalid UTF-8 is refused, not replaced.

use percent_encoding::percent_decode;

/// A name or value is not UTF-8 after decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotUtf8;

/// Parses `name=value` pairs, in their order.
///
/// # Errors
/// [`NotUtf8`].
pub fn pairs(text: &[u8]) -> Result<Vec<(String, String)>, NotUtf8> {
    let parts = text
        .split(|byte| *byte == b'&')
        .filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let mut halves = part.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            Ok((name, value))
        })
        .collect()
}

/// Decodes one name or value: `+` is a space, `%XX` is a byte.
///
/// # Errors
/// [`NotUtf8`].
pub fn decode(text: &[u8]) -> Result<String, NotUtf8> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    String::from_utf8(percent_decode(&spaced).collect()).map_err(|_| NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_and_percent_are_decoded_once() {
        assert_eq!(
            pairs(b"a+b=%2B%26%3D&c&=d&&e=f=g"),
            Ok(vec![
                ("a b".into(), "+&=".into()),
                ("c".into(), String::new()),
                (String::new(), "d".into()),
                ("e".into(), "f=g".into()),
            ])
        );
        assert_eq!(decode(b"100%"), Ok("100%".into()));
    }

    #[test]
    fn invalid_utf_8_is_refused() {
        assert_eq!(pairs(b"a=%ff"), Err(NotUtf8));
        assert_eq!(pairs(b"\xc3=1"), Err(NotUtf8));
    }
}
