//! The schemas of resources and of the requests that write them, from the tables of attributes.

use serde_json::{Map, Value, json};
use shared::http::jsonapi::{Attribute, Kind, Omitted, Preset, Resource, When};
use shared::model::MAXIMUM_ROLES;

use super::schemas::{closed, constant, object, schema, uuid};

/// A resource in a response. The types of values that the service sets come from an example.
pub(super) fn resource<R: Resource>(example: &R, has_role: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for attribute in R::ATTRIBUTES {
        let mut schema = values(&attribute.kind);
        let Some(shown) = (attribute.show)(example) else {
            assert_eq!(attribute.name, "accessPolicy");
            properties.insert(attribute.name.to_owned(), schema);
            continue;
        };
        if matches!(attribute.kind, Kind::Given(_)) {
            for (name, value) in type_of(&shown).as_object().unwrap() {
                schema[name] = value.clone();
            }
        }
        properties.insert(attribute.name.to_owned(), schema);
        // A secret stands only in the responses that create one, and a last use not in lists.
        if !matches!(attribute.name, "clientSecret" | "lastUsedOn") {
            required.push(attribute.name);
        }
    }
    let attributes = closed(properties, &required);
    let mut members = vec![
        ("type", constant(R::TYPE.as_str())),
        ("id", uuid()),
        ("attributes", attributes),
        (
            "links",
            object(
                &[(
                    "self",
                    json!({ "type": "string", "format": "uri-reference" }),
                )],
                &["self"],
            ),
        ),
    ];
    if has_role {
        members.push(("relationships", schema("RoleRelationship")));
    }
    object(&members, &["type", "id", "attributes", "links"])
}

/// An object of a request, in which JSON:API requires the service to ignore other members.
pub(super) fn open_object(members: &[(&str, Value)], required: &[&str]) -> Value {
    let mut schema = object(members, required);
    schema["additionalProperties"] = true.into();
    schema
}

/// The JSON type of a value.
pub(super) fn type_of(value: &Value) -> Value {
    match value {
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(_) => json!({ "type": "integer", "minimum": 0 }),
        Value::Null => json!({ "type": ["integer", "null"], "minimum": 0 }),
        Value::String(_) => json!({ "type": "string" }),
        Value::Array(_) => json!({ "type": "array", "items": { "type": "string" } }),
        other => panic!("{other}"),
    }
}

/// The values that an attribute's kind allows.
pub(super) fn values<C>(kind: &Kind<C>) -> Value {
    let mut schema = match kind {
        Kind::Text { length, .. } => json!({
            "type": "string",
            "minLength": length.minimum,
            "maxLength": length.maximum,
        }),
        Kind::Choice { of, .. } => json!({ "type": "string", "enum": of }),
        Kind::Number { bounds, .. } => json!({
            "type": "integer",
            "minimum": bounds.minimum,
            "maximum": bounds.maximum,
        }),
        Kind::End { .. } => json!({ "type": ["integer", "null"], "minimum": 0 }),
        Kind::Constant(value) => constant(value),
        Kind::Secret(_) => json!({ "type": "string", "pattern": "^lk_secret_[0-9A-Za-z]{49}$" }),
        Kind::Given(_) => json!({}),
        Kind::Structure { schema: name, .. } => schema(name),
    };
    schema["description"] = sentence(&kind.words()).into();
    schema
}

/// A value that may also be `null`.
fn nullable(mut schema: Value) -> Value {
    let description = schema["description"].take();
    schema.as_object_mut().unwrap().remove("description");
    json!({ "anyOf": [schema, { "type": "null" }], "description": description })
}

/// The words of the table as a sentence.
fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).chain(['.']).collect()
}

/// The purpose of a request: it selects the columns of the table of attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Create,
    Change,
    Replace,
}

/// What a request may do with an attribute.
struct Use {
    is_required: bool,
    is_nullable: bool,
    has_default: bool,
}

impl Purpose {
    /// `None` for an attribute that the request must not contain.
    fn of<R, C>(self, attribute: &Attribute<R, C>) -> Option<Use> {
        let when = match self {
            Self::Create => attribute.create,
            Self::Change | Self::Replace => attribute.change,
        };
        let is_chosen = when == When::Optional;
        let is_reset = matches!(attribute.omitted, Omitted::Reset(_));
        let is_clearable = matches!(attribute.omitted, Omitted::Clearable(_));
        let is_required = match self {
            Self::Create => when == When::Required,
            Self::Change => false,
            Self::Replace => is_chosen && matches!(attribute.omitted, Omitted::Refused),
        };
        (when != When::Never).then_some(Use {
            is_required,
            is_nullable: match self {
                Self::Create => !is_required,
                Self::Change => is_reset || is_clearable,
                Self::Replace => is_chosen && !is_required,
            },
            has_default: match self {
                Self::Create => true,
                Self::Change => false,
                Self::Replace => is_reset,
            },
        })
    }
}

/// The body of a request.
pub(super) fn request<R: Resource>(purpose: Purpose, relationships: Option<Value>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for attribute in R::ATTRIBUTES {
        let Some(usage) = purpose.of(attribute) else {
            continue;
        };
        let mut schema = values(&attribute.kind);
        if matches!(attribute.kind, Kind::Secret(_) | Kind::Given(_)) {
            let description = schema["description"].as_str().unwrap();
            schema["description"] = format!("{description} Read-only.").into();
        }
        if usage.is_nullable {
            schema = nullable(schema);
        }
        match attribute.default {
            Some(Preset::Text(text)) if usage.has_default => schema["default"] = text.into(),
            Some(Preset::Number(number)) if usage.has_default => schema["default"] = number.into(),
            _ => {}
        }
        properties.insert(attribute.name.to_owned(), schema);
        if usage.is_required {
            required.push(attribute.name);
        }
    }
    let attributes = closed(properties, &required);
    let mut members = vec![
        ("type", constant(R::TYPE.as_str())),
        ("attributes", attributes),
    ];
    members.extend(relationships.map(|relationships| ("relationships", relationships)));
    if purpose != Purpose::Create {
        members.push(("id", known_id()));
        // Of a client as it was shown.
        members.push(("links", json!({ "type": "object" })));
        members.push(("meta", json!({ "type": "object" })));
    }
    let required: &[&str] = match purpose {
        // The roles are required unless there is an inline policy, which a schema does not say.
        Purpose::Create | Purpose::Replace => &["type", "attributes"],
        Purpose::Change => &["type"],
    };
    open_object(&[("data", open_object(&members, required))], &["data"])
}

/// The id of an existing resource, which a document may omit. Null and an empty text count as omitted.
fn known_id() -> Value {
    json!({
        "anyOf": [uuid(), constant(""), { "type": "null" }],
        "description": "The ID in the URL. `null` and an empty text count as omitted.",
    })
}

/// A resource identifier object of this type.
pub(super) fn identifier(resource_type: &str, is_request: bool) -> Value {
    let member = if is_request { open_object } else { object };
    let members = [("type", constant(resource_type)), ("id", uuid())];
    member(&members, &["type", "id"])
}

/// A relationship whose data consists of identifiers of this schema.
pub(super) fn relationship(resource_type: &str, identifier: &str, is_request: bool) -> Value {
    let member = if is_request { open_object } else { object };
    let one = schema(identifier);
    let list = json!({ "type": "array", "items": one, "maxItems": MAXIMUM_ROLES });
    let data = json!({ "anyOf": [one, list, { "type": "null" }] });
    let relationship = member(&[("data", data)], &["data"]);
    object(&[(resource_type, relationship)], &[resource_type])
}
