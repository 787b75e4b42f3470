//! The OpenAPI document of the API. It is made here, from the tables in the code, and stands in
//! `docs/openapi.json`. `LATCHKEY_UPDATE_DOCS=1 cargo test -p tests --test proofs openapi` writes it.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod error_meanings;
mod errors;
mod errors_page;
mod examples;
mod links;
mod operation;
mod operations;
mod policies;
mod resources;
mod schemas;
mod secrets;
mod shared_examples;

use std::collections::BTreeSet;
use std::fs;

use local::Template;
use serde_json::{Map, Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");

/// The document.
fn document() -> Value {
    let mut paths = Map::new();
    for operation in operations::all() {
        let (method, path) = operation.route.split_once(' ').unwrap();
        let path = paths.entry(path).or_insert_with(|| json!({}));
        path[method.to_lowercase()] = operation.value();
    }
    let error_examples = shared_examples::take_examples(&mut paths);
    let mut schemas = schemas::all();
    schemas.as_object_mut().unwrap().extend(secrets::all());
    schemas.as_object_mut().unwrap().extend(policies::all());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Latchkey",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access tokens for programs",
            "description": "An OAuth 2.0 token service for machine clients, and the API that manages \
                them. App Clients exchange a client ID and a client secret for access tokens. The \
                endpoints under `/auth` use JSON:API 1.1.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The deployment that serves this document" }],
        "tags": [
            { "name": "Tokens", "description": "Access tokens (RFC 6749, RFC 9068)." },
            { "name": "App Clients", "description": "Identities for programs." },
            { "name": "Client secrets", "description": "The secrets of App Clients, and their ends." },
            { "name": "Roles", "description": "Named access policies for App Clients." },
            { "name": "Decisions", "description": "What access policies permit." },
            { "name": "Metadata", "description": "Public documents for clients and APIs." },
        ],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "examples": error_examples,
            "headers": errors::headers(),
            "parameters": operation::shared_parameters(),
            "securitySchemes": security_schemes(),
        },
    })
}

fn security_schemes() -> Value {
    json!({
        "oauth2": {
            "type": "oauth2",
            "description": "An access token for the management API, by the client credentials grant.",
            "flows": { "clientCredentials": { "tokenUrl": "/oauth/token", "scopes": {} } },
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token, such as one from `POST /oauth/token` (RFC 6750).",
        },
        "clientSecretBasic": {
            "type": "http",
            "scheme": "basic",
            "description": "The client ID and the client secret, each form-encoded (RFC 6749 section 2.3.1).",
        },
    })
}

#[test]
fn the_openapi_document_matches_the_code() {
    let document = document();
    if std::env::var_os("LATCHKEY_UPDATE_DOCS").is_some() {
        fs::write(
            FILE,
            serde_json::to_string_pretty(&document).unwrap() + "\n",
        )
        .unwrap();
    }
    let written: Value = serde_json::from_str(&fs::read_to_string(FILE).unwrap()).unwrap();
    if let Some(place) = difference(&document, &written, String::new()) {
        panic!(
            "docs/openapi.json differs from the code at {place}. To update it, run\n\
             LATCHKEY_UPDATE_DOCS=1 cargo test -p tests --test proofs openapi"
        );
    }
}

/// A pointer to the first difference.
fn difference(code: &Value, written: &Value, at: String) -> Option<String> {
    match (code, written) {
        (Value::Object(code), Value::Object(written)) => {
            let names: BTreeSet<_> = code.keys().chain(written.keys()).collect();
            names.into_iter().find_map(|name| {
                let at = format!("{at}/{name}");
                match (code.get(name), written.get(name)) {
                    (Some(code), Some(written)) => difference(code, written, at),
                    _ => Some(at),
                }
            })
        }
        (Value::Array(code), Value::Array(written)) if code.len() == written.len() => code
            .iter()
            .zip(written)
            .enumerate()
            .find_map(|(i, (code, written))| difference(code, written, format!("{at}/{i}"))),
        _ => (code != written).then_some(at),
    }
}

#[test]
fn every_route_of_the_template_stands_in_the_openapi_document() {
    let functions = Template::built_in().unwrap().functions;
    let routes = functions.iter().flat_map(|function| &function.routes);
    let routes: BTreeSet<_> = routes
        // HEAD is GET without a body, and the default route has only the errors 404 and 405.
        .filter(|route| route.method != "HEAD" && route.path != "$default")
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let documented = operations::all().map(|operation| operation.route.to_owned());
    assert_eq!(documented.collect::<BTreeSet<_>>(), routes);
}

#[test]
fn every_reference_in_the_openapi_document_leads_to_a_component_and_every_component_is_used() {
    let document = document();
    let mut used = BTreeSet::new();
    references(&document, &mut used);
    for reference in &used {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for kind in ["schemas", "examples", "headers", "parameters"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(used.contains(&reference), "{reference} is not used");
        }
    }
}

#[test]
fn every_link_in_the_openapi_document_fills_a_parameter_of_an_operation() {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let operations: Vec<_> = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .collect();
    let responses = operations
        .iter()
        .flat_map(|operation| operation["responses"].as_object().unwrap().values());
    let mut links = 0;
    for link in responses
        .filter_map(|response| response["links"].as_object())
        .flat_map(|links| links.values())
    {
        let target = operations
            .iter()
            .find(|operation| operation["operationId"] == link["operationId"]);
        let target = target.unwrap_or_else(|| panic!("{link} leads nowhere"));
        for name in link["parameters"].as_object().unwrap().keys() {
            let mut parameters = target["parameters"].as_array().unwrap().iter();
            let is_taken = parameters.any(|parameter| {
                let pointer = parameter["$ref"].as_str().unwrap().replace('#', "");
                document.pointer(&pointer).unwrap()["name"] == **name
            });
            assert!(is_taken, "{link}: no parameter {name}");
        }
        links += 1;
    }
    assert!(links > 0);
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.insert(reference.clone());
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
