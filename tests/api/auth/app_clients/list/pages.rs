//! Pages: JSON:API 1.1, pagination.

use serde_json::{Value, json};
use tests::aws::Break;
use tests::text;

use super::{five, ids, list_while, page, walk};
use crate::auth::{Api, CLIENTS, NO_CLIENT, client_path, in_a_list};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn pages_show_each_client_once_in_the_order_of_creation() {
    let (api, created) = five().await;
    let pages = walk(&api, "/auth/app-clients?page[size]=2").await;
    let lengths: Vec<_> = pages.iter().map(Vec::len).collect();
    assert_eq!(lengths, [2, 2, 2]);
    assert_eq!(pages.concat(), created);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn pages_of_every_size_show_the_same() {
    let (api, created) = five().await;
    for size in [1, 3, 4, 5, 6, 7, 100] {
        let pages = walk(&api, &format!("/auth/app-clients?page[size]={size}")).await;
        assert!(
            pages
                .iter()
                .all(|page| page.len() <= size && !page.is_empty())
        );
        assert_eq!(pages.concat(), created, "{size}");
    }
}

#[tokio::test]
async fn clients_created_in_the_same_second_are_each_shown_once() {
    let api = Api::start().await;
    let mut created = ids(&page(&api, CLIENTS).await);
    for _ in 0..4 {
        created.push(api.client().await.id);
    }
    let mut shown = walk(&api, "/auth/app-clients?page[size]=1").await.concat();
    shown.sort();
    created.sort();
    assert_eq!(shown, created);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own org")]
async fn a_page_has_20_clients_by_default() {
    let api = Api::start().await;
    for _ in 0..20 {
        api.client().await;
    }
    let pages = walk(&api, CLIENTS).await;
    let lengths: Vec<_> = pages.iter().map(Vec::len).collect();
    assert_eq!(lengths, [20, 1]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn links_lead_to_the_first_and_the_next_page() {
    let (api, created) = five().await;
    let first = page(&api, "/auth/app-clients?page[size]=4").await;
    let next = page(&api, &text(&first["links"]["next"])).await;
    assert_eq!(ids(&next), created[4..]);
    // On the last page the link is present and null (JSON:API 1.1, pagination).
    assert_eq!(next["links"].get("next"), Some(&Value::Null));
    for some in [&first, &next] {
        let again = page(&api, &text(&some["links"]["first"])).await;
        assert_eq!(again, first);
    }
    // RFC 3986 §3.4: brackets in a query are encoded.
    let links = first["links"].to_string();
    assert!(!links.contains("page["), "{links}");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_list_shows_each_client_as_its_own_endpoint_does() {
    let (api, created) = five().await;
    let list = page(&api, CLIENTS).await;
    assert!(!list.to_string().contains("ecret"));
    for (client, id) in list["data"].as_array().unwrap().iter().zip(created) {
        assert_eq!(*client, in_a_list(api.shown(&id).await));
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_next_page_continues_after_a_client_deleted_meanwhile() {
    let (api, created) = five().await;
    let first = page(&api, "/auth/app-clients?page[size]=3").await;
    api.ask("DELETE", &client_path(&created[2]), None).await;
    let rest = walk(&api, &text(&first["links"]["next"])).await;
    assert_eq!(rest.concat(), created[3..]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_next_page_shows_a_client_created_meanwhile() {
    let (api, created) = five().await;
    let first = page(&api, "/auth/app-clients?page[size]=5").await;
    api.latchkey.clock.advance(1);
    let new = api.client().await;
    let rest = walk(&api, &text(&first["links"]["next"])).await;
    assert_eq!(rest.concat(), [created[5].clone(), new.id]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn an_update_does_not_change_the_order() {
    let (api, created) = five().await;
    api.latchkey.clock.advance(1);
    let changed = api.patch(&created[1], serde_json::json!({ "name": "Other" }));
    assert_eq!(changed.await.status(), 200);
    assert_eq!(ids(&page(&api, CLIENTS).await), created);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_client_that_was_changed_after_the_index_was_read_is_shown_as_it_is() {
    let (api, created) = five().await;
    let other = api.latchkey.instance().await;
    let changed = json!({ "data": {
        "type": "auth/app-clients", "id": created[2],
        "attributes": { "name": "Changed", "status": "disabled" }
    } });
    let page = list_while(&api, CLIENTS, async {
        let path = client_path(&created[2]);
        let response = other.manage(&api.admin, "PATCH", &path, Some(&changed));
        assert_eq!(response.await.status(), 200);
    });
    let page = page.await;
    assert_eq!(ids(&page), created);
    let shown = in_a_list(api.shown(&created[2]).await);
    assert_eq!(page["data"][2], shown);
    assert_eq!(page["data"][2]["attributes"]["status"], "disabled");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_client_that_was_deleted_after_the_index_was_read_is_left_out() {
    let (api, mut created) = five().await;
    let other = api.latchkey.instance().await;
    let deleted = created.remove(3);
    let page = list_while(&api, CLIENTS, async {
        let path = client_path(&deleted);
        let response = other.manage(&api.admin, "DELETE", &path, None);
        assert_eq!(response.await.status(), 204);
    });
    assert_eq!(ids(&page.await), created);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_record_of_another_org_is_left_out_whatever_the_index_says() {
    for org in [NO_CLIENT, "x"] {
        let (api, mut created) = five().await;
        let moved = created.remove(1);
        let page = list_while(&api, CLIENTS, async {
            let table = api.latchkey.table();
            table.set(&moved, "org", json!({ "S": org })).await;
        });
        let page = page.await;
        assert_eq!(ids(&page), created);
        assert_eq!(page.get("meta"), None);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn keys_that_dynamodb_did_not_process_are_read_again() {
    let (api, created) = five().await;
    let aws = &api.service.aws;
    aws.calls();
    aws.break_next("BatchGetItem", &[Break::Unprocessed; 3]);
    assert_eq!(ids(&page(&api, CLIENTS).await), created);
    let batches = ["BatchGetItem"; 4];
    assert_eq!(aws.calls(), [&["GetItem", "Query"][..], &batches].concat());
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn after_ten_reads_with_unprocessed_keys_a_list_gets_a_503() {
    let api = Api::start().await;
    page(&api, CLIENTS).await;
    let aws = &api.service.aws;
    aws.calls();
    aws.break_always("BatchGetItem", Break::Unprocessed);
    let response = api.get(CLIENTS).await;
    assert_eq!(response.status(), 503);
    let batches = ["BatchGetItem"; 10];
    assert_eq!(aws.calls(), [&["GetItem", "Query"][..], &batches].concat());
    let line = api.latchkey.lines.take().pop().unwrap();
    assert_eq!(
        line["cause"],
        "DynamoDB BatchGetItem failed: UnprocessedKeys"
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_page_without_entries_reads_no_records() {
    let (api, created) = five().await;
    let first = page(&api, "/auth/app-clients?page[size]=5").await;
    api.ask("DELETE", &client_path(&created[5]), None).await;
    let aws = &api.service.aws;
    aws.calls();
    let last = page(&api, &text(&first["links"]["next"])).await;
    assert_eq!((ids(&last), &last["links"]["next"]), (vec![], &Value::Null));
    assert_eq!(aws.calls(), ["GetItem", "Query"]);
}
