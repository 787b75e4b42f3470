//! How much of a list one request reads.

use serde_json::{Value, json};
use tests::aws::Break;
use tests::text;

use super::{ids, list_of, page, put_clients, walk};
use crate::auth::{Api, CLIENTS};

fn disable(record: &mut Value) {
    record["status"]["S"] = "disabled".into();
}

/// The calls of a warm request that reads so many parts of the list.
fn calls(parts: usize) -> Vec<&'static str> {
    [vec!["GetItem"], ["Query", "BatchGetItem"].repeat(parts)].concat()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_filter_without_an_index_looks_at_1000_clients_a_request() {
    let api = Api::start().await;
    let ids_ = put_clients(&api, 1_050, |number, record| {
        if number == 1_049 {
            disable(record);
        }
    });
    let last = ids_.await.pop().unwrap();
    let aws = &api.service.aws;
    for parameters in [
        vec![("filter[status]", "disabled")],
        vec![("filter[status]", "disabled"), ("filter[name]", "c")],
        vec![("filter[name]", "client 001049"), ("sort", "createdAt")],
    ] {
        for (size, parts) in [("20", 11), ("100", 10)] {
            let list = list_of(&[&parameters[..], &[("page[size]", size)]].concat());
            aws.calls();
            let first = page(&api, &list).await;
            assert_eq!(first["data"], json!([]), "a short page");
            assert_eq!(aws.calls(), calls(parts));
            let second = page(&api, &text(&first["links"]["next"])).await;
            assert_eq!(ids(&second), [last.as_str()]);
            assert_eq!(second["links"]["next"], Value::Null);
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_request_reads_no_further_than_its_page_needs() {
    let api = Api::start().await;
    let clients = put_clients(&api, 250, |number, record| {
        if number % 5 == 0 {
            disable(record);
        }
    });
    let disabled: Vec<_> = clients.await.into_iter().step_by(5).collect();
    let aws = &api.service.aws;
    aws.calls();
    for (size, parts) in [("1", 2), ("10", 2), ("30", 3), ("49", 3), ("50", 3)] {
        let list = list_of(&[("filter[status]", "disabled"), ("page[size]", size)]);
        let first = page(&api, &list).await;
        assert_eq!(aws.calls(), calls(parts), "{size}");
        assert_eq!(ids(&first), disabled[..size.parse().unwrap()]);
        assert_eq!(walk(&api, &list).await.concat(), disabled, "{size}");
        aws.calls();
    }
    for parameters in [
        ("sort", "name"),
        ("filter[name]", "client"),
        ("sort", "-createdAt"),
    ] {
        page(&api, &list_of(&[parameters, ("page[size]", "100")])).await;
        assert_eq!(aws.calls(), calls(1), "{parameters:?}");
    }
}

/// It stops after a megabyte, and says where. No part of the list is as long, so the test shortens
/// the reads.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_list_continues_where_dynamodb_stops() {
    let api = Api::start().await;
    let mut all = ids(&page(&api, CLIENTS).await);
    all.extend(put_clients(&api, 14, |_, _| {}).await);
    let aws = &api.service.aws;
    aws.break_always("Query", Break::Shortened);
    for order in ["createdAt", "-createdAt", "name", "-name"] {
        for size in ["1", "4", "100"] {
            let list = list_of(&[("sort", order), ("page[size]", size)]);
            let pages = walk(&api, &list).await;
            let lengths: Vec<_> = pages.iter().map(Vec::len).collect();
            // The limit on parts ends a page too.
            let expected = match size {
                "1" => vec![1; 15],
                "4" => vec![4, 4, 4, 3],
                _ => vec![11, 4],
            };
            assert!(lengths.starts_with(&expected), "{lengths:?}");
            let mut shown = pages.concat();
            if order.starts_with('-') {
                shown.reverse();
            }
            assert_eq!(shown, all, "{order} {size}");
        }
    }
}
