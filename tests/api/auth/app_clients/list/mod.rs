//! `GET /auth/app-clients`

mod cursors;
mod filters;
mod limits;
mod name_keys;
mod pages;
mod parameters;
mod scale;
mod sorting;

use serde_json::{Value, json};
use tests::aws::Break;
use tests::{body, text};

use crate::auth::{Api, CLIENTS, parameter, refused};

pub(super) async fn page(api: &Api, path: &str) -> Value {
    let response = api.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    body(response).await
}

pub(super) fn ids(page: &Value) -> Vec<String> {
    let clients = page["data"].as_array().unwrap().iter();
    clients.map(|client| text(&client["id"])).collect()
}

/// A deployment with the bootstrap client and five more, and the ids of all, oldest first.
pub(super) async fn five() -> (Api, Vec<String>) {
    let api = Api::start().await;
    let mut created = ids(&page(&api, CLIENTS).await);
    for _ in 0..5 {
        api.latchkey.clock.advance(1);
        created.push(api.client().await.id);
    }
    (api, created)
}

/// The ids on this page and on each later one.
pub(super) async fn walk(api: &Api, first: &str) -> Vec<Vec<String>> {
    let (mut pages, mut next) = (Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let page = page(api, &path).await;
        next = page["links"]["next"].as_str().map(str::to_owned);
        pages.push(ids(&page));
        assert!(pages.len() < 100);
    }
    pages
}

/// The names on every page, in order.
pub(super) async fn names(api: &Api, path: &str) -> Vec<String> {
    let (mut names, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let page = page(api, &path).await;
        next = page["links"]["next"].as_str().map(str::to_owned);
        let clients = page["data"].as_array().unwrap().iter();
        names.extend(clients.map(|client| text(&client["attributes"]["name"])));
    }
    names
}

/// Creates a client with this name, a second after the one before, and returns its id.
pub(super) async fn named(api: &Api, name: &str) -> String {
    api.latchkey.clock.advance(1);
    api.client_with("Patient", json!({ "name": name })).await.id
}

/// The path of a list with these parameters.
pub(super) fn list_of(parameters: &[(&str, &str)]) -> String {
    let url = reqwest::Url::parse_with_params("http://x", parameters).unwrap();
    format!("{CLIENTS}?{}", url.query().unwrap_or_default())
}

/// Asserts that a list with this query is refused for a parameter; returns the detail of the error.
pub(super) async fn is_refused(api: &Api, query: &str, name: &str) -> String {
    let path = format!("{CLIENTS}?{query}");
    refused(
        api.get(&path).await,
        400,
        "invalid_parameter",
        parameter(name),
    )
    .await;
    let error = tests::api_error(api.get(&path).await).await;
    text(&error["detail"])
}

/// Gets a page. `meanwhile` runs after the index was read, and before the records are.
pub(super) async fn list_while(
    api: &Api,
    path: &str,
    meanwhile: impl Future<Output = ()>,
) -> Value {
    let aws = &api.service.aws;
    aws.calls();
    aws.break_always("BatchGetItem", Break::Unprocessed);
    let meanwhile = async {
        while !aws.calls().iter().any(|call| call == "BatchGetItem") {
            tokio::task::yield_now().await;
        }
        meanwhile.await;
        aws.recover();
    };
    let (page, ()) = tokio::join!(page(api, path), meanwhile);
    page
}

/// Puts clients of the first client's org into the table, past the functions, after those that were
/// created. `change` gets the number and the record of each. Returns the ids.
pub(super) async fn put_clients(
    api: &Api,
    count: u32,
    change: impl Fn(u32, &mut Value),
) -> Vec<String> {
    let first = ids(&page(api, CLIENTS).await).swap_remove(0);
    let (table, mut ids) = (api.latchkey.table(), Vec::new());
    let mut record = table.record(&first).await;
    for number in 0..count {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let listing = format!("{:012}#{id}", tests::BEGIN + 1_000 + u64::from(number));
        let name = format!("Client {number:06}");
        record["pk"]["S"] = format!("CLIENT#{id}").into();
        record["name_listing"]["S"] = format!("{}\t{listing}", name.to_lowercase()).into();
        record["name"]["S"] = name.into();
        record["listing"]["S"] = listing.into();
        let mut record = record.clone();
        change(number, &mut record);
        table.put(&record).await;
        ids.push(id);
    }
    ids
}
