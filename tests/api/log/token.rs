//! `POST /oauth/token`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::aws::Break;
use tests::{Credentials, Latchkey, Service, text};

use super::members;

const UNKNOWN: &str = "00000000000000000000000000000000";

/// The log line of a token request. Asserts the status of the response.
async fn line_of(
    latchkey: &Latchkey,
    service: &Service,
    client: &Credentials,
    status: u16,
) -> Value {
    let _ = latchkey.lines.take();
    assert_eq!(service.token(client).await.status(), status);
    let line = latchkey.lines.take_one();
    assert_eq!(line["status"], status);
    line
}

fn with_secret(id: &str, secret: &str) -> Credentials {
    Credentials {
        id: id.to_owned(),
        secret: secret.to_owned(),
    }
}

#[tokio::test]
async fn a_token_has_one_line_with_its_client() {
    let (latchkey, service) = Latchkey::start().await;
    service.access_token(&service.bootstrap).await;
    let line = latchkey.lines.take_one();
    assert_eq!(line["route"], "POST /oauth/token");
    assert_eq!(line["status"], 200);
    assert_eq!(line["outcome"], "issued");
    assert_eq!(line["client_id"], service.bootstrap.id.as_str());
    assert_eq!(line["cold_start"], true);
    assert!(line["duration_ms"].is_number());
    let org = text(&line["org_id"]);
    assert_eq!(org.len(), 36, "{org}");
    assert!(text(&line["api_request_id"]).starts_with("local-"));
    assert_eq!(
        members(&line),
        [
            "ColdStarts",
            "Latency",
            "SigningKeyAge",
            "TokensIssued",
            "_aws",
            "api_request_id",
            "client_id",
            "cold_start",
            "duration_ms",
            "jti",
            "kid",
            "org_id",
            "outcome",
            "request_id",
            "route",
            "status"
        ]
    );
    service.access_token(&service.bootstrap).await;
    assert!(latchkey.lines.take_one().get("cold_start").is_none());
}

/// The JSON of a part of a token.
fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn the_line_of_a_token_has_its_jti_and_the_kid_of_its_key() {
    let (latchkey, service) = Latchkey::start().await;
    for _ in 0..2 {
        let token = service.access_token(&service.bootstrap).await;
        let line = latchkey.lines.take_one();
        assert_eq!(line["jti"], part(&token, 1)["jti"]);
        assert_eq!(line["kid"], part(&token, 0)["kid"]);
    }
}

#[tokio::test]
async fn a_line_without_a_token_has_no_jti() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    service.access_token(&client.credentials).await;
    let refused = line_of(&latchkey, &service, &client.credentials, 429).await;
    service.aws.break_always("UpdateItem", Break::InternalError);
    let failed = line_of(&latchkey, &service, &service.bootstrap, 503).await;
    for line in [refused, failed] {
        assert!(
            line.get("jti").is_none() && line.get("kid").is_none(),
            "{line}"
        );
    }
}

/// The cost of a token in `docs/operations.md` is calculated from the length of this line.
#[tokio::test]
async fn the_documented_line_has_the_members_and_the_length_of_a_real_one() {
    let (latchkey, service) = Latchkey::start().await;
    service.access_token(&service.bootstrap).await;
    latchkey.clock.advance(1);
    let _ = latchkey.lines.take();
    service.access_token(&service.bootstrap).await;
    let line = latchkey.lines.take_one();
    let documents = include_str!("../../../docs/logging.md");
    let example = documents.split("```").nth(1).unwrap().replace('\n', "");
    let documented: Value = serde_json::from_str(&example).unwrap();
    assert_eq!(members(&documented), members(&line));
    for id in ["route", "outcome", "client_id", "org_id", "jti", "kid"] {
        assert_eq!(text(&documented[id]).len(), text(&line[id]).len(), "{id}");
    }
    let length = format!("about {} bytes", example.len().div_ceil(10) * 10);
    assert!(documents.contains(&length), "{length}");
}

#[tokio::test]
async fn the_log_has_the_cause_of_a_401_that_the_response_hides() {
    let (latchkey, service) = Latchkey::start().await;
    let token = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let other = &service.bootstrap.secret;
    let lines = [
        (with_secret(UNKNOWN, other), "unknown_client"),
        (with_secret(&client.credentials.id, other), "wrong_secret"),
        (client.credentials.clone(), "disabled_client"),
    ];
    let disabled = json!({ "status": "disabled" });
    let mut all = std::collections::BTreeSet::new();
    for (credentials, cause) in lines {
        if cause == "disabled_client" {
            let response = service.patch(&token, &client.id, disabled.clone()).await;
            assert_eq!(response.status(), 200);
        }
        let line = line_of(&latchkey, &service, &credentials, 401).await;
        assert_eq!(line["outcome"], "refused");
        assert_eq!(line["error"], "invalid_client");
        assert_eq!(line["cause"], cause);
        assert_eq!(line["client_id"], credentials.id.as_str());
        // All lines have the same members, so writing them takes the same time.
        all.insert(members(&line).join(" "));
    }
    let ends = [Some(tests::BEGIN)];
    let expired = latchkey.table().set_secrets(&client, &ends).await;
    let line = line_of(&latchkey, &service, &expired[0], 401).await;
    assert_eq!(line["cause"], "expired_secret");
    all.insert(members(&line).join(" "));
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(line.get("org_id").is_none() && line["secret_id"].is_string());
}

#[tokio::test]
async fn a_malformed_client_id_is_not_in_the_log() {
    let (latchkey, service) = Latchkey::start().await;
    for id in ["admin", "1838682700234665b1f1-ad1d6ab26dcf", "%0a%22%7d"] {
        let client = with_secret(id, &service.bootstrap.secret);
        let line = line_of(&latchkey, &service, &client, 401).await;
        assert_eq!(line["cause"], "malformed_credentials");
        assert!(line.get("client_id").is_none());
    }
}

#[tokio::test]
async fn a_request_without_credentials_is_logged_with_its_cause() {
    let (latchkey, service) = Latchkey::start().await;
    let body = "grant_type=client_credentials";
    assert_eq!(service.form("/oauth/token", body).await.status(), 401);
    assert_eq!(latchkey.lines.take_one()["cause"], "no_credentials");
}

#[tokio::test]
async fn a_malformed_request_is_logged_with_its_cause() {
    let (latchkey, service) = Latchkey::start().await;
    assert_eq!(service.form("/oauth/token", "a=b").await.status(), 400);
    let line = latchkey.lines.take_one();
    assert_eq!(line["error"], "invalid_request");
    assert_eq!(line["cause"], "The grant_type parameter is missing.");
}

#[tokio::test]
async fn an_exceeded_quota_is_logged_with_its_client() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({ "tokenQuota": 1 })).await;
    service.access_token(&client.credentials).await;
    let line = line_of(&latchkey, &service, &client.credentials, 429).await;
    assert_eq!(line["outcome"], "refused");
    assert_eq!(line["error"], "too_many_requests");
    assert_eq!(line["client_id"], client.credentials.id.as_str());
}

#[tokio::test]
async fn a_fault_is_logged_with_the_call_and_its_error() {
    let (latchkey, service) = Latchkey::start().await;
    service.access_token(&service.bootstrap).await;
    service.aws.break_always("UpdateItem", Break::Throttled);
    let line = line_of(&latchkey, &service, &service.bootstrap, 503).await;
    assert_eq!(line["outcome"], "failed");
    assert_eq!(line["error"], "temporarily_unavailable");
    let cause = "DynamoDB UpdateItem failed: ProvisionedThroughputExceededException";
    assert_eq!(line["cause"], cause);
    assert_eq!(line["client_id"], service.bootstrap.id.as_str());
}

#[tokio::test]
async fn a_failed_read_of_the_key_set_is_logged_with_its_cause() {
    let (latchkey, service) = Latchkey::start().await;
    service.aws.break_always("GetItem", Break::InternalError);
    let path = "/.well-known/jwks.json";
    let response = service.request("GET", path).send().await.unwrap();
    assert_eq!(response.status(), 503);
    let line = latchkey.lines.take_one();
    assert_eq!(line["route"], format!("GET {path}"));
    assert_eq!(line["outcome"], "failed");
    assert_eq!(line["error"], "temporarily_unavailable");
    assert_eq!(
        line["cause"],
        "DynamoDB GetItem failed: InternalServerError"
    );
}

#[tokio::test]
async fn text_from_the_caller_is_not_in_the_log() {
    let (latchkey, service) = Latchkey::start().await;
    let word = "Wm9yZ2xvbg";
    let body = format!("grant_type={word}&scope={word}&audience={word}&client_id={word}&{word}=1");
    let request = service
        .request("POST", &format!("/oauth/token?{word}={word}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("user-agent", word)
        .header("x-forwarded-for", word)
        .header("x-amzn-requestid", word)
        .header("authorization", format!("Basic {word}"));
    request.body(body).send().await.unwrap();
    for (method, path) in [
        ("GET", "/auth/app-clients"),
        ("DELETE", "/auth/app-clients/Wm9yZ2xvbg"),
        ("GET", "/auth/roles?filter[name]=Wm9yZ2xvbg"),
    ] {
        let token = service.admin_token().await;
        service.manage(&token, method, path, None).await;
        service.manage(word, method, path, None).await;
    }
    let lines = latchkey.lines.take();
    assert_eq!(lines.len(), 10, "{lines:#?}");
    for line in lines {
        assert!(!line.to_string().contains(word), "{line}");
    }
}
