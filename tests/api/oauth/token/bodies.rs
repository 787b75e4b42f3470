//! Bodies with a wrong content type, format or size.

use reqwest::Response;
use serde_json::{Value, json};
use tests::{Latchkey, Service, body};

use super::{FORM, JSON, PATH, described, form_of, issued, json_of, post, refused};

async fn body_is_refused(content_type: &str, body: impl Into<reqwest::Body>) {
    let (_latchkey, service) = Latchkey::start().await;
    let response = post(&service, content_type, body).await;
    refused(response, 400, "invalid_request").await;
}

#[tokio::test]
async fn a_body_without_a_content_type_is_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let request = service
        .request("POST", PATH)
        .body(form_of(&service.bootstrap));
    refused(request.send().await.unwrap(), 400, "invalid_request").await;
}

#[tokio::test]
async fn bodies_of_other_content_types_are_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    for content_type in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/vnd.api+json",
        "application/jsonx",
        "application/json, application/x-www-form-urlencoded",
        "json",
        "",
        ";",
    ] {
        for body in [
            form_of(&service.bootstrap),
            json_of(&service.bootstrap).to_string(),
        ] {
            let response = post(&service, content_type, body).await;
            refused(response, 400, "invalid_request").await;
        }
    }
}

#[tokio::test]
async fn a_multipart_form_is_refused() {
    let part = "--x\r\ncontent-disposition: form-data; name=\"grant_type\"\r\n\r\n\
                client_credentials\r\n--x--\r\n";
    body_is_refused("multipart/form-data; boundary=x", part).await;
}

#[tokio::test]
async fn a_form_sent_as_json_and_json_sent_as_a_form_are_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let response = post(&service, JSON, form_of(&service.bootstrap)).await;
    refused(response, 400, "invalid_request").await;
    let response = post(&service, FORM, json_of(&service.bootstrap).to_string()).await;
    refused(response, 400, "invalid_request").await;
}

#[tokio::test]
async fn an_empty_body_is_refused() {
    for content_type in [FORM, JSON] {
        body_is_refused(content_type, "").await;
    }
}

#[tokio::test]
async fn json_that_is_not_an_object_is_refused() {
    for document in [
        "[]",
        "[{}]",
        "\"grant_type=client_credentials\"",
        "1",
        "null",
        "true",
    ] {
        body_is_refused(JSON, document).await;
    }
}

#[tokio::test]
async fn truncated_json_is_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let document = json_of(&service.bootstrap).to_string();
    for length in [1, 2, 10, document.len() / 2, document.len() - 1] {
        let response = post(&service, JSON, document.as_bytes()[..length].to_vec()).await;
        refused(response, 400, "invalid_request").await;
    }
}

#[tokio::test]
async fn json_with_trailing_bytes_is_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    for more in ["{}", ",", "x", "\0"] {
        let document = format!("{}{more}", json_of(&service.bootstrap));
        let response = post(&service, JSON, document).await;
        refused(response, 400, "invalid_request").await;
    }
}

#[tokio::test]
async fn json_that_is_not_utf_8_is_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let mut document = json_of(&service.bootstrap).to_string().into_bytes();
    document.pop();
    document.extend_from_slice(b",\"x\":\"\xff\"}");
    refused(post(&service, JSON, document).await, 400, "invalid_request").await;
    for document in [&b"\xff\xfe{\0}\0"[..], b"{\"x\":\"\\ud800\"}"] {
        let response = post(&service, JSON, document.to_vec()).await;
        refused(response, 400, "invalid_request").await;
    }
}

/// RFC 8259 §8.1: a parser "MAY ignore the presence of a byte order mark".
#[tokio::test]
async fn a_byte_order_mark_before_json_is_ignored() {
    let (_latchkey, service) = Latchkey::start().await;
    let document = json_of(&service.bootstrap);
    issued(post(&service, JSON, format!("\u{feff}{document}")).await).await;
    let twice = post(&service, JSON, format!("\u{feff}\u{feff}{document}")).await;
    refused(twice, 400, "invalid_request").await;
}

/// In a form it would be a part of the first name.
#[tokio::test]
async fn a_byte_order_mark_before_a_form_is_named() {
    let (_latchkey, service) = Latchkey::start().await;
    for mark in ["\u{feff}", "%EF%BB%BF"] {
        let form = format!("{mark}{}", form_of(&service.bootstrap));
        let expected = "The request body starts with a byte order mark.";
        described(post(&service, FORM, form).await, 400, expected).await;
    }
}

#[tokio::test]
async fn the_error_says_why_a_body_is_not_a_json_object() {
    let (_latchkey, service) = Latchkey::start().await;
    let syntax = |line: u8, column: u8| {
        format!("The request body is not valid JSON: syntax error at line {line}, column {column}.")
    };
    for (body, expected) in [
        (r#"{"grant_type":"x",}"#, syntax(1, 19)),
        ("{\n\"a\": 1,\n'b'}", syntax(3, 1)),
        ("grant_type=client_credentials", syntax(1, 1)),
        ("", "The request body is empty.".to_owned()),
        (" \n", "The request body is empty.".to_owned()),
        ("[]", "The request body must be a JSON object.".to_owned()),
        ("null", "The request body must be a JSON object.".to_owned()),
        (
            &"[".repeat(1_000),
            "The JSON in the request body is nested too deeply.".to_owned(),
        ),
    ] {
        described(post(&service, JSON, body.to_owned()).await, 400, &expected).await;
    }
}

#[tokio::test]
async fn the_error_of_json_that_is_not_utf_8_says_so() {
    let (_latchkey, service) = Latchkey::start().await;
    let latin = post(&service, JSON, b"{\"a\":\"\xe9\"}".to_vec()).await;
    described(latin, 400, "The request body contains invalid UTF-8.").await;
}

#[tokio::test]
async fn json_that_is_nested_too_deeply_is_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let members = json_of(&service.bootstrap).to_string();
    for depth in [1_000, 30_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let depth = depth / open.len();
            let nested = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let document = members.replacen('{', &format!("{{\"colour\":{nested},"), 1);
            assert!(document.len() < 64 * 1024);
            let response = post(&service, JSON, document).await;
            refused(response, 400, "invalid_request").await;
        }
    }
    let response = post(&service, JSON, "[".repeat(100_000)).await;
    refused(response, 400, "invalid_request").await;
    issued(service.token(&service.bootstrap).await).await;
}

/// Posts a valid body with this content coding.
async fn encoded(service: &Service, content_type: &str, coding: &str) -> Response {
    let request = service.request("POST", PATH);
    let request = request.header("content-type", content_type);
    let request = request.header("content-encoding", coding);
    let body = match content_type {
        JSON => json_of(&service.bootstrap).to_string(),
        _ => form_of(&service.bootstrap),
    };
    request.body(body).send().await.unwrap()
}

#[tokio::test]
async fn a_body_with_a_content_coding_is_refused_with_the_accepted_one() {
    let (_latchkey, service) = Latchkey::start().await;
    for coding in [
        "gzip",
        "GZIP",
        "deflate",
        "br",
        "zstd",
        "identity, gzip",
        "x",
    ] {
        for content_type in [FORM, JSON, "text/plain"] {
            let response = encoded(&service, content_type, coding).await;
            assert_eq!(response.headers()["accept-encoding"], "identity");
            refused(response, 415, "invalid_request").await;
        }
    }
}

#[tokio::test]
async fn the_identity_coding_is_none() {
    let (_latchkey, service) = Latchkey::start().await;
    for coding in ["identity", "Identity", "", "identity, identity"] {
        for content_type in [FORM, JSON] {
            issued(encoded(&service, content_type, coding).await).await;
        }
    }
}

async fn of_length(service: &Service, content_type: &str, length: usize) -> Response {
    let body = if content_type == JSON {
        let mut document = json_of(&service.bootstrap);
        document["padding"] = "".into();
        let length = length - document.to_string().len();
        document["padding"] = "x".repeat(length).into();
        document.to_string()
    } else {
        let form = format!("{}&padding=", form_of(&service.bootstrap));
        let length = length - form.len();
        form + &"x".repeat(length)
    };
    assert_eq!(body.len(), length);
    post(service, content_type, body).await
}

#[tokio::test]
async fn the_maximum_body_size_is_64_kib() {
    let (_latchkey, service) = Latchkey::start().await;
    for content_type in [FORM, JSON] {
        issued(of_length(&service, content_type, 64 * 1024).await).await;
        let longer = of_length(&service, content_type, 64 * 1024 + 1).await;
        refused(longer, 400, "invalid_request").await;
    }
}

#[tokio::test]
async fn a_body_of_several_megabytes_is_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let response = of_length(&service, JSON, 5_000_000).await;
    refused(response, 400, "invalid_request").await;
    // A form reaches the function in base64, so its limit is lower.
    let response = of_length(&service, FORM, 4_000_000).await;
    refused(response, 400, "invalid_request").await;
}

async fn is_too_large(response: Response) -> Value {
    assert_eq!(response.status(), 413);
    assert_eq!(response.headers()["content-type"], "application/json");
    body(response).await
}

#[tokio::test]
async fn a_body_too_large_for_an_event_is_refused_by_the_gateway() {
    let (_latchkey, service) = Latchkey::start().await;
    for (content_type, length) in [(JSON, 7_000_000), (FORM, 5_000_000), (JSON, 11_000_000)] {
        let answer = is_too_large(of_length(&service, content_type, length).await).await;
        assert_eq!(answer, json!({ "message": "Request Entity Too Large" }));
    }
    issued(service.token(&service.bootstrap).await).await;
}
