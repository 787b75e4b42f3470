//! Clients whose records cannot be read: they get no tokens, and are marked in the list of their
//! org.

use serde_json::{Value, json};
use tests::aws::Break;
use tests::{BEGIN, Client, body, text};

use super::is_a_server_error;
use crate::auth::{Api, CLIENTS, NO_CLIENT, client_path, first_secret, not_found};

/// An attribute of a record, and values of it that must not be guessed.
fn damages() -> Vec<(&'static str, Value)> {
    let role = |id: &str| json!({ "L": [{ "M": { "id": { "S": id }, "name": { "S": "x" } } }] });
    vec![
        ("status", json!({ "S": "suspended" })),
        ("status", Value::Null),
        ("secrets", json!({ "S": "x" })),
        (
            "secrets",
            json!({ "L": [{ "M": { "hash": { "S": "x" } } }] }),
        ),
        ("revision", json!({ "S": "x" })),
        ("roles", role("admin")),
        ("org", json!({ "S": "x" })),
        ("name", json!({ "N": "7" })),
        ("lifetime", json!({ "N": "-1" })),
        ("quota", json!({ "N": "1.5" })),
    ]
}

/// Damages a client's record. What the log shows of it is `damage`.
async fn damage(api: &Api, client: &Client) {
    let suspended = json!({ "S": "suspended" });
    let latchkey = &api.latchkey;
    latchkey.table().set(&client.id, "status", suspended).await;
}

const CAUSE: &str = "stored status cannot be read: it is damaged, or a newer version wrote it";

#[tokio::test]
async fn a_client_whose_record_cannot_be_read_gets_no_token() {
    for (attribute, value) in damages() {
        let api = Api::start().await;
        let client = api.client().await;
        api.latchkey.table().set(&client.id, attribute, value).await;
        let response = api.service.token(&client.credentials).await;
        let line = is_a_server_error(&api.latchkey, &response);
        assert_eq!(line["client_id"], client.credentials.id.as_str());
        let cause = text(&line["cause"]);
        assert!(
            cause.starts_with(&format!("stored {attribute} ")),
            "{cause}"
        );
    }
}

/// Release 0.1.0 has no other secret.
#[tokio::test]
async fn a_client_whose_only_hash_cannot_be_read_gets_no_token() {
    for value in [json!({ "S": "x" }), json!({ "B": "AAAA" }), Value::Null] {
        let api = Api::start().await;
        let client = api.client().await;
        let table = api.latchkey.table();
        table.set(&client.id, "secrets", Value::Null).await;
        table.set(&client.id, "secret", value).await;
        let response = api.service.token(&client.credentials).await;
        let line = is_a_server_error(&api.latchkey, &response);
        assert!(text(&line["cause"]).starts_with("stored secret "));
    }
}

#[tokio::test]
async fn a_request_of_a_caller_whose_record_cannot_be_read_is_logged_with_its_id() {
    for (attribute, value) in damages() {
        let api = Api::start().await;
        let client = api.client().await;
        let token = api.service.access_token(&client.credentials).await;
        api.latchkey.table().set(&client.id, attribute, value).await;
        let response = api.service.manage(&token, "GET", CLIENTS, None).await;
        let line = is_a_server_error(&api.latchkey, &response);
        assert_eq!(line["client_id"], client.credentials.id.as_str());
        assert_eq!(line["unreadable"], json!([client.id]));
    }
}

#[tokio::test]
async fn a_client_whose_record_cannot_be_read_is_neither_shown_nor_changed() {
    // Without its org, it does not exist for any caller.
    let damages = damages().into_iter();
    for (attribute, value) in damages.filter(|(attribute, _)| *attribute != "org") {
        let api = Api::start().await;
        let client = api.client().await;
        api.latchkey.table().set(&client.id, attribute, value).await;
        let before = api.latchkey.table().record(&client.id).await;
        let path = client_path(&client.id);
        let rotate = format!("{path}/rotate-secret");
        let secrets = format!("{path}/secrets");
        let data = json!({ "type": "auth/app-clients", "attributes": { "status": "enabled" } });
        for (method, path, document) in [
            ("GET", &path, None),
            ("PATCH", &path, Some(json!({ "data": data }))),
            ("POST", &rotate, None),
            ("GET", &secrets, None),
            ("POST", &secrets, None),
            (
                "DELETE",
                &format!("{secrets}/{}", first_secret(&client)),
                None,
            ),
        ] {
            let response = api.ask(method, path, document.as_ref()).await;
            let line = is_a_server_error(&api.latchkey, &response);
            assert_eq!(line["unreadable"], json!([client.id]), "{line}");
        }
        assert_eq!(api.latchkey.table().record(&client.id).await, before);
    }
}

#[tokio::test]
async fn a_client_that_becomes_unreadable_during_its_change_is_named_in_the_log() {
    let api = Api::start().await;
    let client = api.client().await;
    let aws = &api.service.aws;
    aws.calls();
    aws.break_always("TransactWriteItems", Break::ConditionFailed);
    let change = api.patch(&client.id, json!({ "name": "Renamed" }));
    let damaged = async {
        while !aws.calls().iter().any(|call| call == "TransactWriteItems") {
            tokio::task::yield_now().await;
        }
        damage(&api, &client).await;
    };
    let (response, ()) = tokio::join!(change, damaged);
    let line = is_a_server_error(&api.latchkey, &response);
    assert_eq!(line["unreadable"], json!([client.id]));
}

#[tokio::test]
async fn a_client_whose_record_cannot_be_read_can_be_deleted() {
    let api = Api::start().await;
    let client = api.client().await;
    damage(&api, &client).await;
    let deleted = api.ask("DELETE", &client_path(&client.id), None).await;
    assert_eq!(deleted.status(), 204);
    not_found(api.get(&client_path(&client.id)).await).await;
}

/// Its callers may be of another org, and a 500 would tell them that the client exists.
#[tokio::test]
async fn a_client_of_an_unreadable_org_looks_like_an_unknown_one_and_is_logged() {
    let api = Api::start().await;
    let client = api.client().await;
    let table = api.latchkey.table();
    table.set(&client.id, "org", json!({ "S": "x" })).await;
    let path = client_path(&client.id);
    let rotate = format!("{path}/rotate-secret");
    let secrets = format!("{path}/secrets");
    let data = json!({ "type": "auth/app-clients", "id": client.id, "attributes": {} });
    for (method, path, document) in [
        ("GET", &path, None),
        ("PATCH", &path, Some(json!({ "data": data }))),
        ("POST", &rotate, None),
        ("GET", &secrets, None),
        ("POST", &secrets, None),
        (
            "DELETE",
            &format!("{secrets}/{}", first_secret(&client)),
            None,
        ),
        ("DELETE", &path, None),
    ] {
        let _ = api.latchkey.lines.take();
        not_found(api.ask(method, path, document.as_ref()).await).await;
        let line = api.latchkey.lines.take_one();
        assert_eq!(line["outcome"], "refused");
        assert_eq!(line["error"], "not_found");
        assert_eq!(line["cause"], CAUSE.replace("status", "org"));
        assert_eq!(line["unreadable"], json!([client.id]));
    }
    assert!(table.record(&client.id).await.is_object());
}

/// Otherwise a 500 would tell that the client exists.
#[tokio::test]
async fn another_orgs_client_whose_record_cannot_be_read_looks_like_an_unknown_one() {
    let api = Api::start().await;
    let client = api.client().await;
    let org = json!({ "S": NO_CLIENT });
    api.latchkey.table().set(&client.id, "org", org).await;
    damage(&api, &client).await;
    let path = client_path(&client.id);
    not_found(api.get(&path).await).await;
    not_found(api.patch(&client.id, json!({ "name": "x" })).await).await;
    not_found(api.ask("DELETE", &path, None).await).await;
}

#[tokio::test]
async fn a_list_shows_the_other_clients_and_marks_the_unreadable_one() {
    let api = Api::start().await;
    let (before, broken, after) = (api.client().await, api.client().await, api.client().await);
    damage(&api, &broken).await;
    let _ = api.latchkey.lines.take();
    let response = api.get(CLIENTS).await;
    assert_eq!(response.status(), 200);
    let line = api.latchkey.lines.take_one();
    assert_eq!(line["outcome"], "done");
    assert_eq!(line["cause"], CAUSE);
    assert_eq!(line["unreadable"], json!([broken.id]));
    let page = body(response).await;
    let shown: Vec<_> = page["data"].as_array().unwrap().iter().collect();
    assert_eq!(shown.len(), 3, "bootstrap's client and two others");
    for client in [&before, &after] {
        assert!(shown.iter().any(|shown| shown["id"] == client.id.as_str()));
    }
    let marked = json!([{ "type": "auth/app-clients", "id": broken.id }]);
    assert_eq!(page["meta"], json!({ "unreadable": marked }));
}

/// The ids that each page shows, and those that it marks as unreadable.
async fn walk(api: &Api, size: usize) -> (Vec<String>, Vec<String>) {
    let (mut shown, mut marked) = (Vec::new(), Vec::new());
    let mut next = Some(format!("{CLIENTS}?page[size]={size}"));
    while let Some(path) = next {
        let response = api.get(&path).await;
        assert_eq!(response.status(), 200);
        let page = body(response).await;
        let none = Vec::new();
        let ids = |list: &Value| -> Vec<String> {
            let list = list.as_array().unwrap_or(&none).iter();
            list.map(|client| text(&client["id"])).collect()
        };
        let (clients, unreadable) = (ids(&page["data"]), ids(&page["meta"]["unreadable"]));
        assert!((1..=size).contains(&(clients.len() + unreadable.len())));
        shown.extend(clients);
        marked.extend(unreadable);
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    (shown, marked)
}

#[tokio::test]
async fn pages_of_every_size_pass_over_unreadable_clients() {
    let api = Api::start().await;
    let mut readable = walk(&api, 100).await.0;
    let mut unreadable = Vec::new();
    for number in 0..6 {
        api.latchkey.clock.advance(1);
        let client = api.client().await;
        if number % 3 == 0 {
            readable.push(client.id);
        } else {
            damage(&api, &client).await;
            unreadable.push(client.id);
        }
    }
    for size in 1..=7 {
        let (shown, marked) = walk(&api, size).await;
        assert_eq!((&shown, &marked), (&readable, &unreadable), "{size}");
    }
}

#[tokio::test]
async fn a_list_passes_over_items_that_are_no_clients() {
    let api = Api::start().await;
    let client = api.client().await;
    let record = api.latchkey.table().record(&client.id).await;
    for (number, listing) in [format!("{BEGIN:012}#x"), "~".to_owned()]
        .iter()
        .enumerate()
    {
        let item = json!({
            "pk": { "S": format!("OTHER#{number}") }, "sk": { "S": "RECORD" },
            "org": record["org"], "listing": { "S": listing },
        });
        api.latchkey.table().put(&item).await;
    }
    let (shown, marked) = walk_all(&api).await;
    assert_eq!((shown.len(), marked.len()), (2, 0));
}

/// The ids of the shown and of the unreadable clients on a page of the default size.
async fn walk_all(api: &Api) -> (Vec<Value>, Vec<Value>) {
    let page = body(api.get(CLIENTS).await).await;
    let list = |list: &Value| list.as_array().cloned().unwrap_or_default();
    (list(&page["data"]), list(&page["meta"]["unreadable"]))
}

#[tokio::test]
async fn a_log_line_names_ten_unreadable_clients_at_most() {
    let api = Api::start().await;
    for _ in 0..12 {
        damage(&api, &api.client().await).await;
    }
    let _ = api.latchkey.lines.take();
    let (_, marked) = walk_all(&api).await;
    assert_eq!(marked.len(), 12);
    let line = api.latchkey.lines.take_one();
    assert_eq!(line["unreadable"].as_array().unwrap().len(), 10);
    assert!(line.to_string().len() < 1_024, "{line}");
}
