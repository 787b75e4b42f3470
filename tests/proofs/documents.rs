//! The documents beside the code.
#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on panics; the rows are there to be copied"
)]

use shared::http::jsonapi::Resource;

const API: &str = include_str!("../../docs/api.md");

/// The rows of the documents' table of a resource's attributes, which the heading with its type
/// begins.
fn documented(resource_type: &str) -> Vec<&'static str> {
    let begins = format!("`{resource_type}`");
    let mut lines = API.lines();
    lines
        .find(|line| line.starts_with(&begins))
        .unwrap_or_else(|| panic!("docs/api.md says nothing of {resource_type}"));
    let table = lines.skip_while(|line| !line.starts_with("|---"));
    let rows = table.skip(1).take_while(|line| line.starts_with('|'));
    rows.collect()
}

fn is_documented<R: Resource>() {
    let rows: Vec<_> = R::ATTRIBUTES
        .iter()
        .map(|attribute| attribute.row())
        .collect();
    println!("{}", rows.join("\n"));
    assert_eq!(documented(R::TYPE.as_str()), rows);
}

#[test]
fn the_tables_of_attributes_are_those_of_the_code() {
    is_documented::<app_clients::Shown>();
    is_documented::<roles::Shown>();
}
