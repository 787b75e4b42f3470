//! The schemas of the secrets of an App Client, and of the requests that write them.

use app_clients::{ROTATION, ShownSecret};
use serde_json::{Map, Value, json};
use shared::http::jsonapi::{Attribute, Kind, Preset, Resource, When};
use shared::model::ResourceType;

use super::examples;
use super::resources::{open_object, type_of, values};
use super::schemas::{closed, constant, object, schema, uuid};

/// The schemas, by name.
pub(super) fn all() -> Map<String, Value> {
    let list = json!({ "type": "array", "items": schema("AppClientSecret"), "maxItems": 2 });
    let replaced = object(
        &[
            ("type", constant(ShownSecret::TYPE.as_str())),
            ("id", uuid()),
        ],
        &["type", "id"],
    );
    let mut meta = object(&[("replaced", replaced)], &["replaced"]);
    meta["description"] = "The secret that the new one replaced.".into();
    let one = ("data", schema("AppClientSecret"));
    let schemas = json!({
        "AppClientSecret": secret(),
        "AppClientSecretDocument": object(std::slice::from_ref(&one), &["data"]),
        "AddedAppClientSecret": object(&[one, ("meta", meta)], &["data"]),
        "AppClientSecrets": object(&[("data", list)], &["data"]),
        "NewAppClientSecret": addition(),
        "AppClientSecretChange": change(),
        "SecretRotation": rotation(),
    });
    schemas.as_object().unwrap().clone()
}

/// A secret in a response. The types of values that the service sets come from the examples.
fn secret() -> Value {
    let examples = examples::shown_secrets();
    let mut properties = Map::new();
    let mut required = Vec::new();
    for attribute in ShownSecret::ATTRIBUTES {
        let mut schema = values(&attribute.kind);
        if matches!(attribute.kind, Kind::Given(_)) {
            let shown = examples
                .iter()
                .map(|secret| (attribute.show)(secret).unwrap());
            let (nulls, shown): (Vec<_>, Vec<_>) = shown.partition(Value::is_null);
            for (name, value) in type_of(&shown[0]).as_object().unwrap() {
                schema[name] = value.clone();
            }
            if !nulls.is_empty() {
                schema["type"] = json!([schema["type"], "null"]);
            }
        }
        properties.insert(attribute.name.to_owned(), schema);
        if attribute.name != "clientSecret" {
            required.push(attribute.name);
        }
    }
    let link = json!({ "type": "string", "format": "uri-reference" });
    object(
        &[
            ("type", constant(ShownSecret::TYPE.as_str())),
            ("id", uuid()),
            ("attributes", closed(properties, &required)),
            ("links", object(&[("self", link)], &["self"])),
        ],
        &["type", "id", "attributes", "links"],
    )
}

fn addition() -> Value {
    let attributes = attributes(ShownSecret::ATTRIBUTES, |it| it.create, true);
    body(ShownSecret::TYPE, attributes, &[])
}

fn change() -> Value {
    let attributes = attributes(ShownSecret::ATTRIBUTES, |it| it.change, false);
    // Of a secret as it was shown.
    let links = ("links", json!({ "type": "object" }));
    body(ShownSecret::TYPE, attributes, &[("id", uuid()), links])
}

fn rotation() -> Value {
    let attributes = attributes(ROTATION, |it| it.change, true);
    body(ResourceType::AppClients, attributes, &[("id", uuid())])
}

fn body(resource_type: ResourceType, attributes: Value, others: &[(&str, Value)]) -> Value {
    let mut members = vec![
        ("type", constant(resource_type.as_str())),
        ("attributes", attributes),
    ];
    members.extend_from_slice(others);
    open_object(&[("data", open_object(&members, &["type"]))], &["data"])
}

/// The attributes of a request. `when` selects the column of the table of attributes.
fn attributes<R, C>(
    table: &[Attribute<R, C>],
    when: fn(&Attribute<R, C>) -> When,
    has_defaults: bool,
) -> Value {
    let mut properties = Map::new();
    for attribute in table.iter().filter(|it| when(it) != When::Never) {
        let mut schema = values(&attribute.kind);
        if matches!(attribute.kind, Kind::Secret(_) | Kind::Given(_)) {
            let description = schema["description"].as_str().unwrap();
            schema["description"] = format!("{description} Read-only.").into();
        }
        match attribute.default {
            Some(Preset::Null) if has_defaults => schema["default"] = Value::Null,
            Some(Preset::Number(number)) if has_defaults => schema["default"] = number.into(),
            _ => {}
        }
        properties.insert(attribute.name.to_owned(), schema);
    }
    closed(properties, &[])
}
