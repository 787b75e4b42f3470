//! The Postman collection has every route and attribute, and its files have no secret.
#![expect(clippy::unwrap_used, reason = "tests panic on failure")]

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

fn read(name: &str) -> Value {
    let path = format!("{}/../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn collection() -> Value {
    read("postman/latchkey.postman_collection.json")
}

/// The requests and the folders below an item.
fn items(item: &Value) -> Vec<&Value> {
    let children = item["item"].as_array().into_iter().flatten();
    children
        .flat_map(|child| [vec![child], items(child)].concat())
        .collect()
}

fn requests(collection: &Value) -> Vec<&Value> {
    let items = items(collection).into_iter();
    items.filter(|item| item["request"].is_object()).collect()
}

/// A path with `{}` for each variable.
fn pattern<'a>(segments: impl Iterator<Item = &'a str>) -> String {
    let segments = segments.map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn the_collection_has_a_request_for_every_route() {
    let collection = collection();
    let requests = requests(&collection).into_iter().map(|item| {
        let request = &item["request"];
        let segments = request["url"]["path"].as_array().unwrap().iter();
        let path = pattern(segments.map(|segment| segment.as_str().unwrap()));
        format!("{} /{path}", request["method"].as_str().unwrap())
    });
    let requests: BTreeSet<_> = requests.collect();
    let document = read("openapi.json");
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let route = format!("{} {}", method.to_uppercase(), pattern(path.split('/')));
            assert!(requests.contains(&route), "the collection lacks {route}");
        }
    }
}

#[test]
fn the_collection_sends_every_attribute_of_an_app_client() {
    let collection = collection();
    let bodies = requests(&collection).into_iter().filter_map(|item| {
        let body = item["request"]["body"]["raw"].as_str()?;
        serde_json::from_str::<Value>(body).ok()
    });
    let sent: BTreeSet<_> = bodies
        .filter_map(|body| Some(body["data"]["attributes"].as_object()?.clone()))
        .flat_map(|attributes| attributes.into_iter().map(|(name, _)| name))
        .collect();
    let document = read("openapi.json");
    let attributes =
        &document["components"]["schemas"]["NewAppClient"]["properties"]["data"]["properties"];
    for name in attributes["attributes"]["properties"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(
            sent.contains(name),
            "no request of the collection sends {name}"
        );
    }
}

#[test]
fn everything_in_the_collection_has_a_description_and_every_request_a_test() {
    let collection = collection();
    for item in items(&collection) {
        let described = item.pointer("/request/description");
        let description = described.unwrap_or(&item["description"]);
        assert!(
            description.is_string(),
            "{} has no description",
            item["name"]
        );
    }
    for request in requests(&collection) {
        let mut events = request["event"].as_array().unwrap().iter();
        let has_test = events.any(|event| {
            event["listen"] == "test" && event["script"].to_string().contains("pm.test(")
        });
        assert!(has_test, "{} has no test", request["name"]);
    }
}

#[test]
fn the_environments_have_every_variable_and_no_secret() {
    let text = collection().to_string();
    let used = text.split("{{").skip(1);
    let used: BTreeSet<_> = used.map(|rest| rest.split("}}").next().unwrap()).collect();
    for name in ["local", "deployment"] {
        let environment = read(&format!("postman/{name}.postman_environment.json"));
        let variables = environment["values"].as_array().unwrap();
        for key in &used {
            let is_there = variables.iter().any(|variable| variable["key"] == **key);
            assert!(is_there, "{name} lacks {key}");
        }
        for variable in variables {
            let key = variable["key"].as_str().unwrap();
            if key.ends_with("Secret") || key.ends_with("Token") {
                assert_eq!(
                    (&variable["type"], &variable["value"]),
                    (&"secret".into(), &"".into()),
                    "{key}"
                );
            }
        }
    }
    // A client secret, and a JWT, which begins with `{"` in base64.
    let starts = ["lk_secret_", "eyJ"].into_iter();
    for rest in starts.flat_map(|start| text.split(start).skip(1)) {
        assert!(!rest.starts_with(char::is_alphanumeric), "{rest:.9}");
    }
}
