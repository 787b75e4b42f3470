//! The log of a deployment, and the check that it contains no secret.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use shared::runtime::log::Log;

/// This many consecutive bytes of a secret are a leak; fewer may be chance.
const WINDOW: usize = 20;
/// Upper bound of a line with its newline, in bytes: Linux writes this much to a pipe atomically.
const LONGEST: usize = 4_096;

/// The log lines of all instances of a deployment.
#[derive(Clone, Default)]
pub struct Lines {
    written: Arc<Mutex<Vec<u8>>>,
    taken: Arc<AtomicUsize>,
}

impl Lines {
    /// The log to start instances with.
    #[must_use]
    pub fn log(&self) -> Log {
        let written = self.written.clone();
        Log::from_fn(move |line| written.lock().unwrap().extend_from_slice(line))
    }

    /// Writes to the log as an instance does.
    pub fn write(&self, line: &str) {
        self.written
            .lock()
            .unwrap()
            .extend_from_slice(line.as_bytes());
    }

    /// Takes the lines written since the last time.
    #[must_use]
    pub fn take(&self) -> Vec<Value> {
        let written = self.written.lock().unwrap();
        let seen = self.taken.swap(written.len(), Ordering::SeqCst);
        let lines = str::from_utf8(&written[seen..]).unwrap().lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Takes the only line written since the last time.
    #[must_use]
    pub fn take_one(&self) -> Value {
        let mut lines = self.take();
        assert_eq!(lines.len(), 1, "{lines:#?}");
        lines.remove(0)
    }

    /// The first problem found: part of a secret in any encoding, or a line that is too long, not
    /// ASCII, or not a JSON object.
    #[must_use]
    pub fn fault(&self, secrets: &HashSet<String>) -> Option<String> {
        let written = self.written.lock().unwrap();
        let windows: HashSet<&[u8]> = written.windows(WINDOW).collect();
        let leaks = |form: &String| form.as_bytes().windows(WINDOW).any(|w| windows.contains(w));
        if let Some(leaked) = secrets.iter().flat_map(|s| forms(s)).find(leaks) {
            return Some(format!("the log contains part of the secret {leaked}"));
        }
        let is_well_formed = |line: &&[u8]| {
            let value = serde_json::from_slice::<Value>(line);
            line.len() < LONGEST && line.is_ascii() && value.is_ok_and(|line| line.is_object())
        };
        let mut lines = written
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\n").unwrap_or_default());
        let malformed = lines.find(|line| !is_well_formed(line))?;
        Some(format!(
            "malformed log line: {}",
            String::from_utf8_lossy(malformed)
        ))
    }
}

/// A secret unchanged, in each encoding, and reversed.
fn forms(secret: &str) -> Vec<String> {
    let by_byte = |form: &dyn Fn(u8) -> String| secret.bytes().map(form).collect::<String>();
    let mut forms = vec![
        secret.to_owned(),
        by_byte(&|byte| format!("{byte:02x}")),
        by_byte(&|byte| format!("{byte:02X}")),
        by_byte(&|byte| format!("%{byte:02x}")),
        by_byte(&|byte| format!("%{byte:02X}")),
        by_byte(&|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        }),
        secret.chars().rev().collect(),
    ];
    // Base64 depends on the offset of the secret; its ends also depend on the adjacent text.
    for before in ["", "\0", "\0\0"] {
        let encoded = STANDARD.encode(format!("{before}{secret}"));
        let inner = encoded.get(4..encoded.len() - 4).unwrap_or_default();
        forms.push(inner.to_owned());
        forms.push(inner.replace('+', "-").replace('/', "_"));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "lk_secret_hzyHFL0BXnVWtJFrVZiVAAK0Q1Bl8cJpG5m4oYtW3sXe7uNd9Qa";

    fn fault_of(line: &str) -> Option<String> {
        let lines = Lines::default();
        lines.write("{\"outcome\":\"done\"}\n");
        lines.write(line);
        lines.fault(&HashSet::from([SECRET.to_owned()]))
    }

    #[test]
    fn lines_without_a_secret_pass() {
        assert_eq!(fault_of("{\"outcome\":\"issued\"}\n"), None);
        assert_eq!(fault_of("{\"prefix\":\"lk_secret_\"}\n"), None);
    }

    #[test]
    fn a_secret_is_found_in_every_encoding() {
        for form in forms(SECRET) {
            let line = format!("{{\"outcome\":\"done\",\"x\":\"it is {form}, see\"}}\n");
            assert!(fault_of(&line).is_some(), "{form}");
        }
        let basic = STANDARD.encode(format!("1838682700234665b1f1ad1d6ab26dcf:{SECRET}"));
        assert!(fault_of(&format!("{{\"x\":\"{basic}\"}}\n")).is_some());
    }

    #[test]
    fn part_of_a_secret_is_found() {
        let part = &SECRET[10..10 + WINDOW];
        assert!(fault_of(&format!("{{\"x\":\"{part}\"}}\n")).is_some());
    }

    #[test]
    fn malformed_lines_are_found() {
        assert!(fault_of("{\"x\":\n\"y\"}\n").is_some());
        assert!(fault_of("\n").is_some());
        assert!(fault_of("{\"x\":\"é\"}\n").is_some());
        assert!(fault_of("{\"unfinished\":1}").is_some());
        let long = "x".repeat(LONGEST);
        assert!(fault_of(&format!("{{\"x\":\"{long}\"}}\n")).is_some());
    }
}
