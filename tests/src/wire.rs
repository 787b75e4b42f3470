//! A recording proxy between a test and an instance. It finds the secrets that passed through.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Minimum length of a secret, in bytes. Shorter values are made up by tests and occur elsewhere.
const SHORTEST: usize = 24;

/// The recorded traffic of a deployment, by connection.
#[derive(Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Vec<Connection>>>);

/// The bytes that each side sent, in turn.
type Connection = Arc<Mutex<Vec<(Side, Vec<u8>)>>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

impl Wire {
    /// Forwards each connection to `server`, in both directions.
    pub(crate) async fn forward(self, listener: TcpListener, server: SocketAddr) {
        while let Ok((client, _)) = listener.accept().await {
            let connection = Connection::default();
            self.0.lock().unwrap().push(connection.clone());
            tokio::spawn(async move {
                let Ok(server) = TcpStream::connect(server).await else {
                    return;
                };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let (from_client, into_client) = client.into_split();
                let (from_server, into_server) = server.into_split();
                let _ = tokio::join!(
                    pass(from_client, into_server, Side::Client, &connection),
                    pass(from_server, into_client, Side::Server, &connection)
                );
            });
        }
    }

    /// All secrets so far.
    pub(crate) fn secrets(&self) -> HashSet<String> {
        let mut secrets = HashSet::new();
        for connection in &*self.0.lock().unwrap() {
            for (_, sent) in &*connection.lock().unwrap() {
                find_secrets(&String::from_utf8_lossy(sent), &mut secrets);
            }
        }
        secrets
    }
}

async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    side: Side,
    connection: &Connection,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        let read = &buffer[..length];
        if read.is_empty() {
            return to.shutdown().await;
        }
        {
            let mut turns = connection.lock().unwrap();
            match turns.last_mut() {
                Some((last, sent)) if *last == side => sent.extend_from_slice(read),
                _ => turns.push((side, read.to_vec())),
            }
        }
        to.write_all(read).await?;
    }
}

/// Finds client secrets and tokens by their format, and other credentials by their position.
fn find_secrets(text: &str, secrets: &mut HashSet<String>) {
    let mut found = |secret: &str| {
        if secret.len() >= SHORTEST {
            secrets.insert(secret.to_owned());
        }
    };
    let is_secret = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for (at, _) in text.match_indices("lk_secret_") {
        let rest = &text[at..];
        found(&rest[..rest.find(|c| !is_secret(c)).unwrap_or(rest.len())]);
    }
    // A token has parts. A public value that contains `eyJ` by chance, such as a `kid`, has none.
    let is_token = |c: char| is_secret(c) || matches!(c, '-' | '.');
    for run in text.split(|c| !is_token(c)) {
        let parts = run.find("eyJ").map(|at| run[at..].split('.'));
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        if parts.len() > 1 {
            parts.into_iter().for_each(&mut found);
        }
    }
    for name in ["client_secret", "client_assertion", "clientSecret"] {
        for (at, _) in text.match_indices(name) {
            let value = text[at + name.len()..].trim_start_matches(['"', ' ']);
            // Otherwise it is a sentence about the parameter.
            let Some(value) = value.strip_prefix([':', '=']) else {
                continue;
            };
            let value = value.trim_start_matches(['"', ' ']);
            let ends = |c: char| matches!(c, '"' | '&' | '\r' | '\n' | '\\');
            found(&value[..value.find(ends).unwrap_or(value.len())]);
        }
    }
    for line in text.lines() {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        // A caller may put anything into it.
        if name.eq_ignore_ascii_case("idempotency-key") {
            found(value.trim());
        }
        if name.eq_ignore_ascii_case("authorization") {
            let (_, credentials) = value.trim().split_once(' ').unwrap_or(("", value));
            found(credentials.trim());
            let decoded = STANDARD.decode(credentials.trim()).unwrap_or_default();
            if let Some((_, secret)) = String::from_utf8_lossy(&decoded).split_once(':') {
                found(secret);
            }
        }
    }
}

/// The secret strings in a Secrets Manager value.
pub(crate) fn secrets_of(text: &str) -> HashSet<String> {
    let mut secrets = HashSet::new();
    // A test may have stored something that is not JSON.
    let mut values = vec![serde_json::from_str(text).unwrap_or_default()];
    while let Some(value) = values.pop() {
        match value {
            Value::Array(inner) => values.extend(inner),
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(secret)
                            if name == "private_key" || name == "client_secret" =>
                        {
                            secrets.insert(secret);
                        }
                        value => values.push(value),
                    }
                }
            }
            _ => {}
        }
    }
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(text: &str) -> HashSet<String> {
        let mut secrets = HashSet::new();
        find_secrets(text, &mut secrets);
        secrets
    }

    #[test]
    fn every_part_of_a_token_is_a_secret() {
        let parts = ["h".repeat(30), "p".repeat(40), "s".repeat(86)];
        let parts = parts.map(|part| format!("eyJ{part}"));
        let token = parts.join(".");
        let secrets = HashSet::from(parts);
        assert_eq!(
            found_in(&format!("{{\"access_token\":\"{token}\"}}")),
            secrets
        );
        assert_eq!(found_in(&format!("subject_token={token}&scope=")), secrets);
    }

    #[test]
    fn the_value_of_a_parameter_is_a_secret_and_a_sentence_about_it_is_not() {
        let value = "a-secret-of-another-kind-1234";
        let secrets = HashSet::from([value.to_owned()]);
        for text in [
            format!("grant_type=x&client_secret={value}&scope=x"),
            format!("{{\"client_secret\": \"{value}\"}}"),
            format!("{{\"clientSecret\":\"{value}\",\"a\":1}}"),
            format!("client_secret: {value}\n"),
        ] {
            assert_eq!(found_in(&text), secrets, "{text}");
        }
        let sentence = "The parameter client_secret is included more than once.";
        assert_eq!(found_in(sentence), HashSet::new());
    }

    #[test]
    fn a_kid_that_contains_the_start_of_a_token_by_chance_is_public() {
        let kid = "F7uQm2xWq0LrZ1b4TeyJGMJcM_JJVqECPqqyjdfP388";
        assert_eq!(found_in(&format!("{{\"kid\":\"{kid}\"}}")), HashSet::new());
    }
}
