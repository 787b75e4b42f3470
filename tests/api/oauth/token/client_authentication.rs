//! Client authentication (RFC 6749 §2.3, §3.2.1; RFC 7617): every failure, and that no response
//! reveals its cause.

use std::collections::BTreeMap;

use reqwest::Response;
use serde_json::json;
use tests::{Credentials, Latchkey, Service};

use super::verification::part;
use super::{
    FORM, JSON, PATH, basic, described, form_of, issued, json_of, post, post_with, refused,
};

pub(super) const GRANT: &str = "grant_type=client_credentials";
pub(super) const ASSERTION: &str = "client_assertion_type=\
    urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=a.b.c";

/// A response without its date and the gateway's request id.
pub(super) async fn bytes(response: Response) -> (u16, BTreeMap<String, Vec<u8>>, Vec<u8>) {
    let status = response.status().as_u16();
    let headers = response.headers().iter();
    let headers = headers
        .filter(|(name, _)| *name != "date" && *name != "apigw-requestid")
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect();
    (status, headers, response.bytes().await.unwrap().to_vec())
}

async fn posted(form: &str) -> (Service, Response) {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form
        .replace("{id}", &service.bootstrap.id)
        .replace("{secret}", &service.bootstrap.secret);
    let response = post(&service, FORM, form).await;
    (service, response)
}

#[tokio::test]
async fn a_request_without_credentials_is_challenged() {
    let (_service, response) = posted(GRANT).await;
    refused(response, 401, "invalid_client").await;
}

#[tokio::test]
async fn an_id_without_a_secret_is_refused() {
    let (_service, response) = posted(&format!("{GRANT}&client_id={{id}}")).await;
    refused(response, 401, "invalid_client").await;
}

#[tokio::test]
async fn an_id_with_an_empty_secret_is_refused() {
    let form = format!("{GRANT}&client_id={{id}}&client_secret=");
    let (_service, response) = posted(&form).await;
    refused(response, 401, "invalid_client").await;
}

#[tokio::test]
async fn a_secret_without_an_id_is_refused() {
    let (_service, response) = posted(&format!("{GRANT}&client_secret={{secret}}")).await;
    refused(response, 401, "invalid_client").await;
}

#[tokio::test]
async fn a_secret_with_an_empty_id_is_refused() {
    let form = format!("{GRANT}&client_id=&client_secret={{secret}}");
    let (_service, response) = posted(&form).await;
    refused(response, 401, "invalid_client").await;
}

#[tokio::test]
async fn an_unknown_client_a_wrong_secret_and_a_disabled_client_get_the_same_bytes() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let disabled = service.new_client(json!({})).await;
    let change = json!({ "status": "disabled" });
    assert_eq!(
        service.patch(&admin, &disabled.id, change).await.status(),
        200
    );
    let deleted = service.new_client(json!({})).await;
    let path = format!("/auth/app-clients/{}", deleted.id);
    let answer = service.manage(&admin, "DELETE", &path, None).await;
    assert_eq!(answer.status(), 204);

    let good = &client.credentials;
    let with = |id: &str, secret: &str| Credentials {
        id: id.to_owned(),
        secret: secret.to_owned(),
    };
    let mut typo = good.secret.clone();
    let last = typo.pop().unwrap();
    typo.push(if last == 'a' { 'b' } else { 'a' });
    let all = [
        with(&good.id, &service.bootstrap.secret),
        with(&"0".repeat(32), &good.secret),
        disabled.credentials.clone(),
        deleted.credentials,
        with(&good.id, &typo),
        with(&good.id, "x"),
        with("no-client", &good.secret),
        with(crate::auth::NO_CLIENT, &good.secret),
        with(&"F".repeat(32), &good.secret),
        with(&disabled.id.to_uppercase(), &disabled.credentials.secret),
        with(&client.id, &service.bootstrap.secret),
        with(&client.id.replace('-', "_"), &good.secret),
    ];

    let expected = bytes(service.token(&all[0]).await).await;
    assert_eq!(expected.0, 401);
    for credentials in &all {
        let (id, secret) = (&credentials.id, &credentials.secret);
        assert_eq!(
            bytes(service.token(credentials).await).await,
            expected,
            "{id}"
        );
        let document = json_of(credentials).to_string();
        assert_eq!(
            bytes(post(&service, JSON, document).await).await,
            expected,
            "{id}"
        );
        let header = basic(id, secret);
        assert_eq!(
            bytes(post_with(&service, &header, GRANT).await).await,
            expected,
            "{id}"
        );
    }
    refused(service.token(&all[0]).await, 401, "invalid_client").await;
    issued(service.token(good).await).await;
}

/// RFC 9562 §4: a UUID is case-insensitive on input. The `id` is the same UUID with hyphens.
#[tokio::test]
async fn every_spelling_of_the_client_id_is_accepted_and_the_token_has_its_one_form() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let Credentials { id, secret } = &client.credentials;
    let spellings = [
        id.to_uppercase(),
        client.id.clone(),
        client.id.to_uppercase(),
    ];
    for spelling in &spellings {
        let credentials = Credentials {
            id: spelling.clone(),
            secret: secret.clone(),
        };
        let document = json_of(&credentials).to_string();
        for response in [
            service.token(&credentials).await,
            post(&service, JSON, document).await,
            post_with(&service, &basic(spelling, secret), GRANT).await,
        ] {
            let claims = part(&issued(response).await, 1);
            assert_eq!(claims["client_id"], json!(id));
            assert_eq!(claims["sub"], json!(id));
        }
    }
}

#[tokio::test]
async fn basic_and_another_spelling_of_the_client_id_in_the_body_are_accepted() {
    let (_latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let Credentials { id, secret } = &client.credentials;
    for (header, body) in [
        (id.clone(), id.to_uppercase()),
        (id.to_uppercase(), client.id.clone()),
        (client.id.clone(), client.id.to_uppercase()),
    ] {
        let form = format!("{GRANT}&client_id={body}");
        issued(post_with(&service, &basic(&header, secret), &form).await).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn the_log_has_one_form_of_the_client_id() {
    let (latchkey, service) = Latchkey::start().await;
    let client = service.new_client(json!({})).await;
    let _ = latchkey.lines.take();
    let mut credentials = client.credentials.clone();
    credentials.id = client.id.to_uppercase();
    issued(service.token(&credentials).await).await;
    let lines = latchkey.lines.take();
    assert_eq!(lines[0]["client_id"], json!(client.credentials.id));
}

/// A secret in the forms in which it is copied or read from a file, with the description of each.
fn copies(secret: &str) -> [(String, &'static str); 6] {
    const WHITESPACE: &str = "The client_secret contains whitespace or control characters.";
    const QUOTES: &str = "The client_secret contains quotation marks.";
    const OTHERS: &str = "The client_secret contains characters that are not in any client_secret.";
    [
        (format!("{secret}\n"), WHITESPACE),
        (format!(" {secret}"), WHITESPACE),
        (format!("{secret}\r\n"), WHITESPACE),
        (format!("\"{secret}\""), QUOTES),
        (format!("'{secret}'"), QUOTES),
        (format!("{secret}%0A"), OTHERS),
    ]
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_mistake_in_the_form_of_a_secret_is_described_alike_for_every_client() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    let disabled = service.new_client(json!({})).await;
    let change = json!({ "status": "disabled" });
    let changed = service.patch(&admin, &disabled.id, change).await;
    assert_eq!(changed.status(), 200);
    let unknown = "0".repeat(32);
    service.access_token(&client.credentials).await;
    for (secret, description) in copies(&client.credentials.secret) {
        let mut answers = Vec::new();
        for id in [&client.credentials.id, &disabled.credentials.id, &unknown] {
            let credentials = Credentials {
                id: id.clone(),
                secret: secret.clone(),
            };
            service.aws.calls();
            let document = json_of(&credentials).to_string();
            answers.push(bytes(post(&service, JSON, document).await).await);
            let header = basic(id, &secret.replace('%', "%25"));
            answers.push(bytes(post_with(&service, &header, GRANT).await).await);
            let secret: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let form = format!("{GRANT}&client_id={id}&client_secret={secret}");
            answers.push(bytes(post(&service, FORM, form).await).await);
            assert!(service.aws.calls().is_empty());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        let (status, _, body) = &answers[0];
        let document: serde_json::Value = serde_json::from_slice(body).unwrap();
        assert_eq!(*status, 401);
        assert_eq!(document["error"], "invalid_client");
        assert_eq!(document["error_description"], description);
    }
}

#[tokio::test]
async fn a_mistake_in_the_form_of_a_client_id_is_described() {
    let (_latchkey, service) = Latchkey::start().await;
    let Credentials { id, secret } = &service.bootstrap;
    for (id, description) in [
        (
            format!("{id}\n"),
            "The client_id contains whitespace or control characters.",
        ),
        (format!("'{id}'"), "The client_id contains quotation marks."),
        (
            format!("{{{id}}}"),
            "The client_id contains characters that are not in any client_id.",
        ),
    ] {
        let secret = secret.clone();
        let document = json_of(&Credentials { id, secret }).to_string();
        described(post(&service, JSON, document).await, 401, description).await;
    }
}

#[tokio::test]
async fn a_client_that_is_enabled_again_gets_tokens_with_the_same_secret() {
    let (_latchkey, service) = Latchkey::start().await;
    let admin = service.admin_token().await;
    let client = service.new_client(json!({})).await;
    for (status, expected) in [("disabled", 401), ("enabled", 200)] {
        let answer = service
            .patch(&admin, &client.id, json!({ "status": status }))
            .await;
        assert_eq!(answer.status(), 200);
        assert_eq!(service.token(&client.credentials).await.status(), expected);
    }
}

#[tokio::test]
async fn a_secret_and_an_assertion_are_refused() {
    let form = format!("{GRANT}&client_id={{id}}&client_secret={{secret}}&{ASSERTION}");
    let (_service, response) = posted(&form).await;
    let both = "The request contains both client_secret and client_assertion.";
    described(response, 400, both).await;
}

#[tokio::test]
async fn an_assertion_does_not_authenticate_a_client() {
    for form in [
        ASSERTION.to_owned(),
        format!("{ASSERTION}&client_id={{id}}"),
    ] {
        let (_service, response) = posted(&format!("{GRANT}&{form}")).await;
        refused(response, 401, "invalid_client").await;
    }
}

/// RFC 6749 §2.3.1: credentials "MUST NOT be included in the request URI".
#[tokio::test]
async fn credentials_in_the_uri_are_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let Credentials { id, secret } = &service.bootstrap;
    for query in [
        format!("client_id={id}&client_secret={secret}"),
        format!("client_secret={secret}"),
        format!("x=1&client%5Fsecret={secret}"),
        format!("client_id={id}"),
        ASSERTION.to_owned(),
    ] {
        for form in [GRANT.to_owned(), form_of(&service.bootstrap)] {
            let response = service.form(&format!("{PATH}?{query}"), &form).await;
            refused(response, 400, "invalid_request").await;
        }
    }
}
