//! Compares the tables of `docs/errors.md` with the errors in the OpenAPI document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document;

const PAGE: &str = include_str!("../../../docs/errors.md");

/// The first `columns` cells of each error in the tables of a section, without backticks.
fn documented(section: &str, columns: usize) -> BTreeSet<Vec<String>> {
    let (_, rest) = PAGE.split_once(&format!("\n## {section}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let rows = section.lines().map(|line| {
        let cells = line.split('|').skip(1).take(columns);
        let cells = cells.map(|cell| cell.trim().replace('`', ""));
        cells.collect::<Vec<_>>()
    });
    let is_error = |row: &Vec<String>| row.first().is_some_and(|cell| cell.parse::<u16>().is_ok());
    rows.filter(is_error).collect()
}

/// What `part` takes of the status and the body of every error that these paths return.
fn returned(
    is_path: impl Fn(&str) -> bool,
    part: impl Fn(&str, &Value) -> Option<Vec<String>>,
) -> BTreeSet<Vec<String>> {
    let document = document();
    let mut errors = BTreeSet::new();
    let paths = document["paths"].as_object().unwrap();
    for (_, operations) in paths.iter().filter(|(path, _)| is_path(path)) {
        for operation in operations.as_object().unwrap().values() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let content = response["content"].as_object().into_iter().flatten();
                let examples = content.filter_map(|(_, content)| content["examples"].as_object());
                for example in examples.flat_map(|examples| examples.values()) {
                    let Some(reference) = example["$ref"].as_str() else {
                        continue;
                    };
                    let pointer = reference.strip_prefix('#').unwrap();
                    let body = document.pointer(pointer).unwrap();
                    errors.extend(part(status, &body["value"]));
                }
            }
        }
    }
    errors
}

fn texts(values: &[&Value]) -> Option<Vec<String>> {
    let texts = values.iter().map(|value| value.as_str().map(str::to_owned));
    texts.collect()
}

#[test]
fn the_errors_page_has_every_error_of_the_management_api_and_no_other() {
    let is_path = |path: &str| path.starts_with("/auth/");
    let mut returned = returned(is_path, |_, body| {
        let error = &body["errors"][0];
        texts(&[&error["status"], &error["code"], &error["title"]])
    });
    // The document has no operation for a method that a path lacks.
    let other = ["405", "method_not_allowed", "Method not allowed"];
    returned.insert(other.map(str::to_owned).to_vec());
    assert_eq!(documented("`/auth/...`", 3), returned);
}

#[test]
fn the_errors_page_has_every_error_of_the_token_endpoint_and_no_other() {
    let is_path = |path: &str| path == "/oauth/token";
    let mut returned = returned(is_path, |status, body| {
        let mut error = texts(&[&body["error"]])?;
        error.insert(0, status.to_owned());
        Some(error)
    });
    returned.insert(["405", "invalid_request"].map(str::to_owned).to_vec());
    assert_eq!(documented("`POST /oauth/token`", 2), returned);
}
