//! Bearer tokens at the management API (RFC 6750).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Response;
use serde_json::json;
use tests::{BEGIN, Latchkey};

use crate::auth::forge::part;
use crate::auth::{Api, client_path, header, refused};

async fn get_roles(api: &Api, token: &str) -> Response {
    api.service.manage(token, "GET", "/auth/roles", None).await
}

pub(crate) async fn is_accepted(api: &Api, token: &str) {
    assert_eq!(get_roles(api, token).await.status(), 200);
}

pub(crate) async fn is_rejected(api: &Api, token: &str) {
    let response = get_roles(api, token).await;
    let challenge = text_of(&response, "www-authenticate");
    assert!(challenge.starts_with("Bearer realm=\""), "{challenge}");
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    refused(response, 401, "invalid_token", header("Authorization")).await;
}

/// Without a token, the challenge has no error (RFC 6750 §3.1).
async fn is_challenged(response: Response) {
    let challenge = text_of(&response, "www-authenticate");
    assert!(challenge.starts_with("Bearer realm=\""), "{challenge}");
    assert!(!challenge.contains("error"), "{challenge}");
    refused(response, 401, "missing_token", header("Authorization")).await;
}

fn text_of(response: &Response, name: &str) -> String {
    response.headers()[name].to_str().unwrap().to_owned()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn tokens_of_every_algorithm_are_accepted() {
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let (_latchkey, service) =
            Latchkey::start_with(|options| options.parameters.set("SigningAlgorithm", algorithm))
                .await;
        let token = service.admin_token().await;
        assert_eq!(part(&token, 0)["alg"], algorithm);
        let response = service.manage(&token, "GET", "/auth/roles", None).await;
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
async fn the_scheme_name_is_case_insensitive() {
    let api = Api::start().await;
    let request = api.service.request("GET", "/auth/roles");
    let request = request.header("authorization", format!("bEARER {}", api.admin));
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_request_without_a_token_is_challenged() {
    let api = Api::start().await;
    let request = api.service.request("GET", "/auth/roles");
    is_challenged(request.send().await.unwrap()).await;
}

#[tokio::test]
async fn a_request_with_basic_credentials_is_challenged() {
    let api = Api::start().await;
    let bootstrap = &api.service.bootstrap;
    let request = api.service.request("GET", "/auth/roles");
    let request = request.basic_auth(&bootstrap.id, Some(&bootstrap.secret));
    is_challenged(request.send().await.unwrap()).await;
}

#[tokio::test]
async fn a_token_in_the_query_string_is_ignored() {
    let api = Api::start().await;
    let path = format!("/auth/roles?access_token={}", api.admin);
    let request = api.service.request("GET", &path);
    is_challenged(request.send().await.unwrap()).await;
}

#[tokio::test]
async fn two_tokens_in_one_request_are_rejected() {
    let api = Api::start().await;
    let request = api.service.request("GET", "/auth/roles");
    let request = request.bearer_auth(&api.admin).bearer_auth(&api.admin);
    let response = request.send().await.unwrap();
    refused(response, 401, "invalid_token", header("Authorization")).await;
}

#[tokio::test]
async fn garbage_is_rejected() {
    let api = Api::start().await;
    let two_parts = api.admin.rsplit_once('.').unwrap().0;
    for garbage in ["x", "..", "a.b.c", "e30.e30.", "e30.e30.e30", two_parts] {
        is_rejected(&api, garbage).await;
    }
}

#[tokio::test]
async fn a_client_secret_is_not_accepted_as_a_token() {
    let api = Api::start().await;
    let secret = api.service.bootstrap.secret.clone();
    is_rejected(&api, &secret).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_token_is_rejected_from_the_second_in_which_it_expires() {
    let api = Api::start().await;
    assert_eq!(part(&api.admin, 1)["exp"], BEGIN + 3_600);
    api.latchkey.clock.advance(3_599);
    is_accepted(&api, &api.admin).await;
    api.latchkey.clock.advance(1);
    is_rejected(&api, &api.admin).await;
}

#[tokio::test]
async fn a_token_with_another_signature_is_rejected() {
    let api = Api::start().await;
    let (input, signature) = api.admin.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[40] ^= 1;
    let signature = URL_SAFE_NO_PAD.encode(signature);
    is_rejected(&api, &format!("{input}.{signature}")).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second deployment")]
async fn a_token_of_another_deployment_is_rejected() {
    let (api, other) = (Api::start().await, Api::start().await);
    is_rejected(&api, &other.admin).await;
}

#[tokio::test]
async fn a_token_of_a_disabled_client_is_rejected_until_the_client_is_enabled() {
    let api = Api::start().await;
    let client = api.client().await;
    let token = api.service.access_token(&client.credentials).await;
    is_accepted(&api, &token).await;
    for (status, accepted) in [("disabled", false), ("enabled", true)] {
        let changed = api.patch(&client.id, json!({ "status": status })).await;
        assert_eq!(changed.status(), 200);
        if accepted {
            is_accepted(&api, &token).await;
        } else {
            is_rejected(&api, &token).await;
        }
    }
}

#[tokio::test]
async fn a_token_of_a_deleted_client_is_rejected() {
    let api = Api::start().await;
    let client = api.client().await;
    let token = api.service.access_token(&client.credentials).await;
    is_accepted(&api, &token).await;
    let deleted = api.ask("DELETE", &client_path(&client.id), None).await;
    assert_eq!(deleted.status(), 204);
    is_rejected(&api, &token).await;
}

#[tokio::test]
async fn unauthenticated_requests_do_not_reveal_resources() {
    let api = Api::start().await;
    let client = api.client().await;
    let ask = async |id: &str| {
        let path = client_path(id);
        let response = api.service.manage("x", "GET", &path, None).await;
        assert_eq!(response.status(), 401);
        response.text().await.unwrap()
    };
    assert_eq!(ask(&client.id).await, ask(crate::auth::NO_CLIENT).await);
}
