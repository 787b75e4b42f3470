//! Cursors of `page[after]`.

use tests::text;

use super::{five, ids, is_refused, list_of, named, page};
use crate::auth::{Api, CLIENTS};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn an_altered_cursor_is_refused() {
    let (api, _) = five().await;
    let first = page(&api, "/auth/app-clients?page[size]=2").await;
    let next = text(&first["links"]["next"]);
    let (before, cursor) = next.rsplit_once('=').unwrap();
    let query = before.split_once('?').unwrap().1;
    for place in 0..cursor.len() {
        let mut altered = cursor.as_bytes().to_vec();
        altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        is_refused(&api, &format!("{query}={altered}"), "page[after]").await;
    }
    let (_, tail) = cursor.split_at(1);
    let (start, _) = cursor.split_at(cursor.len() - 1);
    for altered in [tail, start] {
        is_refused(&api, &format!("{query}={altered}"), "page[after]").await;
    }
    is_refused(&api, &format!("{query}={cursor}A"), "page[after]").await;
    is_refused(&api, &format!("{query}={cursor}="), "page[after]").await;
}

#[tokio::test]
async fn an_empty_cursor_is_refused() {
    let api = Api::start().await;
    is_refused(&api, "page[after]=", "page[after]").await;
    is_refused(&api, "page[after]", "page[after]").await;
}

#[tokio::test]
async fn an_invalid_cursor_is_refused() {
    let api = Api::start().await;
    let id = ids(&page(&api, CLIENTS).await).concat();
    for cursor in ["x", "%00", "null", &id] {
        is_refused(&api, &format!("page[after]={cursor}"), "page[after]").await;
    }
}

/// A cursor of each order, with the order.
async fn cursors(api: &Api) -> Vec<(&'static str, String)> {
    let mut cursors = Vec::new();
    for order in ["createdAt", "-createdAt", "name", "-name"] {
        let list = list_of(&[("sort", order), ("page[size]", "1")]);
        let next = text(&page(api, &list).await["links"]["next"]);
        cursors.push((order, next.rsplit_once('=').unwrap().1.to_owned()));
    }
    cursors
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused() {
    let api = Api::start().await;
    api.client().await;
    for (order, cursor) in cursors(&api).await {
        for other in ["createdAt", "-createdAt", "name", "-name"] {
            let query = format!("sort={other}&page[after]={cursor}");
            if other == order {
                page(&api, &format!("{CLIENTS}?{query}")).await;
            } else {
                is_refused(&api, &query, "page[after]").await;
            }
        }
    }
}

#[tokio::test]
async fn an_altered_cursor_of_a_list_by_name_is_refused() {
    let api = Api::start().await;
    api.client().await;
    let (_, cursor) = cursors(&api).await.swap_remove(2);
    for place in (0..cursor.len()).step_by(3) {
        let mut altered = cursor.as_bytes().to_vec();
        altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        is_refused(
            &api,
            &format!("sort=name&page[after]={altered}"),
            "page[after]",
        )
        .await;
    }
}

/// DynamoDB would refuse it as a start outside of the query.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_cursor_of_names_with_another_start_is_refused() {
    let api = Api::start().await;
    for name in ["Alpha 1", "Alpha 2", "Beta"] {
        named(&api, name).await;
    }
    let list = list_of(&[("filter[name]", "alpha"), ("page[size]", "1")]);
    let next = text(&page(&api, &list).await["links"]["next"]);
    let cursor = next.rsplit_once('=').unwrap().1;
    is_refused(
        &api,
        &format!("filter[name]=beta&page[after]={cursor}"),
        "page[after]",
    )
    .await;
    // The start of a start is a longer list.
    page(
        &api,
        &format!("{CLIENTS}?filter[name]=al&page[after]={cursor}"),
    )
    .await;
}

#[tokio::test]
async fn a_list_of_one_client_has_no_cursor() {
    let api = Api::start().await;
    let client = api.client().await;
    let (_, cursor) = cursors(&api).await.swap_remove(0);
    let query = format!("filter[clientId]={}&page[after]={cursor}", client.id);
    is_refused(&api, &query, "page[after]").await;
}
