//! The log on standard error: JSON lines for programs, aligned lines with hints for people.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::running::{RunningService, new_directory, remove_colour_preferences};

pub(crate) const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
pub(crate) const PRETTY: [&str; 3] = ["--ephemeral", "--log", "pretty"];

/// What the service has written to standard error, after it is stopped.
pub(crate) fn log_of(service: RunningService) -> String {
    service.send_signal("-TERM");
    let (_, _, log) = service.wait();
    log
}

fn request_lines(log: &str) -> Vec<&str> {
    let is_request = |line: &&str| {
        line.get(..8)
            .is_some_and(|time| time.split(':').count() == 3)
    };
    log.lines().filter(is_request).collect()
}

fn is_coloured(log: &str) -> bool {
    log.contains('\u{1b}')
}

pub(crate) fn bearer(service: &RunningService) -> String {
    let (status, answer) = service.token(&service.client_id, &service.client_secret);
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn a_log_that_is_not_on_a_terminal_has_only_json_lines() {
    for arguments in [&["--ephemeral"][..], &["--ephemeral", "--log", "json"]] {
        let service = RunningService::start(arguments, &new_directory());
        service.token(&service.client_id, &service.client_secret);
        service.token(&service.client_id, "wrong");
        service.ask("GET /unknown", "", "");
        // A page is no request to the API.
        service.ask("GET /docs", "", "");
        let log = log_of(service);
        let lines: Vec<Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let outcomes: Vec<_> = lines.iter().map(|line| &line["outcome"]).collect();
        assert_eq!(outcomes, ["issued", "refused", "refused"], "{log}");
    }
}

#[test]
fn a_pretty_log_begins_with_a_screen_and_has_an_aligned_line_for_each_request() {
    let service = RunningService::start(&PRETTY, &new_directory());
    let (base_url, client) = (
        service.base_url.clone(),
        service.client_id.get(..8).unwrap().to_owned(),
    );
    let token = bearer(&service);
    let headers = format!("Authorization: Bearer {token}\r\n");
    service.ask("GET /auth/app-clients?page[size]=1", &headers, "");
    service.ask("HEAD /auth/roles", &headers, "");
    service.ask("GET /docs", "", "");
    service.ask("GET /.well-known/jwks.json", "", "");
    service.ask("GET /", "X: \u{e9}\r\n", "");
    let log = log_of(service);
    assert!(!is_coloured(&log), "{log}");
    for (name, value) in [
        ("Console", format!("{base_url}/")),
        ("API reference", format!("{base_url}/docs")),
        ("Issuer", base_url.clone()),
        ("Audience", base_url),
        ("Data", "in memory, lost at the end".to_owned()),
        ("Stop", "Ctrl-C".to_owned()),
    ] {
        assert!(log.contains(&format!("\n  {name:<14} {value}\n")), "{log}");
    }
    let columns: Vec<String> = request_lines(&log)
        .into_iter()
        .map(|line| {
            // Without time and duration.
            let (start, end) = (line.get(10..66).unwrap(), line.get(77..).unwrap());
            assert_eq!(line.get(73..77), Some(" ms "), "{line}");
            format!("{start} {end}")
        })
        .collect();
    let row = |method: &str, path: &str, client: &str, outcome: &str| {
        format!("{method:<7} {path:<44} 200  {client:<8}  {outcome}")
    };
    assert_eq!(
        columns,
        [
            row("POST", "/oauth/token", &client, "issued"),
            row("GET", "/auth/app-clients", &client, "done"),
            row("HEAD", "/auth/roles", &client, "done"),
            row("GET", "/docs", "-", "page"),
            row("GET", "/.well-known/jwks.json", "-", "done"),
            row("GET", "/", "-", "page"),
        ],
        "{log}"
    );
    assert!(
        !log.contains(&token) && !log.contains("lk_secret_"),
        "{log}"
    );
}

/// Runs the program on a pseudo-terminal until the script in `$0` has used it.
fn on_a_terminal(variables: &[(&str, &str)], arguments: &str) -> String {
    let program = env!("CARGO_BIN_EXE_local");
    // `script` has a terminal on all three streams. The program ends by itself, as soon as it
    // has printed its first lines. The file exists before `grep` looks for it: its complaint would
    // be a part of the log.
    let command = format!(
        ": >out; '{program}' --listen 127.0.0.1:0 --ephemeral {arguments} >out & pid=$!
         until grep -q '^curl ' out; do sleep 0.05; done
         url=$(sed -n 's/^listening on //p' out)
         curl -s --noproxy '*' \"$url/oauth/token\" -d grant_type=x >/dev/null
         kill $pid; wait $pid"
    );
    let mut script = Command::new("script");
    remove_colour_preferences(&mut script);
    script
        .args(["-q", "-e", "-c", &command, "/dev/null"])
        .env("TERM", "xterm")
        .envs(variables.iter().copied())
        .current_dir(new_directory());
    let output = script.output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn on_a_terminal_the_log_is_pretty_and_coloured() {
    let log = on_a_terminal(&[], "");
    assert!(log.contains("  Console  "), "{log}");
    assert!(log.contains("\u{1b}[33m400\u{1b}[0m"), "{log}");
    assert!(log.contains("hint: The only grant_type"), "{log}");
}

#[test]
fn no_color_and_json_are_honoured_on_a_terminal() {
    for variables in [&[("NO_COLOR", "1")][..], &[("TERM", "dumb")]] {
        let log = on_a_terminal(variables, "");
        assert!(log.contains("hint: The only grant_type"), "{log}");
        assert!(!is_coloured(&log), "{log}");
    }
    let log = on_a_terminal(&[], "--log json");
    assert!(!is_coloured(&log) && log.starts_with('{'), "{log}");
}

#[test]
fn colours_can_be_forced_and_no_color_wins() {
    let force = ("CLICOLOR_FORCE", "1");
    for (variables, expected) in [
        (&[force][..], true),
        (&[force, ("NO_COLOR", "1")], false),
        (&[], false),
    ] {
        let service = RunningService::start_with(variables, &PRETTY, &new_directory());
        service.ask("GET /.well-known/jwks.json", "", "");
        let log = log_of(service);
        assert_eq!(is_coloured(&log), expected, "{variables:?} {log}");
    }
}

#[test]
fn the_pretty_log_has_no_secret_and_no_escape_sequence_of_a_request() {
    let service = RunningService::start(&PRETTY, &new_directory());
    let secret = service.client_secret.clone();
    let token = bearer(&service);
    for request in [
        format!("GET /{secret}"),
        format!("GET /oauth/token?client_secret={secret}"),
        format!("GET /auth/roles/{token}"),
        "GET /%1b[31m\u{9b}31m\u{202e}".to_owned(),
        format!("GET /{}", "a/".repeat(4_000)),
        format!("{} /", "M".repeat(500)),
    ] {
        service.ask(&request, &format!("Authorization: Bearer {token}\r\n"), "");
    }
    service.ask(
        "POST /oauth/token",
        FORM,
        &format!("client_secret={secret}&{secret}=1&\u{1b}=1"),
    );
    let foreign = json!({ "iss": format!("http://\u{1b}[31m/{secret}"), "aud": secret, "exp": 1 });
    let foreign = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(foreign.to_string()));
    service.ask(
        "GET /auth/roles",
        &format!("Authorization: Bearer {foreign}\r\n"),
        "",
    );
    let log = log_of(service);
    assert_eq!(request_lines(&log).len(), 9, "{log}");
    let random = secret.strip_prefix("lk_secret_").unwrap();
    assert!(!log.contains(random), "{log}");
    for part in token
        .split('.')
        .chain(foreign.split('.').filter(|part| part.len() > 3))
    {
        assert!(!log.contains(part), "{log}");
    }
    assert!(
        log.chars().all(|one| matches!(one, ' '..='~' | '\n')),
        "{log}"
    );
    assert!(log.lines().all(|line| line.len() < 500), "{log}");
}
