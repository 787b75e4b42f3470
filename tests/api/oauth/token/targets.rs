//! The target of a token: `audience`, and `resource` of RFC 8707.

use serde_json::{Value, json};
use tests::{Latchkey, Service};

use super::verification::part;
use super::{FORM, JSON, form_of, issued, json_of, post, refused};

/// The issuer, form-encoded.
fn encoded(issuer: &str) -> String {
    issuer.replace(':', "%3A").replace('/', "%2F")
}

async fn is_granted(more: impl FnOnce(&str) -> String) {
    let (latchkey, service) = Latchkey::start().await;
    let more = more(&encoded(&latchkey.issuer));
    let form = format!("{}&{more}", form_of(&service.bootstrap));
    issued(post(&service, FORM, form).await).await;
}

async fn is_refused(more: impl FnOnce(&str) -> String) {
    let (latchkey, service) = Latchkey::start().await;
    let more = more(&encoded(&latchkey.issuer));
    let form = format!("{}&{more}", form_of(&service.bootstrap));
    refused(post(&service, FORM, form).await, 400, "invalid_target").await;
}

async fn post_json(service: &Service, name: &str, value: Value) -> reqwest::Response {
    let mut document = json_of(&service.bootstrap);
    document[name] = value;
    post(service, JSON, document.to_string()).await
}

#[tokio::test]
async fn the_issuer_may_be_named_as_audience() {
    is_granted(|issuer| format!("audience={issuer}")).await;
}

#[tokio::test]
async fn the_issuer_may_be_named_as_resource() {
    is_granted(|issuer| format!("resource={issuer}")).await;
}

#[tokio::test]
async fn both_may_name_the_issuer() {
    is_granted(|issuer| format!("audience={issuer}&resource={issuer}")).await;
}

#[tokio::test]
async fn a_target_may_be_repeated() {
    is_granted(|issuer| {
        format!("audience={issuer}&audience={issuer}&resource={issuer}&resource={issuer}")
    })
    .await;
}

#[tokio::test]
async fn a_target_may_be_repeated_in_a_json_array() {
    let (latchkey, service) = Latchkey::start().await;
    for name in ["audience", "resource"] {
        let value = json!([latchkey.issuer, latchkey.issuer]);
        issued(post_json(&service, name, value).await).await;
        issued(post_json(&service, name, json!(latchkey.issuer)).await).await;
    }
}

#[tokio::test]
async fn an_unknown_audience_is_refused() {
    is_refused(|_| "audience=https%3A%2F%2Fapi.example.com".to_owned()).await;
}

#[tokio::test]
async fn an_unknown_resource_is_refused() {
    is_refused(|_| "resource=https%3A%2F%2Fapi.example.com".to_owned()).await;
}

#[tokio::test]
async fn a_target_that_is_almost_the_issuer_is_refused() {
    for more in [
        "%2F%2F", "%2Foauth", "%20", "%00", "%3F", "%3Fa", "%2F%3F", "%23", ".",
    ] {
        is_refused(|issuer| format!("audience={issuer}{more}")).await;
    }
    is_refused(|issuer| format!("audience=%20{issuer}")).await;
    is_refused(|issuer| format!("audience={}", issuer.replace("http", "ftp"))).await;
    let userinfo = |issuer: &str| issuer.replace("%3A%2F%2F", "%3A%2F%2Fa%40");
    is_refused(|issuer| format!("audience={}", userinfo(issuer))).await;
}

/// RFC 3986 §6.2.2.1 and §6.2.3.
#[tokio::test]
async fn an_equivalent_of_the_issuer_is_accepted_and_the_token_has_its_one_form() {
    let (latchkey, service) = Latchkey::start().await;
    let issuer = &latchkey.issuer;
    for equivalent in [
        format!("{issuer}/"),
        issuer.to_uppercase(),
        format!("{}/", issuer.to_uppercase()),
    ] {
        for name in ["audience", "resource"] {
            let token = issued(post_json(&service, name, json!(equivalent)).await).await;
            assert_eq!(part(&token, 1)["aud"], json!(issuer), "{equivalent}");
            let read = service.manage(&token, "GET", "/auth/roles", None).await;
            assert_eq!(read.status(), 200);
        }
        let both = json!([issuer, equivalent]);
        issued(post_json(&service, "resource", both).await).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn an_equivalent_of_another_default_audience_is_accepted() {
    for (audience, equivalents, others) in [
        (
            "https://api.example.com/",
            ["https://API.example.com", "https://api.example.com:443"],
            ["http://api.example.com/", "https://api.example.com:80/"],
        ),
        (
            "https://api.example.com/v1",
            [
                "HTTPS://api.example.com/v1",
                "https://api.example.com:443/v1",
            ],
            ["https://api.example.com/v1/", "https://api.example.com/V1"],
        ),
    ] {
        let (_latchkey, service) =
            Latchkey::start_with(|options| options.parameters.set("DefaultAudience", audience))
                .await;
        for equivalent in equivalents {
            let response = post_json(&service, "resource", json!(equivalent)).await;
            assert_eq!(part(&issued(response).await, 1)["aud"], json!(audience));
        }
        for other in others {
            let response = post_json(&service, "resource", json!(other)).await;
            refused(response, 400, "invalid_target").await;
        }
    }
}

#[tokio::test]
async fn two_audiences_are_refused() {
    is_refused(|issuer| format!("audience={issuer}&audience=https%3A%2F%2Fapi.example.com")).await;
}

#[tokio::test]
async fn two_resources_are_refused() {
    is_refused(|issuer| format!("resource=https%3A%2F%2Fapi.example.com&resource={issuer}")).await;
}

#[tokio::test]
async fn an_audience_and_another_resource_are_refused() {
    is_refused(|issuer| format!("audience={issuer}&resource=https%3A%2F%2Fapi.example.com")).await;
}

#[tokio::test]
async fn two_targets_in_a_json_array_are_refused() {
    let (latchkey, service) = Latchkey::start().await;
    for name in ["audience", "resource"] {
        let value = json!([latchkey.issuer, "https://api.example.com"]);
        refused(
            post_json(&service, name, value).await,
            400,
            "invalid_target",
        )
        .await;
    }
}

#[tokio::test]
async fn two_audiences_in_one_value_are_refused() {
    is_refused(|issuer| format!("audience={issuer}+{issuer}")).await;
    is_refused(|issuer| format!("audience={issuer}%2C{issuer}")).await;
}

#[tokio::test]
async fn a_relative_resource_is_refused() {
    for resource in [
        "%2Foauth",
        "127.0.0.1",
        "api",
        "%2F%2Fhost",
        "%3A%2F%2Fhost",
        "1a%3Ab",
    ] {
        is_refused(|_| format!("resource={resource}")).await;
    }
}

/// RFC 8707 §2: a resource "MUST NOT include a fragment component", even after a valid target.
#[tokio::test]
async fn a_resource_with_a_fragment_is_refused() {
    for fragment in ["%23", "%23a"] {
        is_refused(|issuer| format!("resource={issuer}{fragment}")).await;
    }
}

/// A default audience that is not a URI, or has a fragment, can be named only as `audience`.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_resource_that_is_not_a_uri_is_refused_even_if_it_is_the_audience() {
    for (audience, status) in [("orders", 400), ("urn:orders", 200), ("urn:orders#1", 400)] {
        let (_latchkey, service) =
            Latchkey::start_with(|options| options.parameters.set("DefaultAudience", audience))
                .await;
        issued(post_json(&service, "audience", json!(audience)).await).await;
        let response = post_json(&service, "resource", json!(audience)).await;
        assert_eq!(response.status(), status, "{audience}");
        if status == 400 {
            refused(response, 400, "invalid_target").await;
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn the_issuer_is_not_a_target_when_another_default_audience_is_set() {
    let (latchkey, service) = Latchkey::start_with(|options| {
        options
            .parameters
            .set("DefaultAudience", "https://api.example.com");
    })
    .await;
    let response = post_json(&service, "audience", json!(latchkey.issuer)).await;
    refused(response, 400, "invalid_target").await;
}

#[tokio::test]
async fn a_refused_target_uses_no_quota() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    for more in [
        "audience=x",
        "resource=urn%3Ax",
        "resource=%23",
        "audience=a&audience=b",
    ] {
        let form = format!("{}&{more}", form_of(&client.credentials));
        refused(post(&service, FORM, form).await, 400, "invalid_target").await;
    }
    issued(service.token(&client.credentials).await).await;
    let spent = service.token(&client.credentials).await;
    refused(spent, 429, "too_many_requests").await;
}

/// Promise 5: only an authenticated client learns whether a target exists.
#[tokio::test]
async fn an_unknown_client_does_not_learn_which_targets_exist() {
    let (_latchkey, service) = Latchkey::start().await;
    let mut credentials = service.bootstrap.clone();
    credentials.id = "0".repeat(32);
    let form = format!("{}&audience=x", form_of(&credentials));
    refused(post(&service, FORM, form).await, 401, "invalid_client").await;
}
