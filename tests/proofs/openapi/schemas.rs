//! The schemas: those of resources come from their tables of attributes.

use app_clients::ShownClient;
use roles::ShownRole;
use serde_json::{Map, Value, json};
use shared::http::jsonapi::{Attribute, Kind, Preset, Resource, When};

use super::examples;

/// A reference to a schema.
pub(super) fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Every schema, by name.
pub(super) fn all() -> Value {
    let client = examples::client_with_secret();
    let role = examples::role();
    json!({
        "AppClient": resource::<ShownClient>(&client, true),
        "AppClientDocument": one("AppClient"),
        "AppClients": page("AppClient"),
        "NewAppClient": request::<ShownClient>(|attribute| attribute.create, true),
        "AppClientChange": request::<ShownClient>(|attribute| attribute.change, false),
        "Role": resource::<ShownRole>(&role, false),
        "RoleDocument": one("Role"),
        "Roles": roles(),
        "RoleRelationship": relationship("auth/roles", false),
        "RoleAssignment": relationship("auth/roles", true),
        "TokenRequest": token_request(),
        "TokenResponse": token_response(),
        "Error": object(&[
            ("error", json!({ "type": "string", "description": "A stable code." })),
            ("error_description", json!({ "type": "string", "description": "For people. It may change." })),
        ], &["error", "error_description"]),
        "ErrorDocument": errors(),
        "GatewayError": object(&[("message", json!({ "type": "string" }))], &["message"]),
        "Description": json!({
            "type": "object",
            "properties": { "openapi": constant("3.1.0") },
            "required": ["openapi", "info", "paths"],
        }),
        "KeySet": key_set(),
        "AuthorizationServer": authorization_server(),
    })
}

/// An object with these members and no others.
fn object(members: &[(&str, Value)], required: &[&str]) -> Value {
    let members: Map<String, Value> = members
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({
        "type": "object",
        "properties": members,
        "required": required,
        "additionalProperties": false,
    })
}

fn constant(value: &str) -> Value {
    json!({ "type": "string", "const": value })
}

fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

/// A resource in a response. The types of values that the service sets come from an example.
fn resource<R: Resource>(example: &R, has_role: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for attribute in R::ATTRIBUTES {
        let mut schema = values(&attribute.kind);
        let shown = (attribute.show)(example).unwrap();
        if matches!(attribute.kind, Kind::Secret(_) | Kind::Given(_)) {
            for (name, value) in type_of(&shown).as_object().unwrap() {
                schema[name] = value.clone();
            }
        }
        properties.insert(attribute.name.to_owned(), schema);
        // A secret stands only in the responses that create one.
        if attribute.name != "clientSecret" {
            required.push(attribute.name);
        }
    }
    let attributes = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
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
fn open_object(members: &[(&str, Value)], required: &[&str]) -> Value {
    let mut schema = object(members, required);
    schema["additionalProperties"] = true.into();
    schema
}

/// The JSON type of a value.
fn type_of(value: &Value) -> Value {
    match value {
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(_) => json!({ "type": "integer", "minimum": 0 }),
        Value::String(_) => json!({ "type": "string" }),
        Value::Array(_) => json!({ "type": "array", "items": { "type": "string" } }),
        other => panic!("{other}"),
    }
}

/// The values that an attribute's kind allows.
fn values<C>(kind: &Kind<C>) -> Value {
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
        Kind::Constant(value) => constant(value),
        Kind::Secret(_) | Kind::Given(_) => json!({}),
    };
    schema["description"] = sentence(&kind.words()).into();
    schema
}

/// The words of the table as a sentence.
fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).chain(['.']).collect()
}

/// The body of a request. `when` selects the column of the table of attributes.
fn request<R: Resource>(when: fn(&Attribute<R, R::Desired>) -> When, is_new: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for attribute in R::ATTRIBUTES {
        let when = when(attribute);
        if when == When::Never {
            continue;
        }
        let mut schema = values(&attribute.kind);
        if matches!(attribute.kind, Kind::Secret(_) | Kind::Given(_)) {
            let description = schema["description"].as_str().unwrap();
            schema["description"] = format!("{description} Read-only.").into();
        }
        match attribute.default {
            Some(Preset::Text(text)) if is_new => schema["default"] = text.into(),
            Some(Preset::Number(number)) if is_new => schema["default"] = number.into(),
            _ => {}
        }
        properties.insert(attribute.name.to_owned(), schema);
        if when == When::Required {
            required.push(attribute.name);
        }
    }
    let attributes = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    let mut members = vec![
        ("type", constant(R::TYPE.as_str())),
        ("attributes", attributes),
        ("relationships", schema("RoleAssignment")),
    ];
    if !is_new {
        members.push(("id", uuid()));
        // Of a client as it was shown.
        members.push(("links", json!({ "type": "object" })));
        members.push(("meta", json!({ "type": "object" })));
    }
    let required: &[&str] = if is_new {
        &["type", "attributes", "relationships"]
    } else {
        &["type"]
    };
    open_object(&[("data", open_object(&members, required))], &["data"])
}

fn relationship(resource_type: &str, is_request: bool) -> Value {
    let member = if is_request { open_object } else { object };
    let identifier = member(
        &[("type", constant(resource_type)), ("id", uuid())],
        &["type", "id"],
    );
    let to_one = member(&[("data", identifier)], &["data"]);
    object(&[(resource_type, to_one)], &[resource_type])
}

fn one(name: &str) -> Value {
    object(&[("data", schema(name))], &["data"])
}

fn page(name: &str) -> Value {
    let link = json!({ "type": "string", "format": "uri-reference" });
    let unreadable = object(
        &[("type", json!({ "type": "string" })), ("id", uuid())],
        &["type", "id"],
    );
    let meta = object(
        &[(
            "unreadable",
            json!({
                "type": "array",
                "items": unreadable,
                "description": "The resources of the page that the service cannot read.",
            }),
        )],
        &["unreadable"],
    );
    object(
        &[
            ("data", json!({ "type": "array", "items": schema(name) })),
            (
                "links",
                object(
                    &[
                        ("first", link.clone()),
                        ("next", json!({ "anyOf": [link, { "type": "null" }] })),
                    ],
                    &["first", "next"],
                ),
            ),
            ("meta", meta),
        ],
        &["data", "links"],
    )
}

/// All roles, or with `filter[name]` one or none.
fn roles() -> Value {
    let data = json!({ "oneOf": [
        { "type": "array", "items": schema("Role") },
        schema("Role"),
        { "type": "null" },
    ] });
    object(&[("data", data)], &["data"])
}

fn errors() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let source = json!({
        "type": "object",
        "description": "The place of the problem in the request.",
        "properties": {
            "pointer": text("A JSON pointer into the body."),
            "parameter": text("A query parameter."),
            "header": text("A header."),
        },
        "additionalProperties": false,
    });
    let error = object(
        &[
            ("status", text("The status of this problem.")),
            ("code", text("A stable code.")),
            ("title", text("The kind of problem.")),
            ("detail", text("This problem. For people; it may change.")),
            ("source", source),
        ],
        &["status", "code", "title", "detail"],
    );
    let errors = json!({ "type": "array", "items": error, "minItems": 1, "maxItems": 20 });
    object(&[("errors", errors)], &["errors"])
}

fn token_request() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "properties": {
            "grant_type": constant("client_credentials"),
            "client_id": text("The client ID, unless you use HTTP Basic."),
            "client_secret": text("The client secret, unless you use HTTP Basic."),
            "audience": text("The audience of the token. Default: that of the management API."),
            "resource": text("The audience as a resource indicator (RFC 8707)."),
            "scope": text("No scopes are defined yet; any value is rejected."),
        },
        "required": ["grant_type"],
    })
}

fn token_response() -> Value {
    object(
        &[
            (
                "access_token",
                json!({ "type": "string", "description": "A signed JWT (RFC 9068)." }),
            ),
            ("token_type", constant("Bearer")),
            (
                "expires_in",
                json!({
                    "type": "integer",
                    "minimum": 1,
                    "description": "The lifetime of the token, in seconds.",
                }),
            ),
        ],
        &["access_token", "token_type", "expires_in"],
    )
}

fn key_set() -> Value {
    let key = json!({
        "type": "object",
        "description": "A JSON Web Key (RFC 7517).",
        "properties": {
            "kty": { "type": "string", "enum": ["RSA", "EC", "OKP"] },
            "kid": { "type": "string" },
            "use": constant("sig"),
            "alg": { "type": "string", "enum": ["RS256", "ES256", "EdDSA"] },
            "n": { "type": "string" },
            "e": { "type": "string" },
            "crv": { "type": "string" },
            "x": { "type": "string" },
            "y": { "type": "string" },
        },
        "required": ["kty", "kid", "use", "alg"],
    });
    object(
        &[("keys", json!({ "type": "array", "items": key }))],
        &["keys"],
    )
}

fn authorization_server() -> Value {
    json!({
        "type": "object",
        "description": "Authorization server metadata (RFC 8414).",
        "properties": {
            "issuer": { "type": "string", "format": "uri" },
            "token_endpoint": { "type": "string", "format": "uri" },
            "jwks_uri": { "type": "string", "format": "uri" },
        },
        "required": ["issuer", "token_endpoint", "jwks_uri"],
    })
}
