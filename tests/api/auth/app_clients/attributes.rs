//! The valid and invalid values of each attribute, in create, update and replace.

use reqwest::Response;
use serde_json::{Value, json};
use tests::body;

use crate::auth::{Api, client_path, pointer, refused};

/// Sends an attribute to create, to update and to replace a client.
async fn send(api: &Api, name: &str, value: &Value) -> [Response; 3] {
    let client = api.client().await;
    let document = api.new_client(json!({ name: value })).await;
    [
        api.create(&document).await,
        api.patch(&client.id, json!({ name: value })).await,
        api.ask("PUT", &client_path(&client.id), Some(&document))
            .await,
    ]
}

async fn is_accepted(name: &str, value: Value) {
    let api = Api::start().await;
    for response in send(&api, name, &value).await {
        assert!(response.status().is_success(), "{name} {value}");
        let resource = body(response).await["data"].take();
        assert_eq!(resource["attributes"][name], value);
        let id = resource["id"].as_str().unwrap();
        assert_eq!(api.shown(id).await["attributes"][name], value);
    }
}

async fn is_refused(name: &str, value: Value) {
    let api = Api::start().await;
    for response in send(&api, name, &value).await {
        let source = pointer(&format!("/data/attributes/{name}"));
        refused(response, 422, "invalid_value", source).await;
    }
    let clients = api.all_clients().await;
    // The bootstrap client and the client to update.
    assert_eq!(clients.len(), 2);
    assert!(
        clients
            .iter()
            .all(|client| client["attributes"][name] != value)
    );
}

#[tokio::test]
async fn a_name_has_up_to_255_characters_of_any_script() {
    is_accepted("name", json!("x")).await;
    is_accepted("name", json!("é".repeat(255))).await;
    is_accepted("name", json!("Zambda ⚕ \"nightly\" <b> \u{1f680}")).await;
}

/// RFC 5892 A.1, A.2 and UTS 51: joiners, variants and flags are text where they change what is seen.
#[tokio::test]
async fn a_name_may_have_joiners_between_letters_and_between_emoji() {
    for name in [
        "👨\u{200d}👩\u{200d}👧\u{200d}👦 family",
        "🏳\u{fe0f}\u{200d}🌈",
        "می\u{200c}خواهم",
        "ශ්\u{200d}රී ලංකා",
        "क्\u{200d}ष",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "辻\u{e0101}",
    ] {
        is_accepted("name", json!(name)).await;
    }
}

#[tokio::test]
async fn a_name_of_blanks_or_invisible_characters_is_refused() {
    for name in [
        "\u{3164}",
        "\u{2800}",
        "\u{ad}",
        "\u{e0041}",
        "\u{fe0f}",
        "\u{180e}",
        "\u{200b} ",
    ] {
        is_refused("name", json!(name)).await;
    }
}

#[tokio::test]
async fn a_name_with_an_invisible_character_is_refused() {
    for name in [
        "Night\u{ad}ly",
        "Night\u{61c}ly",
        "Night\u{200d}ly",
        "Night\u{202e}ly",
        "Nightly\u{e0041}",
        "Nightly\u{fe0f}",
    ] {
        is_refused("name", json!(name)).await;
    }
}

#[tokio::test]
async fn a_name_of_256_characters_is_refused() {
    is_refused("name", json!("x".repeat(256))).await;
}

#[tokio::test]
async fn an_empty_name_is_refused() {
    is_refused("name", json!("")).await;
}

#[tokio::test]
async fn a_blank_name_is_refused() {
    is_refused("name", json!(" \u{a0} ")).await;
}

#[tokio::test]
async fn a_name_with_a_control_character_is_refused() {
    for name in ["a\0b", "a\nb", "a\u{1b}[31m", "\u{7f}"] {
        is_refused("name", json!(name)).await;
    }
}

#[tokio::test]
async fn a_name_that_is_not_a_string_is_refused() {
    for name in [json!(null), json!(7), json!(["x"]), json!({ "x": "y" })] {
        is_refused("name", name).await;
    }
}

#[tokio::test]
async fn a_description_has_up_to_1000_characters_and_line_breaks() {
    is_accepted("description", json!("")).await;
    is_accepted("description", json!("⚕".repeat(1_000))).await;
    is_accepted("description", json!("one\r\n\ttwo")).await;
}

#[tokio::test]
async fn a_description_of_1001_characters_is_refused() {
    is_refused("description", json!("x".repeat(1_001))).await;
}

#[tokio::test]
async fn a_description_with_a_control_character_is_refused() {
    is_refused("description", json!("a\0b")).await;
}

#[tokio::test]
async fn a_status_is_enabled_or_disabled() {
    is_accepted("status", json!("enabled")).await;
    is_accepted("status", json!("disabled")).await;
}

#[tokio::test]
async fn an_unknown_status_is_refused() {
    for status in ["ENABLED", "active", ""] {
        is_refused("status", json!(status)).await;
    }
}

#[tokio::test]
async fn a_status_that_is_not_a_string_is_refused() {
    is_refused("status", json!(true)).await;
}

#[tokio::test]
async fn a_lifetime_is_between_a_minute_and_a_day() {
    is_accepted("accessTokenLifetime", json!(60)).await;
    is_accepted("accessTokenLifetime", json!(86_400)).await;
}

#[tokio::test]
async fn a_lifetime_of_less_than_a_minute_is_refused() {
    for lifetime in [json!(59), json!(0), json!(-60)] {
        is_refused("accessTokenLifetime", lifetime).await;
    }
}

#[tokio::test]
async fn a_lifetime_of_more_than_a_day_is_refused() {
    for lifetime in [json!(86_401), json!(u64::MAX), json!(4_294_967_356_u64)] {
        is_refused("accessTokenLifetime", lifetime).await;
    }
}

#[tokio::test]
async fn a_lifetime_that_is_a_string_is_refused() {
    is_refused("accessTokenLifetime", json!("3600")).await;
}

#[tokio::test]
async fn a_lifetime_with_a_fraction_is_refused() {
    is_refused("accessTokenLifetime", json!(3600.5)).await;
    is_refused("accessTokenLifetime", json!(1e300)).await;
}

#[tokio::test]
async fn a_quota_is_between_one_and_a_million() {
    is_accepted("tokenQuota", json!(1)).await;
    is_accepted("tokenQuota", json!(1_000_000)).await;
}

#[tokio::test]
async fn a_quota_of_zero_is_refused() {
    is_refused("tokenQuota", json!(0)).await;
}

#[tokio::test]
async fn a_quota_of_more_than_a_million_is_refused() {
    is_refused("tokenQuota", json!(1_000_001)).await;
    is_refused("tokenQuota", json!(4_294_967_297_u64)).await;
}

#[tokio::test]
async fn a_quota_that_is_not_a_number_is_refused() {
    for quota in [json!("200"), json!([200]), json!(false)] {
        is_refused("tokenQuota", quota).await;
    }
}

#[tokio::test]
async fn an_unknown_attribute_is_refused() {
    let api = Api::start().await;
    for name in ["client_secret", "Name", "token_quota", "org", ""] {
        for response in send(&api, name, &json!("x")).await {
            let source = pointer(&format!("/data/attributes/{name}"));
            refused(response, 400, "unknown", source).await;
        }
    }
}

#[tokio::test]
async fn the_pointer_to_an_unknown_attribute_is_escaped() {
    let api = Api::start().await;
    for response in send(&api, "a/b~c", &json!(1)).await {
        let source = pointer("/data/attributes/a~1b~0c");
        refused(response, 400, "unknown", source).await;
    }
}

/// A document of another format could have a secret where the name should be.
#[tokio::test]
async fn the_error_repeats_no_name_of_an_attribute_that_is_long_or_has_special_characters() {
    let api = Api::start().await;
    let secret = api.service.bootstrap.secret.clone();
    for name in [secret.as_str(), &"~".repeat(60_000), "a b", "\u{e9}"] {
        for response in send(&api, name, &json!(1)).await {
            refused(response, 400, "unknown", pointer("/data/attributes")).await;
        }
    }
}

/// JSON:API 1.1, `@`-members: an `@`-member in an attributes object is not an attribute.
#[tokio::test]
async fn a_member_that_starts_with_an_at_sign_is_not_an_attribute() {
    let api = Api::start().await;
    for response in send(&api, "@context", &json!("https://schema.org")).await {
        assert!(response.status().is_success(), "{}", response.status());
    }
}

#[tokio::test]
async fn all_errors_are_reported_at_once() {
    let api = Api::start().await;
    let client = api.client().await;
    let wrong = json!({ "name": "", "tokenQuota": 0 });
    let document = api.new_client(wrong.clone()).await;
    for response in [
        api.create(&document).await,
        api.patch(&client.id, wrong).await,
        api.ask("PUT", &client_path(&client.id), Some(&document))
            .await,
    ] {
        assert_eq!(response.status(), 422);
        let errors = body(response).await;
        assert!(errors.get("data").is_none());
        let errors = errors["errors"].as_array().unwrap();
        let mut places: Vec<_> = errors.iter().map(|error| &error["source"]).collect();
        places.sort_by_key(|place| place.to_string());
        assert_eq!(
            places,
            [
                &pointer("/data/attributes/name"),
                &pointer("/data/attributes/tokenQuota")
            ]
        );
        assert!(errors.iter().all(|error| error["status"] == "422"));
    }
}

#[tokio::test]
async fn errors_with_different_statuses_get_400() {
    let api = Api::start().await;
    let client = api.client().await;
    let wrong = json!({ "status": "x", "unknown": 1 });
    let document = api.new_client(wrong.clone()).await;
    for response in [
        api.create(&document).await,
        api.patch(&client.id, wrong).await,
        api.ask("PUT", &client_path(&client.id), Some(&document))
            .await,
    ] {
        assert_eq!(response.status(), 400);
        let errors = body(response).await;
        let statuses = errors["errors"].as_array().unwrap().iter();
        let mut statuses: Vec<_> = statuses.map(|error| &error["status"]).collect();
        statuses.sort_by_key(|status| status.to_string());
        assert_eq!(statuses, ["400", "422"]);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn errors_follow_the_order_of_the_table_and_the_first_is_logged() {
    let api = Api::start().await;
    let client = api.client().await;
    let mut document = api
        .new_client(json!({ "tokenQuota": 0, "colour": 1 }))
        .await;
    let attributes = document["data"]["attributes"].as_object_mut().unwrap();
    attributes.remove("name");
    attributes.remove("type");
    let wrong = json!({ "createdAt": 1, "tokenQuota": 0, "clientId": "x", "colour": 1 });
    let _ = api.latchkey.lines.take();
    for (response, codes) in [
        (
            api.create(&document).await,
            ["missing", "missing", "invalid_value", "unknown"],
        ),
        (
            api.patch(&client.id, wrong).await,
            ["read_only", "invalid_value", "read_only", "unknown"],
        ),
    ] {
        assert_eq!(response.status(), 400);
        let errors = body(response).await;
        let errors = errors["errors"].as_array().unwrap().iter();
        assert_eq!(
            errors.map(|error| &error["code"]).collect::<Vec<_>>(),
            codes
        );
    }
    let lines = api.latchkey.lines.take();
    let logged = lines.iter().map(|line| &line["error"]);
    assert_eq!(logged.collect::<Vec<_>>(), ["missing", "read_only"]);
}

#[tokio::test]
async fn invalid_attributes_are_reported_before_a_role_is_looked_up() {
    let api = Api::start().await;
    let client = api.client().await;
    let mut document = api.new_client(json!({ "tokenQuota": 0 })).await;
    let role = "/data/relationships/auth~1roles/data/id";
    *document.pointer_mut(role).unwrap() = json!(crate::auth::NO_ROLE);
    let created = api.create(&document).await;
    refused(
        created,
        422,
        "invalid_value",
        pointer("/data/attributes/tokenQuota"),
    )
    .await;
    document["data"]["id"] = json!(client.id);
    let path = client_path(&client.id);
    let changed = api.ask("PATCH", &path, Some(&document)).await;
    refused(
        changed,
        422,
        "invalid_value",
        pointer("/data/attributes/tokenQuota"),
    )
    .await;
}
