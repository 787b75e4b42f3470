//! Golden items: what each release wrote into the table (`tests/golden/{version}/`). Every later
//! release reads them. CONTRIBUTING.md says when to add a directory.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a failing test panics, and prints the items to check in"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tests::{BEGIN, Client, Credentials, Latchkey, body, text};

use crate::auth::policies::{allowing, policy};
use crate::auth::{Api, CLIENTS, client_path, in_a_list};

/// The items of one release, by the names of their files.
struct Golden {
    version: Vec<u64>,
    items: BTreeMap<String, Value>,
    /// The client secret whose hash is in the item `client`.
    client_secret: String,
}

/// The items of every release, oldest first.
fn releases() -> Vec<Golden> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut releases: Vec<_> = folders.map(|entry| Golden::read(&entry.path())).collect();
    releases.sort_by(|one, other| one.version.cmp(&other.version));
    assert!(!releases.is_empty());
    releases
}

impl Golden {
    fn read(folder: &std::path::Path) -> Self {
        let version = folder.file_name().unwrap().to_str().unwrap().split('.');
        let mut items = BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                let item = serde_json::from_str(&fs::read_to_string(&path).unwrap());
                items.insert(name, item.unwrap());
            }
        }
        let secret = fs::read_to_string(folder.join("client_secret.txt")).unwrap();
        Self {
            version: version.map(|part| part.parse().unwrap()).collect(),
            items,
            client_secret: secret.trim().to_owned(),
        }
    }

    fn id(&self) -> String {
        let key = text(&self.items["client"]["pk"]["S"]);
        key.strip_prefix("CLIENT#").unwrap().to_owned()
    }

    /// A deployment of the current code with the items of this release, except for its key set.
    async fn deployed(&self) -> (Api, Client) {
        let mut api = Api::start().await;
        for (name, item) in &self.items {
            if !matches!(name.as_str(), "key-set" | "name-keys") {
                api.latchkey.table().put(item).await;
            }
        }
        let id = self.id();
        let credentials = Credentials {
            id: id.replace('-', ""),
            secret: self.client_secret.clone(),
        };
        // The caller sees only its own org.
        api.admin = api.service.access_token(&credentials).await;
        (api, Client { id, credentials })
    }
}

#[tokio::test]
async fn the_client_of_each_release_gets_the_rest_of_its_quota() {
    for golden in releases() {
        let (api, client) = golden.deployed().await;
        let (record, gate) = (&golden.items["client"], &golden.items["gate"]);
        let number = |value: &Value| text(&value["N"]).parse::<u64>().unwrap();
        let past = gate["past"]["M"].as_object().unwrap().values().map(number);
        let counted = number(&gate["issued"]) + past.sum::<u64>();
        assert!(
            counted > number(&gate["issued"]),
            "the gate has past tokens"
        );
        // `deployed` has requested one.
        for _ in counted + 1..number(&record["quota"]) {
            let token = body(api.service.token(&client.credentials).await).await;
            assert_eq!(token["expires_in"], number(&record["lifetime"]));
        }
        assert_eq!(api.service.token(&client.credentials).await.status(), 429);
    }
}

#[tokio::test]
async fn the_client_of_each_release_is_shown_and_listed() {
    for golden in releases() {
        let (api, client) = golden.deployed().await;
        let record = &golden.items["client"];
        let number = |name: &str| text(&record[name]["N"]).parse::<u64>().unwrap();
        let shown = api.shown(&client.id).await;
        let expected = json!({
            "clientId": client.credentials.id,
            "name": record["name"]["S"],
            "description": record["description"]["S"],
            "type": "machine_to_machine",
            "userType": "builder",
            "status": record["status"]["S"],
            "accessTokenLifetime": number("lifetime"),
            "tokenQuota": number("quota"),
            "createdAt": number("created_at"),
            "updatedAt": number("updated_at"),
            "lastUsedOn": BEGIN - BEGIN % 86_400,
        });
        assert_eq!(shown["attributes"], expected);
        let role = &shown["relationships"]["auth/roles"]["data"]["id"];
        assert_eq!(*role, record["roles"]["L"][0]["M"]["id"]["S"]);
        let path = format!("{CLIENTS}?filter[clientId]={}", client.id);
        let list = body(api.get(&path).await).await;
        assert_eq!(list["data"], json!([in_a_list(shown)]));
        assert!(list.get("meta").is_none());
    }
}

#[tokio::test]
async fn the_client_of_each_release_can_be_changed_and_deleted() {
    for golden in releases() {
        let (api, client) = golden.deployed().await;
        let changed = api
            .patch(&client.id, json!({ "description": "Changed" }))
            .await;
        assert_eq!(changed.status(), 200);
        // An org keeps an administrator.
        api.client().await;
        let rotated = api.service.rotate(&api.admin, &client).await;
        assert!(!api.accepts(&client.credentials).await);
        let token = api.service.access_token(&rotated).await;
        let path = client_path(&client.id);
        let deleted = api.service.manage(&token, "DELETE", &path, None).await;
        assert_eq!(deleted.status(), 204);
        assert!(!api.accepts(&rotated).await);
    }
}

#[tokio::test]
async fn the_client_of_each_release_is_found_by_name_after_the_upgrade() {
    for golden in releases() {
        let latchkey = Latchkey::empty().await;
        for name in ["client", "gate", "org", "role"] {
            latchkey.table().put(&golden.items[name]).await;
        }
        latchkey.bootstrap().await;
        let service = latchkey.instance().await;
        let id = golden.id();
        let credentials = Credentials {
            id: id.replace('-', ""),
            secret: golden.client_secret.clone(),
        };
        let token = service.access_token(&credentials).await;
        for query in ["filter[name]=GOLDEN", "sort=name"] {
            let path = format!("{CLIENTS}?{query}");
            let list = body(service.manage(&token, "GET", &path, None).await).await;
            assert_eq!(list["data"][0]["id"], id, "{query}");
        }
    }
}

#[tokio::test]
async fn the_role_of_each_release_is_shown() {
    for golden in releases() {
        let (api, _) = golden.deployed().await;
        let role = &golden.items["role"];
        let path = format!("/auth/roles/{}", text(&role["id"]["S"]));
        let shown = body(api.get(&path).await).await["data"].take();
        assert_eq!(shown["attributes"]["name"], role["name"]["S"]);
        assert_eq!(shown["attributes"]["description"], role["description"]["S"]);
        // Release 0.1.0 stored managed roles, with permissions instead of a policy. They are code now.
        if let Some(policy) = role["policy"]["S"].as_str() {
            let policy: Value = serde_json::from_str(policy).unwrap();
            assert_eq!(shown["attributes"]["accessPolicy"], policy);
        }
    }
}

#[tokio::test]
async fn the_grants_of_a_client_of_each_release_hold() {
    for golden in releases() {
        let Some(member) = golden.items.get("member") else {
            continue;
        };
        let (api, _) = golden.deployed().await;
        let key = text(&member["pk"]["S"]);
        let path = client_path(key.strip_prefix("CLIENT#").unwrap());
        let shown = body(api.get(&path).await).await["data"].take();
        let policy: Value =
            serde_json::from_str(&text(&golden.items["policy"]["policy"]["S"])).unwrap();
        assert_eq!(shown["attributes"]["accessPolicy"], policy);
        let role = text(&golden.items["role"]["id"]["S"]);
        assert_eq!(shown["relationships"]["auth/roles"]["data"][0]["id"], role);
        // The role counts its client.
        let path = format!("/auth/roles/{role}");
        assert_eq!(api.ask("DELETE", &path, None).await.status(), 409);
    }
}

#[tokio::test]
async fn the_key_set_of_each_release_is_published() {
    for golden in releases() {
        let (latchkey, service) = Latchkey::start().await;
        let item = &golden.items["key-set"];
        latchkey.table().put(item).await;
        let request = service.request("GET", "/.well-known/jwks.json");
        let published = body(request.send().await.unwrap()).await;
        let stored: Value = serde_json::from_str(&text(&item["key_set"]["S"])).unwrap();
        assert!(stored["keys"][0]["jwk"].is_object());
        assert_eq!(published["keys"], json!([stored["keys"][0]["jwk"]]));
    }
}

/// The kind of an item: the constant parts of its keys.
fn kind(item: &Value) -> String {
    let part = |key: &str| text(&item[key]["S"]).split('#').next().unwrap().to_owned();
    format!("{} {}", part("pk"), part("sk"))
}

/// The names and types of attributes. Numbers in names, which are time buckets, are all the same.
fn shape(attribute: &Value) -> Value {
    let (kind, value) = attribute.as_object().unwrap().iter().next().unwrap();
    match (kind.as_str(), value.as_str()) {
        ("M", _) => shape_of(value, shape),
        ("L", _) => shape_of_list(value, shape),
        ("S", Some(text)) if text.starts_with('{') => {
            json_shape(&serde_json::from_str(text).unwrap())
        }
        _ => json!(kind),
    }
}

/// The names and types in a JSON text.
fn json_shape(value: &Value) -> Value {
    match value {
        Value::Object(_) => shape_of(value, json_shape),
        Value::Array(_) => shape_of_list(value, json_shape),
        Value::Number(_) => json!("number"),
        _ => json!("string"),
    }
}

fn shape_of(members: &Value, shape: fn(&Value) -> Value) -> Value {
    let shapes = members.as_object().unwrap().iter().map(|(name, value)| {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let name = if is_number { "number" } else { name.as_str() };
        json!({ name: shape(value) })
    });
    shapes.fold(json!({}), merged)
}

fn shape_of_list(elements: &Value, shape: fn(&Value) -> Value) -> Value {
    let shapes = elements.as_array().unwrap().iter().map(shape);
    json!([shapes.reduce(merged)])
}

/// What either of two shapes has.
fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, shape) in other {
                let known = one.remove(&name).unwrap_or_else(|| shape.clone());
                one.insert(name, merged(known, shape));
            }
            Value::Object(one)
        }
        (Value::Array(one), Value::Array(other)) => {
            let shapes = one
                .into_iter()
                .chain(other)
                .filter(|shape| !shape.is_null());
            json!([shapes.reduce(merged)])
        }
        (one, other) => {
            assert_eq!(one, other, "one attribute has two types");
            one
        }
    }
}

/// The shapes of items by kind.
fn shapes<'a>(items: impl IntoIterator<Item = &'a Value>) -> Value {
    let shapes = items
        .into_iter()
        .map(|item| json!({ kind(item): shape_of(item, shape) }));
    shapes.fold(Value::Object(Map::new()), merged)
}

/// If it fails, the format has changed: follow "Stored items" in CONTRIBUTING.md. The items to
/// check in are in the output.
#[tokio::test]
async fn the_code_writes_items_of_the_newest_format() {
    let api = Api::start().await;
    let attributes = json!({
        "name": "Golden", "description": "Written by a release", "tokenQuota": 7,
        "accessTokenLifetime": 900,
    });
    let client = api.client_with("Builder Admin", attributes).await;
    // Two tokens in one time bucket, and one in the next.
    for seconds in [0, 0, 60] {
        api.latchkey.clock.advance(seconds);
        api.service.access_token(&client.credentials).await;
    }
    let changed = api
        .patch(&client.id, json!({ "name": "Golden client" }))
        .await;
    assert_eq!(changed.status(), 200);
    let reading = allowing(&["IAM:GetRole"], "IAM:Role:*");
    let role = api.role_with(std::slice::from_ref(&reading)).await;
    let attributes = json!({ "name": "Member", "accessPolicy": policy(&[reading]) });
    api.client_of(&[&role], attributes).await;
    let items = api.latchkey.table().items().await;
    for item in &items {
        println!("{}", serde_json::to_string_pretty(item).unwrap());
    }
    println!("client {} has {}", client.id, client.credentials.secret);
    let newest = releases().pop().unwrap();
    assert_eq!(shapes(&items), shapes(newest.items.values()));
}

#[test]
fn another_attribute_or_type_is_another_shape() {
    let item = |more: Value| {
        let mut item = json!({ "pk": { "S": "A#1" }, "sk": { "S": "B" }, "a": { "S": "x" } });
        item.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        item
    };
    let same = shapes(&[item(json!({}))]);
    assert_eq!(
        shapes(&[item(json!({ "a": { "S": "y" }, "pk": { "S": "A#2" } }))]),
        same
    );
    for other in [
        json!({ "a": { "N": "1" } }),
        json!({ "b": { "S": "x" } }),
        json!({ "pk": { "S": "C#1" } }),
        json!({ "a": { "L": [{ "S": "x" }] } }),
    ] {
        assert_ne!(shapes(&[item(other)]), same);
    }
    let inner = |inner: Value| shapes(&[item(json!({ "a": { "M": inner } }))]);
    let one = inner(json!({ "30000000": { "N": "1" } }));
    assert_eq!(one, inner(json!({ "1": { "N": "1" }, "2": { "N": "3" } })));
    assert_ne!(one, inner(json!({ "1": { "S": "1" } })));
}
