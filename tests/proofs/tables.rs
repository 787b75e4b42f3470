//! Compares the attribute tables with the documentation and with their own parsers.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests panic on failure; the printed rows can be copied into the documentation"
)]

use app_clients::{ROTATION, ShownClient, ShownSecret};
use decisions::ShownDecisions;
use lambda_http::http::Request;
use roles::ShownRole;
use serde_json::{Value, json};
use shared::http::jsonapi::{
    ApiError, Attribute, Document, DocumentId, Kind, Occasion, Omitted, Preset, Resource, When,
};
use shared::model::{
    AppClient, Chosen, ClientId, ManagedRole, Name, NewClient, OrgId, Revision, Secrets, Timestamp,
    TokenQuota,
};
use uuid::Uuid;

const API: &str = include_str!("../../docs/api.md");

/// The rows of a resource's attribute table in `docs/api.md`. The table follows a line that begins
/// with the resource type.
fn documented(resource_type: &str) -> Vec<&'static str> {
    let begins = format!("`{resource_type}`");
    let mut lines = API.lines();
    lines
        .find(|line| line.starts_with(&begins))
        .unwrap_or_else(|| panic!("docs/api.md does not describe {resource_type}"));
    let table = lines.skip_while(|line| !line.starts_with("|---"));
    let rows = table.skip(1).take_while(|line| line.starts_with('|'));
    rows.collect()
}

/// The table has one column for each way to write the resource. Only `replaceable` ones have the last.
fn assert_documented<R: Resource>(replaceable: bool) {
    let rows = R::ATTRIBUTES.iter().map(|attribute| {
        let row = attribute.row();
        match row.rsplitn(3, '|').nth(2) {
            Some(others) if !replaceable => format!("{others}|"),
            _ => row,
        }
    });
    let rows: Vec<_> = rows.collect();
    println!("{}", rows.join("\n"));
    assert_eq!(documented(R::TYPE.as_str()), rows);
}

#[test]
fn the_documented_attribute_tables_match_the_code() {
    assert_documented::<ShownClient>(true);
    assert_documented::<ShownSecret>(false);
    assert_documented::<ShownRole>(false);
    assert_documented::<ShownDecisions>(false);
}

/// A rotation has a table of its arguments only: no response shows them.
#[test]
fn the_documented_attributes_of_a_rotation_match_the_code() {
    for attribute in ROTATION {
        let words = attribute.row();
        let value = words.split(" | ").nth(1).unwrap();
        let row = format!("| `{}` | {value} |", attribute.name);
        assert!(API.contains(&row), "docs/api.md lacks {row}");
    }
}

/// The tables come with a crate. A new version of it may have those of another release.
#[test]
fn the_documented_unicode_release_is_that_of_the_tables() {
    let lock = include_str!("../../Cargo.lock");
    let mut crates = lock.split("[[package]]\n");
    let tables = crates.find(|it| it.starts_with("name = \"icu_properties_data\"\n"));
    let version = tables.unwrap().lines().nth(1).unwrap();
    assert!(version.starts_with("version = \"2.4."), "{version}");
    assert!(API.contains("by the properties of Unicode 18.0"));
}

/// Parses a document that creates a client with the given additional attribute.
fn chosen(name: &str, value: Value) -> Result<Chosen, ApiError> {
    let mut attributes = json!({ "type": "machine_to_machine", "name": "Any" });
    attributes[name] = value;
    let document = json!({ "data": { "type": "auth/app-clients", "attributes": attributes } });
    let request = Request::builder().header("content-type", "application/json");
    let request = request.body(document.to_string().into()).unwrap();
    let document = Document::parse(&request, ShownClient::TYPE, DocumentId::New)?;
    document.attributes.choose::<ShownClient>(&Occasion::Create)
}

fn accepts(attribute: &Attribute<ShownClient, Chosen>, value: impl Into<Value>) -> bool {
    chosen(attribute.name, value.into()).is_ok()
}

#[test]
fn the_parser_accepts_exactly_the_values_in_the_table() {
    for attribute in ShownClient::ATTRIBUTES {
        let name = attribute.name;
        match &attribute.kind {
            Kind::Text { length, .. } => {
                let long = "x".repeat(length.maximum as usize);
                assert!(accepts(attribute, long.as_str()), "{name}");
                assert!(!accepts(attribute, long + "x"), "{name}");
                assert_eq!(accepts(attribute, ""), length.minimum == 0, "{name}");
                assert!(
                    accepts(attribute, "x".repeat(length.minimum as usize)),
                    "{name}"
                );
            }
            Kind::Number { bounds, .. } => {
                assert!(accepts(attribute, bounds.minimum), "{name}");
                assert!(accepts(attribute, bounds.maximum), "{name}");
                assert!(!accepts(attribute, bounds.minimum - 1), "{name}");
                assert!(!accepts(attribute, bounds.maximum + 1), "{name}");
            }
            Kind::Choice { of, .. } => {
                assert!(of.iter().all(|word| accepts(attribute, *word)), "{name}");
                assert!(!accepts(attribute, "another"), "{name}");
            }
            Kind::Constant(word) => {
                assert!(accepts(attribute, *word), "{name}");
                assert!(!accepts(attribute, "another"), "{name}");
            }
            Kind::End { .. } | Kind::Structure { .. } | Kind::Secret(_) | Kind::Given(_) => {
                assert!(!accepts(attribute, "x"), "{name}");
            }
        }
    }
}

#[test]
fn a_new_client_has_the_defaults_in_the_table() {
    let quota = TokenQuota::per_hour(77).unwrap();
    let client = AppClient::from(NewClient {
        id: ClientId::new(Uuid::nil()),
        org: OrgId::new(Uuid::nil()),
        name: Name::parse("Any").unwrap(),
        token_quota: quota,
        roles: vec![ManagedRole::Patient.grant()],
        secrets: Secrets::NONE,
        created_at: Timestamp::from_epoch_seconds(0),
        revision: Revision::new(Uuid::nil()),
    });
    let shown = ShownClient::from(client);
    let mut presets = 0;
    for attribute in ShownClient::ATTRIBUTES {
        let Some(preset) = attribute.default else {
            continue;
        };
        let expected = match preset {
            Preset::Text(text) => text.into(),
            Preset::Number(number) => number.into(),
            Preset::Parameter("TokenQuota") => quota.tokens().into(),
            Preset::Parameter(other) => panic!("{other}"),
            Preset::Null => Value::Null,
            Preset::NoRules => json!({ "rule": [] }),
        };
        assert_eq!(
            (attribute.show)(&shown),
            Some(expected),
            "{}",
            attribute.name
        );
        presets += 1;
    }
    assert_eq!(presets, 4);
}

/// Rejects combinations that the types allow but the parser does not support.
fn assert_consistent<R: Resource>() {
    for Attribute {
        name,
        kind,
        default,
        create,
        change,
        omitted,
        ..
    } in R::ATTRIBUTES
    {
        let is_chosen =
            [create, change].map(|when| matches!(when, When::Required | When::Optional));
        match kind {
            Kind::Secret(_) | Kind::Given(_) => {
                assert!(is_chosen == [false; 2] && *create == When::Never, "{name}");
            }
            Kind::Constant(_) => assert_ne!(*create, When::Optional, "{name}"),
            Kind::Text { .. }
            | Kind::Choice { .. }
            | Kind::Number { .. }
            | Kind::End { .. }
            | Kind::Structure { .. } => {
                assert_ne!(*create, When::Equal, "{name}");
            }
        }
        assert_ne!(*create, When::Ignored, "{name}");
        assert!(default.is_none() || *create == When::Optional, "{name}");
        assert_ne!(*change, When::Required, "{name}");
        match omitted {
            Omitted::Refused => assert!(is_chosen[1] && *create == When::Required, "{name}"),
            Omitted::Reset(_) => assert!(is_chosen[1] && default.is_some(), "{name}"),
            Omitted::Clearable(_) => assert!(is_chosen[1], "{name}"),
            Omitted::Kept => {}
        }
    }
}

#[test]
fn every_row_of_the_tables_is_consistent() {
    assert_consistent::<ShownClient>();
    assert_consistent::<ShownSecret>();
    assert_consistent::<ShownRole>();
    assert_consistent::<ShownDecisions>();
}
