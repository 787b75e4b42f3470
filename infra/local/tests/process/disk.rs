//! A disk that fails is not taken for damage, and no message advises to delete data.

use std::fs;
use std::path::{Path, PathBuf};

use crate::running::{RunningService, assert_start_failed, new_directory, run, run_without_space};

const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:0"];
const DATABASE: &str = ".latchkey/dynamodb.sqlite";
const SECRETS: &str = ".latchkey/secrets.json";

/// A directory in which the service has run, and the secret of its first client.
fn used_directory() -> (PathBuf, String) {
    let directory = new_directory();
    let secret = RunningService::start(&[], &directory).client_secret.clone();
    (directory, secret)
}

/// Asserts that a message names no damage and advises no loss.
fn assert_no_damage(error: &str) {
    for word in ["damaged", "delete", "remove", "empty"] {
        assert!(!error.contains(word), "{error}");
    }
}

fn assert_not_usable(directory: &Path, file: &str, reason: &str) {
    let output = run(&LISTEN, directory);
    assert_start_failed(&output, &format!("cannot use {file}: {reason}"));
    assert_no_damage(&String::from_utf8(output.stderr).unwrap());
}

#[test]
fn a_directory_in_place_of_the_database_is_not_damage() {
    let directory = new_directory();
    fs::create_dir_all(directory.join(DATABASE)).unwrap();
    assert_not_usable(&directory, DATABASE, "Is a directory");
}

#[test]
fn a_directory_in_place_of_the_secrets_is_not_damage() {
    let directory = new_directory();
    fs::create_dir_all(directory.join(SECRETS)).unwrap();
    assert_not_usable(&directory, SECRETS, "Is a directory");
}

#[test]
fn a_database_locked_by_another_program_is_in_use() {
    let (directory, secret) = used_directory();
    let other = rusqlite::Connection::open(directory.join(DATABASE)).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let output = run(&LISTEN, &directory);
    assert_start_failed(&output, ".latchkey is in use by another process");
    drop(other);
    assert_eq!(RunningService::start(&[], &directory).client_secret, secret);
}

#[test]
fn a_healthy_directory_on_a_full_disk_is_read_and_writes_fail_with_the_reason() {
    let (directory, secret) = used_directory();
    // The process was killed, so its write-ahead log is still there.
    let log = fs::metadata(directory.join(".latchkey/dynamodb.sqlite-wal")).unwrap();
    assert!(log.len() > 0);
    let full = RunningService::start_without_space(&directory);
    assert_eq!(full.client_secret, secret);
    assert_eq!(full.ask("GET /.well-known/jwks.json", "", "").0, 200);
    assert_eq!(full.token(&full.client_id, &full.client_secret).0, 503);
    full.send_signal("-TERM");
    let (status, _, error) = full.wait();
    assert_eq!(status.code(), Some(0), "{error}");
    assert!(error.contains("the database failed: "), "{error}");
    assert!(error.contains("I/O error"), "{error}");
    assert_no_damage(&error);
    let again = RunningService::start(&[], &directory);
    assert_eq!(again.token(&again.client_id, &secret).0, 200);
}

#[test]
fn a_first_start_on_a_full_disk_names_the_reason_and_can_be_repeated() {
    let database = "cannot use .latchkey/dynamodb.sqlite: disk I/O error";
    for (blocks, reason) in [(0, database), (64, "the database failed: ")] {
        let directory = new_directory();
        let output = run_without_space(blocks, &LISTEN, &directory);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(reason), "{error}");
        assert_no_damage(&error);
        RunningService::start(&[], &directory);
    }
}

#[test]
fn advice_about_damage_keeps_the_data() {
    let (directory, _) = used_directory();
    fs::write(directory.join(SECRETS), "{").unwrap();
    let output = run(&LISTEN, &directory);
    assert_start_failed(&output, "secrets.json is damaged (");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("move the data directory away"), "{error}");
    for word in ["delete", "remove"] {
        assert!(!error.contains(word), "{error}");
    }
}
