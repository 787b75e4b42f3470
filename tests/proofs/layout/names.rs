//! The names of types.

use std::collections::BTreeMap;

use syn::Item;

use super::source::Source;
use super::test_code::{attributes, is_test};

/// The names that more than one type has, with their files.
pub(super) fn shared_by_types(source: &Source) -> Vec<String> {
    let mut types: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (file, text) in &source.files {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        for item in &parsed.items {
            if let Some(name) = type_name(item).filter(|_| !is_test(attributes(item))) {
                types.entry(name).or_default().push(file);
            }
        }
    }
    let shared = types.into_iter().filter(|(_, files)| files.len() > 1);
    shared
        .map(|(name, files)| format!("{name}: {}", files.join(", ")))
        .collect()
}

fn type_name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Enum(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

#[test]
fn a_name_of_two_types_is_found() {
    let source = Source::example(&[
        ("shared/src/one.rs", "struct Name; enum Other {}"),
        (
            "shared/src/two.rs",
            "type Name = u8; #[cfg(test)] struct Other;",
        ),
    ]);
    let expected = ["Name: shared/src/one.rs, shared/src/two.rs"];
    assert_eq!(shared_by_types(&source), expected);
}
