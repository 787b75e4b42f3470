//! The tables of errors in `docs/errors.md`: made from the errors in the OpenAPI document, which come
//! from the code, and from the words in `error_meanings`.
//! `LATCHKEY_UPDATE_DOCS=1 cargo test -p tests --test proofs openapi` writes them.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Map, Value};
use shared::http::jsonapi::Cause;
use shared::http::oauth::TokenError;

use super::error_meanings::{DOCUMENTS, MANAGEMENT, Meaning, TOKEN};
use super::{document, errors};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors.md");
/// The line above each table.
const MARK: &str = "<!-- Made by tests/proofs/openapi/errors_page.rs. Do not edit the table. -->";
const UPDATE: &str = "LATCHKEY_UPDATE_DOCS=1 cargo test -p tests --test proofs openapi";

/// A table of the page.
struct ErrorTable {
    /// The heading of its section.
    section: &'static str,
    /// The name of its words in `error_meanings`.
    words: &'static str,
    meanings: &'static [Meaning],
    returned: BTreeSet<Returned>,
    columns: &'static [Column],
}

/// The heading of a column, and what stands in it.
type Column = (&'static str, fn(&Returned, &Meaning) -> String);

/// An error as the code returns it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Returned {
    status: String,
    code: String,
    title: String,
    headers: Vec<String>,
}

const STATUS: Column = ("status", |returned, _| returned.status.clone());
const ERROR: Column = ("`error`", |returned, _| code(returned));
const CODE: Column = ("`code`", |returned, _| code(returned));
const TITLE: Column = ("`title`", |returned, _| returned.title.clone());
const CAUSE: Column = ("cause", |_, meaning| meaning.cause.to_owned());
const HEADERS: Column = ("additional headers", |returned, _| {
    let headers = returned.headers.iter().map(|name| format!("`{name}`"));
    headers.collect::<Vec<_>>().join(", ")
});
const ADVICE: Column = ("what to do", |_, meaning| meaning.advice.to_owned());

fn code(returned: &Returned) -> String {
    format!("`{}`", returned.code)
}

fn tables() -> [ErrorTable; 3] {
    let mut token = returned(|path| path == "/oauth/token");
    token.insert(method_not_allowed());
    let mut management = returned(|path| path.starts_with("/auth/"));
    // The document has no operation for a method that a path lacks.
    let other = errors::management(&[Cause::MethodNotAllowed]);
    management.extend(errors_in(&other, &Value::Null));
    [
        ErrorTable {
            section: "`POST /oauth/token`",
            words: "TOKEN",
            meanings: TOKEN,
            returned: token,
            columns: &[STATUS, ERROR, CAUSE, HEADERS, ADVICE],
        },
        ErrorTable {
            section: "`/auth/...`",
            words: "MANAGEMENT",
            meanings: MANAGEMENT,
            returned: management,
            columns: &[STATUS, CODE, TITLE, CAUSE, ADVICE],
        },
        ErrorTable {
            section: "`/.well-known/...`",
            words: "DOCUMENTS",
            meanings: DOCUMENTS,
            returned: returned(|path| path.starts_with("/.well-known/")),
            columns: &[STATUS, ERROR, CAUSE, ADVICE],
        },
    ]
}

/// The errors of all operations on these paths.
fn returned(is_path: impl Fn(&str) -> bool) -> BTreeSet<Returned> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let paths = paths.iter().filter(|(path, _)| is_path(path));
    let operations = paths.flat_map(|(_, operations)| operations.as_object().unwrap().values());
    let responses = operations.map(|operation| operation["responses"].as_object().unwrap());
    responses
        .flat_map(|responses| errors_in(responses, &document))
        .collect()
}

/// The errors in the examples of these responses, except those of the gateway, which have no code.
fn errors_in(responses: &Map<String, Value>, document: &Value) -> Vec<Returned> {
    let mut errors = Vec::new();
    for (status, response) in responses {
        let headers = response["headers"].as_object().into_iter().flatten();
        let headers: Vec<_> = headers.map(|(name, _)| name.clone()).collect();
        let content = response["content"].as_object().into_iter().flatten();
        let examples = content.filter_map(|(_, content)| content["examples"].as_object());
        for example in examples.flat_map(Map::values) {
            let shared = example["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
            let example = shared.map_or(example, |pointer| document.pointer(pointer).unwrap());
            let body = &example["value"];
            let (code, title) = match body.pointer("/errors/0") {
                Some(error) => (&error["code"], &error["title"]),
                None => (&body["error"], &Value::Null),
            };
            errors.extend(code.as_str().map(|code| Returned {
                status: status.clone(),
                code: code.to_owned(),
                title: title.as_str().unwrap_or_default().to_owned(),
                headers: headers.clone(),
            }));
        }
    }
    errors
}

fn method_not_allowed() -> Returned {
    let (head, body) = TokenError::MethodNotAllowed.into_response().into_parts();
    let body: Value = serde_json::from_slice(body.as_ref()).unwrap();
    assert!(head.headers.contains_key("allow"));
    Returned {
        status: head.status.as_u16().to_string(),
        code: body["error"].as_str().unwrap().to_owned(),
        title: String::new(),
        headers: vec!["Allow".to_owned()],
    }
}

impl ErrorTable {
    /// The lines of the table.
    ///
    /// # Panics
    /// If an error has no words, or words have no error.
    fn text(&self) -> String {
        let is_of = |meaning: &Meaning, returned: &Returned| {
            let mut statuses = meaning.status.iter();
            meaning.code == returned.code && statuses.all(|status| *status == returned.status)
        };
        for returned in &self.returned {
            let words = self
                .meanings
                .iter()
                .filter(|meaning| is_of(meaning, returned));
            let (section, words_name) = (self.section, self.words);
            let (status, code) = (&returned.status, &returned.code);
            assert_eq!(
                words.count(),
                1,
                "{section} returns {status} {code}, which must have one meaning. Add it to \
                 {words_name} in tests/proofs/openapi/error_meanings.rs, and run\n{UPDATE}"
            );
        }
        let line = |cells: Vec<String>| {
            let line = format!("| {} |\n", cells.join(" | "));
            line.replace("|  |", "| |")
        };
        let names = self.columns.iter().map(|(name, _)| (*name).to_owned());
        let mut text = line(names.collect());
        text += &("|".to_owned() + &"---|".repeat(self.columns.len()) + "\n");
        for meaning in self.meanings {
            let errors = self.returned.iter().filter(|error| is_of(meaning, error));
            let errors: Vec<_> = errors.collect();
            let (section, code) = (self.section, meaning.code);
            let [error, others @ ..] = errors.as_slice() else {
                panic!("{section} does not return {code}");
            };
            let is_one = others.iter().all(|other| other.status == error.status);
            assert!(is_one, "{section} returns {code} with several statuses");
            let cells = self.columns.iter().map(|(_, cell)| cell(error, meaning));
            text += &line(cells.collect());
        }
        text
    }

    /// The page with this table in its place.
    fn put_into(&self, page: &str) -> String {
        let place = format!("\n## {}\n", self.section);
        let (before, section) = page.split_once(&place).unwrap();
        let mark = format!("{MARK}\n\n");
        let (start, table) = section.split_once(&mark).unwrap_or_else(|| {
            panic!("docs/errors.md: {} has no table", self.section);
        });
        let rows = table
            .split_inclusive('\n')
            .skip_while(|line| line.starts_with('|'));
        let rest: String = rows.collect();
        format!("{before}{place}{start}{mark}{}{rest}", self.text())
    }
}

#[test]
fn the_errors_page_has_every_error_with_its_meaning() {
    let page = fs::read_to_string(FILE).unwrap();
    let made = tables()
        .iter()
        .fold(page.clone(), |page, table| table.put_into(&page));
    if std::env::var_os("LATCHKEY_UPDATE_DOCS").is_some() {
        fs::write(FILE, made).unwrap();
        return;
    }
    let mut lines = page.lines().zip(made.lines());
    let other = lines.find(|(page, made)| page != made);
    assert!(
        page == made,
        "docs/errors.md differs from the code:\n{other:#?}\nTo update it, run\n{UPDATE}"
    );
}

#[test]
#[should_panic(expected = "returns 418 new_error, which must have one meaning")]
fn an_error_without_a_meaning_is_found() {
    let [mut table, ..] = tables();
    table.returned.insert(Returned {
        status: "418".to_owned(),
        code: "new_error".to_owned(),
        title: String::new(),
        headers: Vec::new(),
    });
    table.text();
}

#[test]
#[should_panic(expected = "returns invalid_client with several statuses")]
fn a_meaning_for_two_statuses_is_found() {
    let [mut table, ..] = tables();
    table.returned.insert(Returned {
        status: "418".to_owned(),
        code: "invalid_client".to_owned(),
        title: String::new(),
        headers: Vec::new(),
    });
    table.text();
}

#[test]
#[should_panic(expected = "does not return invalid_client")]
fn a_meaning_without_an_error_is_found() {
    let [mut table, ..] = tables();
    table
        .returned
        .retain(|error| error.code != "invalid_client");
    table.text();
}
