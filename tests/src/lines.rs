//! What a deployment logs, and whether anything secret is in it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use shared::runtime::log::Log;

/// So many bytes of a secret in a row are a leak; fewer may be chance.
const WINDOW: usize = 20;
/// No line is longer. Linux writes so much to a pipe at once, or not at all.
const LONGEST: usize = 4_096;

/// The lines of every instance of a deployment.
#[derive(Clone, Default)]
pub struct Lines {
    written: Arc<Mutex<Vec<u8>>>,
    looked_at: Arc<AtomicUsize>,
}

impl Lines {
    /// What instances are to be started with.
    #[must_use]
    pub fn log(&self) -> Log {
        let written = self.written.clone();
        Log::from_fn(move |line| written.lock().unwrap().extend_from_slice(line))
    }

    /// Writes as an instance does.
    pub fn write(&self, line: &str) {
        self.written
            .lock()
            .unwrap()
            .extend_from_slice(line.as_bytes());
    }

    /// Every line since the last look.
    #[must_use]
    pub fn take(&self) -> Vec<Value> {
        let written = self.written.lock().unwrap();
        let seen = self.looked_at.swap(written.len(), Ordering::SeqCst);
        let lines = str::from_utf8(&written[seen..]).unwrap().lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The one line since the last look.
    #[must_use]
    pub fn take_one(&self) -> Value {
        let mut lines = self.take();
        assert_eq!(lines.len(), 1, "{lines:#?}");
        lines.remove(0)
    }

    /// What is wrong with the lines: the first that is no JSON object, or too long, or holds a part
    /// of one of the secrets in any encoding.
    #[must_use]
    pub fn fault(&self, secrets: &HashSet<String>) -> Option<String> {
        let written = self.written.lock().unwrap();
        let windows: HashSet<&[u8]> = written.windows(WINDOW).collect();
        let leaks = |form: &String| form.as_bytes().windows(WINDOW).any(|w| windows.contains(w));
        if let Some(leaked) = secrets.iter().flat_map(|s| forms(s)).find(leaks) {
            return Some(format!("a line holds a part of the secret {leaked}"));
        }
        let is_sound = |line: &&[u8]| {
            let value = serde_json::from_slice::<Value>(line);
            line.len() < LONGEST && line.is_ascii() && value.is_ok_and(|line| line.is_object())
        };
        let mut lines = written
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\n").unwrap_or_default());
        let unsound = lines.find(|line| !is_sound(line))?;
        Some(format!("no line: {}", String::from_utf8_lossy(unsound)))
    }
}

/// A secret as it is, and as it would look in something that encodes it.
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
    // Base64 by where the secret begins in what is encoded; its ends depend on what stands beside.
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
    fn lines_without_a_secret_are_fine() {
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
    fn a_part_of_a_secret_is_found() {
        let part = &SECRET[10..10 + WINDOW];
        assert!(fault_of(&format!("{{\"x\":\"{part}\"}}\n")).is_some());
    }

    #[test]
    fn what_is_no_line_is_found() {
        assert!(fault_of("{\"x\":\n\"y\"}\n").is_some());
        assert!(fault_of("\n").is_some());
        assert!(fault_of("{\"x\":\"é\"}\n").is_some());
        assert!(fault_of("{\"unfinished\":1}").is_some());
        let long = "x".repeat(LONGEST);
        assert!(fault_of(&format!("{{\"x\":\"{long}\"}}\n")).is_some());
    }
}
