//! A damaged data directory is reported and never used.

use std::fs;
use std::path::{Path, PathBuf};

use crate::running::{assert_start_failed, new_directory, run};
use local::{Stack, Storage};
use serde_json::json;

const DATABASE: &str = "dynamodb.sqlite";
const SECRETS: &str = "secrets.json";

/// A data directory with a table of many pages, and secrets with values.
fn filled_directory() -> PathBuf {
    let directory = new_directory();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        drop(
            Stack::open(Storage::Directory(directory.clone()))
                .await
                .unwrap(),
        );
    });
    let path = directory.join(DATABASE);
    let database = dynoxide::Database::new(path.to_str().unwrap()).unwrap();
    for number in 0..200 {
        let item = json!({
            "TableName": "latchkey",
            "Item": {
                "pk": { "S": format!("p{number}") }, "sk": { "S": "s" },
                "text": { "S": "x".repeat(1_000) },
            },
        });
        database
            .put_item(serde_json::from_value(item).unwrap())
            .unwrap();
    }
    drop(database);
    let secrets = fs::read_to_string(directory.join(SECRETS)).unwrap();
    let mut secrets: serde_json::Value = serde_json::from_str(&secrets).unwrap();
    secrets["latchkey/signing-keys"]["versions"]["v"] =
        json!({ "value": { "SecretString": "precious" }, "labels": ["AWSCURRENT"], "created": 0 });
    fs::write(directory.join(SECRETS), secrets.to_string()).unwrap();
    directory
}

fn assert_damage_is_reported(directory: &Path, file: &str, reason: &str) {
    let directory = directory.to_str().unwrap();
    let output = run(
        &["--listen", "127.0.0.1:0", "--data-dir", directory],
        Path::new("."),
    );
    assert_start_failed(&output, &format!("{file} is damaged ("));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(reason), "{error}");
    assert!(!error.contains("precious"), "{error}");
}

fn change(directory: &Path, file: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let path = directory.join(file);
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(&path, bytes).unwrap();
}

#[test]
fn a_garbage_database_is_reported() {
    let directory = filled_directory();
    change(&directory, DATABASE, |bytes| {
        *bytes = b"garbage ".repeat(1_000)
    });
    assert_damage_is_reported(&directory, DATABASE, "not a database");
}

#[test]
fn a_truncated_database_is_reported() {
    let directory = filled_directory();
    change(&directory, DATABASE, |bytes| {
        bytes.truncate(bytes.len() / 2)
    });
    assert_damage_is_reported(&directory, DATABASE, "");
}

#[test]
fn an_overwritten_page_is_reported() {
    let directory = filled_directory();
    change(&directory, DATABASE, |bytes| {
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(0xa5);
    });
    assert_damage_is_reported(&directory, DATABASE, "");
}

#[test]
fn a_missing_or_empty_database_is_reported() {
    for empty in [true, false] {
        let directory = filled_directory();
        fs::remove_file(directory.join(DATABASE)).unwrap();
        if empty {
            fs::write(directory.join(DATABASE), "").unwrap();
        }
        assert_damage_is_reported(&directory, DATABASE, "the table latchkey is missing");
    }
}

#[test]
fn damaged_secrets_are_reported() {
    let directory = filled_directory();
    change(&directory, SECRETS, |bytes| bytes.truncate(bytes.len() / 2));
    assert_damage_is_reported(&directory, SECRETS, "line 1");
    let directory = filled_directory();
    change(&directory, SECRETS, |bytes| {
        *bytes = String::from_utf8_lossy(bytes)
            .replace("SecretString", "precious")
            .into();
    });
    assert_damage_is_reported(&directory, SECRETS, "line 1");
}

#[test]
fn missing_secrets_are_reported() {
    let directory = filled_directory();
    fs::remove_file(directory.join(SECRETS)).unwrap();
    assert_damage_is_reported(&directory, SECRETS, "the secrets are missing");
}
