//! Text that is safe to print on a terminal.

use percent_encoding::{CONTROLS, utf8_percent_encode};
use shared::model::ClientId;

/// In characters. No hint of the service is longer.
const LONGEST_TEXT: usize = 400;
/// In bytes. No segment of a route is longer.
const LONGEST_SEGMENT: usize = 27;
/// The width of a path, in characters.
pub(super) const PATH_WIDTH: usize = 44;

/// The text in visible ASCII, cut if it is very long.
pub(crate) fn visible(text: &str) -> String {
    let plain = |character| match character {
        ' '..='~' => character,
        _ => '?',
    };
    text.chars().take(LONGEST_TEXT).map(plain).collect()
}

/// The path in visible ASCII, at most [`PATH_WIDTH`] wide. An id is cut to its first 8 digits, and
/// any other long segment left out: a caller may have put a secret or a token there.
pub(super) fn visible_path(path: &str) -> String {
    let segments: Vec<_> = path.split('/').map(segment).collect();
    let shown = utf8_percent_encode(&segments.join("/"), CONTROLS).to_string();
    if shown.len() <= PATH_WIDTH {
        return shown;
    }
    // The text is ASCII, so the cuts are between characters.
    let start = shown.get(..24).unwrap_or_default();
    let end = shown.get(shown.len() - 17..).unwrap_or_default();
    format!("{start}...{end}")
}

fn segment(text: &str) -> String {
    match text.get(..8) {
        Some(start) if ClientId::from_id(text).is_some() => format!("{start}..."),
        _ if text.len() > LONGEST_SEGMENT => "...".to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_cut_to_8_digits_and_routes_are_shown_whole() {
        let id = "50678f92-e79c-49f4-b711-0ebef92289e6";
        for (path, shown) in [
            (
                format!("/auth/app-clients/{id}/rotate-secret"),
                "/auth/app-clients/50678f92.../rotate-secret",
            ),
            (
                format!("/auth/app-clients/{}", id.replace('-', "")),
                "/auth/app-clients/50678f92...",
            ),
            (
                "/.well-known/oauth-authorization-server".to_owned(),
                "/.well-known/oauth-authorization-server",
            ),
            ("/".to_owned(), "/"),
            (String::new(), ""),
        ] {
            assert_eq!(visible_path(&path), shown);
        }
    }

    #[test]
    fn no_path_has_control_characters_or_is_wide() {
        for path in [
            "/\u{1b}[31mred\u{1b}[0m\r\n\u{7}\u{9b}2J",
            "/\u{202e}\u{2028}\u{e9}/\u{0}",
            &"/a".repeat(5_000),
            &"/\u{e9}".repeat(5_000),
            &"\u{1b}".repeat(27),
        ] {
            let shown = visible_path(path);
            assert!(shown.bytes().all(|byte| byte.is_ascii_graphic()), "{shown}");
            assert!(shown.len() <= PATH_WIDTH, "{shown}");
        }
        assert_eq!(visible_path("/\u{1b}[31m"), "/%1B[31m");
    }

    #[test]
    fn a_secret_or_a_token_in_a_path_is_left_out() {
        let secret = "lk_secret_hzyHFL0BXnVWtJFrVZiVAAK0Q1BlhzyHFL0BXnVWtJFrVZi";
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwIn0.c2lnbmF0dXJl";
        for text in [secret, token] {
            assert_eq!(visible_path(&format!("/oauth/{text}")), "/oauth/...");
        }
    }

    #[test]
    fn a_text_is_visible_ascii_and_cut() {
        assert_eq!(visible("a\u{1b}[31m\n\u{e9}"), "a?[31m??");
        assert_eq!(visible(&"x".repeat(10_000)).len(), LONGEST_TEXT);
    }
}
