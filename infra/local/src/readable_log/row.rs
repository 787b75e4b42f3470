//! The line of a request.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use shared::model::Timestamp;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::visible::{PATH_WIDTH, visible, visible_path};

const TIME: &[BorrowedFormatItem<'_>] = format_description!("[hour]:[minute]:[second]");

/// The columns of a line.
pub(super) struct Row<'a> {
    pub(super) at: Timestamp,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) status: u16,
    pub(super) milliseconds: f64,
    pub(super) client: &'a str,
    pub(super) outcome: &'a str,
}

impl Row<'_> {
    /// The line, with its line feed.
    pub(super) fn text(&self, is_coloured: bool) -> String {
        let Self {
            status,
            milliseconds,
            ..
        } = self;
        let [dim, colour] = [Style::new().dimmed(), colour(*status)]
            .map(|style| if is_coloured { style } else { Style::new() });
        let method = visible(self.method);
        let method = method.get(..7).unwrap_or(&method);
        let path = visible_path(self.path);
        let (time, client, outcome) = (time(self.at), visible(self.client), visible(self.outcome));
        format!(
            "{dim}{time}{dim:#}  {method:<7} {path:<PATH_WIDTH$} {colour}{status:>3}{colour:#} \
             {dim}{milliseconds:>6.1} ms{dim:#}  {client:<8}  {colour}{outcome}{colour:#}\n"
        )
    }
}

/// The line below a refusal, with its line feed.
pub(super) fn hint(text: &str, is_coloured: bool) -> String {
    let style = AnsiColor::Cyan.on_default();
    let style = if is_coloured { style } else { Style::new() };
    let mut line = " ".repeat(10);
    // A write to a text cannot fail.
    let _ = writeln!(line, "{style}hint: {}{style:#}", visible(text));
    line
}

/// Green for success, yellow for the caller's fault, red for the service's.
fn colour(status: u16) -> Style {
    let colour = match status {
        ..400 => AnsiColor::Green,
        400..500 => AnsiColor::Yellow,
        _ => AnsiColor::Red,
    };
    colour.on_default()
}

/// The time of day, in UTC.
fn time(at: Timestamp) -> String {
    let seconds = i64::try_from(at.epoch_seconds()).unwrap_or_default();
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok();
    time.and_then(|time| time.format(TIME).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Row<'_> = Row {
        at: Timestamp::from_epoch_seconds(1_800_000_000),
        method: "POST",
        path: "/oauth/token",
        status: 200,
        milliseconds: 4.213,
        client: "18386827",
        outcome: "issued",
    };

    #[test]
    fn lines_are_aligned() {
        let rows = [
            ROW,
            Row {
                method: "GET",
                path: "/auth/app-clients/50678f92-e79c-49f4-b711-0ebef92289e6",
                status: 404,
                milliseconds: 1_234.56,
                client: "-",
                outcome: "not_found",
                ..ROW
            },
        ];
        let text: String = rows.iter().map(|row| row.text(false)).collect();
        assert_eq!(
            text,
            "\
08:00:00  POST    /oauth/token                                 200    4.2 ms  18386827  issued
08:00:00  GET     /auth/app-clients/50678f92...                404 1234.6 ms  -         not_found
"
        );
    }

    #[test]
    fn the_colour_shows_whose_fault_it_is() {
        let coloured = |status| Row { status, ..ROW }.text(true);
        assert_eq!(
            coloured(200),
            "\u{1b}[2m08:00:00\u{1b}[0m  POST    /oauth/token                                 \
             \u{1b}[32m200\u{1b}[0m \u{1b}[2m   4.2 ms\u{1b}[0m  18386827  \
             \u{1b}[32missued\u{1b}[0m\n"
        );
        assert!(coloured(429).contains("\u{1b}[33m429"));
        assert!(coloured(503).contains("\u{1b}[31m503"));
    }

    #[test]
    fn no_column_passes_on_control_characters_or_a_long_text() {
        let hostile = "\u{1b}]0;x\u{7}\r\n".repeat(1_000);
        let row = Row {
            method: &hostile,
            path: &hostile,
            client: &hostile,
            outcome: &hostile,
            ..ROW
        };
        for line in [row.text(false), hint(&hostile, false)] {
            let text = line.strip_suffix('\n').unwrap();
            assert!(
                text.bytes().all(|byte| matches!(byte, b' '..=b'~')),
                "{text}"
            );
            assert!(text.len() < 1_000, "{}", text.len());
        }
    }

    #[test]
    fn a_hint_stands_below_the_method() {
        assert_eq!(hint("Omit scope.", false), "          hint: Omit scope.\n");
        let coloured = "          \u{1b}[36mhint: Omit scope.\u{1b}[0m\n";
        assert_eq!(hint("Omit scope.", true), coloured);
    }
}
