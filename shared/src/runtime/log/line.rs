//! A log line.

use std::fmt::{self, Display, Write as _};
use std::net::IpAddr;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::Log;
use super::metrics::Metrics;
use crate::fault::Fault;
use crate::model::policy::PolicySource;
use crate::model::{Changes, LoggedValue, SecretChange, Timestamp};

/// The maximum length of a value, in characters. No expected value is longer.
const LONGEST: usize = 160;
/// In bytes. No expected line is longer.
const USUAL_LINE: usize = 1_024;

#[derive(Serialize)]
pub(super) struct Line<'a> {
    pub(super) request_id: Plain<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) api_request_id: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) route: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    pub(super) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_id: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) org_id: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secret_id: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secret_expires_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) jti: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clock_behind_s: Option<u64>,
    #[serde(skip_serializing_if = "UnreadableIds::is_empty")]
    pub(super) unreadable: UnreadableIds<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audit: Option<Audit<'a>>,
    pub(super) duration_ms: f64,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) cold_start: bool,
    #[serde(flatten)]
    pub(super) metrics: Option<Metrics<'a>>,
}

/// The audit event of a change, or of a denied request, that a verified caller or an operator requested. The line itself has
/// the caller and the outcome.
#[derive(Serialize)]
pub(super) struct Audit<'a> {
    pub(super) action: &'static str,
    pub(super) resource_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_id: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<ShownRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed: Option<ShownChanges<'a>>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) repeat: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_ip: Option<IpAddr>,
}

/// The rule that decided on the request.
#[derive(Serialize)]
pub(super) struct ShownRule {
    source: String,
    index: usize,
}

impl From<(PolicySource, usize)> for ShownRule {
    fn from((source, index): (PolicySource, usize)) -> Self {
        let source = source.to_string();
        Self { source, index }
    }
}

/// The changed attributes, each with its former value, if there was one, and the new one; or `true` for
/// values that are not recorded. `secrets` is the list of changed secrets.
pub(super) struct ShownChanges<'a>(pub(super) &'a Changes);

impl Serialize for ShownChanges<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if !self.0.secrets().is_empty() {
            members.serialize_entry("secrets", &ShownSecrets(self.0.secrets()))?;
        }
        for change in self.0.attributes() {
            let from = change.from.as_ref().map(ShownValue);
            let to = ShownValue(&change.to);
            match &change.to {
                LoggedValue::Unrecorded => members.serialize_entry(change.name, &true)?,
                _ => members.serialize_entry(change.name, &FromTo { from, to })?,
            }
        }
        members.end()
    }
}

#[derive(Serialize)]
struct FromTo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<ShownValue<'a>>,
    to: ShownValue<'a>,
}

struct ShownValue<'a>(&'a LoggedValue);

impl Serialize for ShownValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            LoggedValue::Unrecorded => true.serialize(serializer),
            LoggedValue::Word(word) => word.serialize(serializer),
            LoggedValue::Number(number) => number.serialize(serializer),
            LoggedValue::Ids(ids) => serializer.collect_seq(ids.iter().map(|id| Plain(id))),
            // As text: a reader of the log limits the number of members of a line.
            LoggedValue::Policy(policy) => serializer.collect_str(policy),
            LoggedValue::None => serializer.serialize_none(),
        }
    }
}

struct ShownSecrets<'a>(&'a [SecretChange]);

impl Serialize for ShownSecrets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            id: Plain<'a>,
            event: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            expires_at: Option<u64>,
        }
        serializer.collect_seq(self.0.iter().map(|change| Shown {
            id: Plain(&change.id),
            event: change.event.as_str(),
            expires_at: change.event.end().map(Timestamp::epoch_seconds),
        }))
    }
}

/// The ids of the resources that the request found unreadable. The reason of the first is the line's
/// `cause`.
pub(super) struct UnreadableIds<'a>(pub(super) &'a [(Uuid, Fault)]);

impl UnreadableIds<'_> {
    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for UnreadableIds<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(id, _)| Plain(id)))
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Line<'_> {
    /// Writes the whole line in one call, so lines of concurrent requests never mix.
    pub(super) fn write(&self, log: &Log) {
        let mut line = Vec::with_capacity(USUAL_LINE);
        // Neither serialization of these types nor a write to memory can fail.
        if serde_json::to_writer(&mut line, self).is_ok() {
            line.push(b'\n');
            log.write(&line);
        }
    }
}

/// A value shown in visible ASCII, and cut at [`LONGEST`].
pub(super) struct Plain<'a>(pub(super) &'a (dyn Display + Sync));

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Display for Plain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = AsciiWriter {
            formatter,
            room: LONGEST,
        };
        write!(shown, "{}", self.0)
    }
}

struct AsciiWriter<'a, 'b> {
    formatter: &'a mut fmt::Formatter<'b>,
    room: usize,
}

impl fmt::Write for AsciiWriter<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let plain = |byte| matches!(byte, b' '..=b'~');
        if text.len() <= self.room && text.bytes().all(plain) {
            self.room -= text.len();
            return self.formatter.write_str(text);
        }
        for character in text.chars().take(self.room) {
            self.room -= 1;
            let is_plain = matches!(character, ' '..='~');
            self.formatter
                .write_char(if is_plain { character } else { '?' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_visible_ascii() {
        let hostile = "a\nb\r\tc\0\u{1b}[31m\u{7f}\u{2028}é\u{202e}";
        assert_eq!(Plain(&hostile).to_string(), "a?b??c??[31m????");
    }

    #[test]
    fn values_are_short() {
        let long = "é".repeat(1_000_000);
        assert_eq!(Plain(&long).to_string(), "?".repeat(LONGEST));
        let long = "x".repeat(1_000_000);
        assert_eq!(Plain(&long).to_string().len(), LONGEST);
    }
}
