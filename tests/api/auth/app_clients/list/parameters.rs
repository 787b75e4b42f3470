//! Query parameters that are refused.

use serde_json::Value;

use super::is_refused;
use crate::auth::{Api, CLIENTS, refused};

/// A query of another format could have a secret where the name should be.
#[tokio::test]
async fn the_error_repeats_no_name_of_a_parameter_that_is_long_or_has_special_characters() {
    let api = Api::start().await;
    for name in [
        api.service.bootstrap.secret.as_str(),
        &"n".repeat(7_000),
        "a%20b",
        "%C3%A9",
    ] {
        let response = api.get(&format!("{CLIENTS}?{name}=1")).await;
        refused(response, 400, "invalid_parameter", Value::Null).await;
    }
}

#[tokio::test]
async fn a_page_size_below_one_is_refused() {
    let api = Api::start().await;
    for size in ["0", "-1"] {
        is_refused(&api, &format!("page[size]={size}"), "page[size]").await;
    }
}

#[tokio::test]
async fn a_page_size_above_100_is_refused() {
    let api = Api::start().await;
    for size in ["101", "256", "257", "99999999999999999999999"] {
        is_refused(&api, &format!("page[size]={size}"), "page[size]").await;
    }
}

#[tokio::test]
async fn a_page_size_that_is_not_a_number_is_refused() {
    let api = Api::start().await;
    for size in ["x", "", "2.0", "1e1", "0x10", "%2010"] {
        is_refused(&api, &format!("page[size]={size}"), "page[size]").await;
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_refused() {
    let api = Api::start().await;
    for name in [
        "x",
        "page",
        "page[number]",
        "Page[size]",
        "fields[auth/roles]",
    ] {
        is_refused(&api, &format!("{name}=1"), name).await;
    }
}

#[tokio::test]
async fn clients_cannot_include_other_resources() {
    is_refused(&Api::start().await, "include=auth/roles", "include").await;
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let api = Api::start().await;
    is_refused(&api, "page[size]=2&page%5Bsize%5D=2", "page[size]").await;
}

#[tokio::test]
async fn a_query_that_is_not_utf_8_is_refused() {
    let api = Api::start().await;
    let response = api.get(&format!("{CLIENTS}?page[size]=%ff")).await;
    assert_eq!(response.status(), 400);
    let error = tests::api_error(response).await;
    assert_eq!(error["code"], "invalid_parameter");
}

#[tokio::test]
async fn an_unknown_filter_is_refused_with_the_names_of_all() {
    let api = Api::start().await;
    for filter in [
        "filter",
        "filter[description]",
        "filter[Name]",
        "filter[createdAt]",
    ] {
        let detail = is_refused(&api, &format!("{filter}=x"), filter).await;
        for known in [
            "filter[name]",
            "filter[status]",
            "filter[role]",
            "filter[clientId]",
        ] {
            assert!(detail.contains(known), "{detail}");
        }
    }
}

#[tokio::test]
async fn a_filter_by_an_empty_name_or_one_that_is_too_long_is_refused() {
    let api = Api::start().await;
    is_refused(&api, "filter[name]=", "filter[name]").await;
    let long = "%C3%A9".repeat(256);
    let detail = is_refused(&api, &format!("filter[name]={long}"), "filter[name]").await;
    assert!(detail.contains("255 characters"), "{detail}");
}

#[tokio::test]
async fn a_filter_by_an_unknown_status_is_refused_with_the_values_of_all() {
    let api = Api::start().await;
    for status in ["", "Enabled", "deleted", "enabled,disabled"] {
        let detail = is_refused(&api, &format!("filter[status]={status}"), "filter[status]").await;
        assert!(detail.contains("\"enabled\" or \"disabled\""), "{detail}");
    }
}

#[tokio::test]
async fn a_filter_by_something_that_is_no_id_of_a_role_is_refused() {
    let api = Api::start().await;
    for role in ["", "Patient", "%00"] {
        is_refused(&api, &format!("filter[role]={role}"), "filter[role]").await;
    }
}

#[tokio::test]
async fn a_filter_by_something_that_is_no_client_id_is_refused() {
    let api = Api::start().await;
    for id in ["", "me", "x"] {
        is_refused(&api, &format!("filter[clientId]={id}"), "filter[clientId]").await;
    }
}

#[tokio::test]
async fn an_unknown_order_is_refused_with_the_values_of_all() {
    let api = Api::start().await;
    for order in [
        "",
        "Name",
        "+name",
        "--name",
        "updatedAt",
        "name,createdAt",
        "-",
    ] {
        let order = order.replace('+', "%2B");
        let detail = is_refused(&api, &format!("sort={order}"), "sort").await;
        assert!(
            detail.contains("createdAt, -createdAt, name, -name"),
            "{detail}"
        );
    }
}
