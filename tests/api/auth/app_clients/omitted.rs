//! Every row of the table of attributes, over HTTP: what `PUT` does when a document omits the attribute,
//! and what null means.

use app_clients::ShownClient;
use reqwest::Response;
use serde_json::{Map, Value, json};
use shared::http::jsonapi::{Attribute, Kind, Omitted, Resource as _, When};
use shared::model::Chosen;
use tests::{Client, body};

use crate::auth::{Api, client_path, pointer, refused};

type Row = Attribute<ShownClient, Chosen>;

/// The rows of attributes that a request can choose for an existing client.
fn rows() -> impl Iterator<Item = &'static Row> {
    let rows = ShownClient::ATTRIBUTES.iter();
    rows.filter(|row| row.change == When::Optional)
}

/// A valid value other than the default.
fn value(row: &Row) -> Value {
    match &row.kind {
        Kind::Text { .. } => json!("Other"),
        Kind::Choice { of, .. } => json!(of.last()),
        Kind::Number { bounds, .. } => json!(bounds.minimum + 1),
        Kind::Structure { .. } => json!({ "rule": [{
            "effect": "Deny",
            "action": "*",
            "resource": "IAM:Role:*",
        }] }),
        // A client has no end, and the others cannot be chosen.
        Kind::End { .. } | Kind::Constant(_) | Kind::Secret(_) | Kind::Given(_) => Value::Null,
    }
}

/// All of these values.
fn values() -> Map<String, Value> {
    let values = rows().map(|row| (row.name.to_owned(), value(row)));
    values.collect()
}

/// A client without any default, and the attributes of one with every default.
async fn client_and_defaults(api: &Api) -> (Client, Value) {
    let default = api.client().await;
    let defaults = api.shown(&default.id).await["attributes"].take();
    let client = api.client_with("Patient", values().into()).await;
    let attributes = api.shown(&client.id).await["attributes"].take();
    for row in rows() {
        assert_eq!(attributes[row.name], value(row), "{}", row.name);
        assert_ne!(attributes[row.name], defaults[row.name], "{}", row.name);
    }
    (client, defaults)
}

async fn replace(api: &Api, client: &Client, attributes: &Map<String, Value>) -> Response {
    let document = json!({ "data": {
        "type": "auth/app-clients",
        "attributes": attributes,
        "relationships": api.shown(&client.id).await["relationships"],
    } });
    let path = client_path(&client.id);
    api.ask("PUT", &path, Some(&document)).await
}

/// Asserts that `name` has this value, and every other attribute still that of [`values`].
fn assert_only(found: &Value, name: &str, value: &Value) {
    assert_eq!(&found[name], value, "{name}");
    for (other, value) in values() {
        assert!(other == name || found[&other] == value, "{name}: {other}");
    }
}

#[tokio::test]
async fn an_attribute_that_a_replacement_omits_is_required_reset_or_kept_as_the_table_says() {
    let api = Api::start().await;
    let (client, defaults) = client_and_defaults(&api).await;
    for row in rows() {
        let name = row.name;
        let mut omitted = values();
        omitted.remove(name);
        let mut null = values();
        null.insert(name.to_owned(), Value::Null);
        for attributes in [omitted, null] {
            let response = replace(&api, &client, &attributes).await;
            let expected = match row.omitted {
                Omitted::Refused if attributes.contains_key(name) => {
                    let source = pointer(&format!("/data/attributes/{name}"));
                    refused(response, 422, "invalid_value", source).await;
                    value(row)
                }
                Omitted::Refused => {
                    refused(response, 400, "missing", pointer("/data/attributes")).await;
                    value(row)
                }
                Omitted::Reset(_) => {
                    assert_eq!(response.status(), 200, "{name}");
                    defaults[name].clone()
                }
                Omitted::Kept | Omitted::Clearable(_) => {
                    assert_eq!(response.status(), 200, "{name}");
                    value(row)
                }
            };
            let found = api.shown(&client.id).await["attributes"].take();
            assert_only(&found, name, &expected);
            let restored = api.patch(&client.id, values().into()).await;
            assert_eq!(restored.status(), 200);
        }
    }
}

#[tokio::test]
async fn an_attribute_that_no_request_can_choose_survives_a_replacement() {
    let api = Api::start().await;
    let client = api.client().await;
    let before = api.shown(&client.id).await["attributes"].take();
    let mut attributes = values();
    attributes.remove("status");
    assert_eq!(replace(&api, &client, &attributes).await.status(), 200);
    let found = api.shown(&client.id).await["attributes"].take();
    let all = ShownClient::ATTRIBUTES.iter();
    for row in all.filter(|row| row.change == When::Equal) {
        assert_eq!(found[row.name], before[row.name], "{}", row.name);
    }
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn null_in_an_update_resets_exactly_the_attributes_that_the_table_says() {
    let api = Api::start().await;
    let (client, defaults) = client_and_defaults(&api).await;
    for row in rows() {
        let name = row.name;
        let response = api.patch(&client.id, json!({ name: null })).await;
        if matches!(row.omitted, Omitted::Reset(_) | Omitted::Clearable(_)) {
            assert_eq!(response.status(), 200, "{name}");
            let found = body(response).await["data"]["attributes"].take();
            assert_only(&found, name, &defaults[name]);
            let restored = api.patch(&client.id, json!({ name: value(row) })).await;
            assert_eq!(restored.status(), 200);
        } else {
            let source = pointer(&format!("/data/attributes/{name}"));
            refused(response, 422, "invalid_value", source).await;
            let found = api.shown(&client.id).await["attributes"].take();
            assert_only(&found, name, &value(row));
        }
    }
}

/// A change that the comparison of states does not know would not be written.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn a_change_of_each_attribute_is_written_and_audited() {
    let api = Api::start().await;
    let client = api.client().await;
    for row in rows() {
        let name = row.name;
        let _ = api.latchkey.lines.take();
        let response = api.patch(&client.id, json!({ name: value(row) })).await;
        assert_eq!(response.status(), 200, "{name}");
        let line = api.latchkey.lines.take_one();
        let changed = line["audit"]["changed"].as_object().unwrap();
        assert_eq!(changed.keys().collect::<Vec<_>>(), [name]);
        let found = api.shown(&client.id).await["attributes"].take();
        assert_eq!(found[name], value(row), "{name}");
    }
}
