//! Every schema, and those that belong to no resource.

use app_clients::ShownClient;
use roles::ShownRole;
use serde_json::{Map, Value, json};

use super::examples;
use super::resources::{Purpose, identifier, relationship, request, resource};

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
        "NewAppClient": request::<ShownClient>(Purpose::Create, assignment()),
        "AppClientChange": request::<ShownClient>(Purpose::Change, assignment()),
        "AppClientReplacement": request::<ShownClient>(Purpose::Replace, assignment()),
        "Role": resource::<ShownRole>(&role, false),
        "RoleDocument": one("Role"),
        "Roles": roles(),
        "NewRole": request::<ShownRole>(Purpose::Create, None),
        "RoleChange": request::<ShownRole>(Purpose::Change, None),
        "RelatedRole": identifier("auth/roles", false),
        "RoleRelationship": relationship("auth/roles", "RelatedRole", false),
        "RoleIdentifier": identifier("auth/roles", true),
        "RoleAssignment": relationship("auth/roles", "RoleIdentifier", true),
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
            "properties": {
                "openapi": constant("3.1.0"),
                "info": { "type": "object" },
                "paths": { "type": "object" },
            },
            "required": ["openapi", "info", "paths"],
        }),
        "KeySet": key_set(),
        "AuthorizationServer": authorization_server(),
    })
}

/// The relationship of an App Client to its roles, in a request.
fn assignment() -> Option<Value> {
    Some(schema("RoleAssignment"))
}

/// An object with these members and no others.
pub(super) fn object(members: &[(&str, Value)], required: &[&str]) -> Value {
    let members = members.iter();
    closed(
        members
            .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
            .collect(),
        required,
    )
}

/// The same, by the properties.
pub(super) fn closed(properties: Map<String, Value>, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

pub(super) fn constant(value: &str) -> Value {
    json!({ "type": "string", "const": value })
}

pub(super) fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn one(name: &str) -> Value {
    object(&[("data", schema(name))], &["data"])
}

fn page(name: &str) -> Value {
    page_of(
        json!({ "type": "array", "items": schema(name) }),
        &["data", "links"],
    )
}

fn page_of(data: Value, required: &[&str]) -> Value {
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
            ("data", data),
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
        required,
    )
}

/// A page of roles, or with `filter[name]` one or none, without links.
fn roles() -> Value {
    let data = json!({ "oneOf": [
        { "type": "array", "items": schema("Role") },
        schema("Role"),
        { "type": "null" },
    ] });
    page_of(data, &["data"])
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
