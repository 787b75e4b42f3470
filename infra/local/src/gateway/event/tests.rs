use axum::http::Request;

use super::*;

fn event(request: axum::http::request::Builder, body: &[u8]) -> Json {
    let (parts, ()) = request
        .header("host", "localhost:3000")
        .body(())
        .unwrap()
        .into_parts();
    Incoming {
        parts: &parts,
        body,
        peer: "192.0.2.1:5".parse().unwrap(),
        route_key: "GET /any/{id}",
        path_parameters: &BTreeMap::from([("id".to_owned(), "a b".to_owned())]),
        request_id: 0,
        now: Timestamp::from_epoch_seconds(1_583_348_638),
    }
    .event()
}

fn body(content_type: &str, bytes: &[u8]) -> (Json, Json) {
    let event = event(
        Request::builder().header("content-type", content_type),
        bytes,
    );
    (event["body"].clone(), event["isBase64Encoded"].clone())
}

#[test]
fn an_event_has_payload_format_2_0() {
    let request = Request::builder()
        .uri("/any/a%20b?x=1&x=%32&y=a+b&z")
        .header("user-agent", "curl");
    let event = event(request, b"");
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["rawPath"], "/any/a b");
    assert_eq!(event["rawQueryString"], "x=1&x=%32&y=a+b&z");
    assert_eq!(
        event["queryStringParameters"],
        json!({ "x": "1,2", "y": "a b", "z": "" })
    );
    assert_eq!(event["pathParameters"], json!({ "id": "a b" }));
    assert_eq!(event.get("body"), None);
    let context = &event["requestContext"];
    assert_eq!(context["domainName"], "localhost");
    assert_eq!(context["http"]["method"], "GET");
    assert_eq!(context["http"]["protocol"], "HTTP/1.1");
    assert_eq!(context["http"]["sourceIp"], "192.0.2.1");
    assert_eq!(context["http"]["userAgent"], "curl");
    assert_eq!(context["time"], "04/Mar/2020:19:03:58 +0000");
    assert_eq!(context["timeEpoch"], 1_583_348_638_000_u64);
}

#[test]
fn repeated_headers_are_joined_and_cookies_are_separate() {
    let request = Request::builder()
        .header("X-Any", "1")
        .header("x-any", "2")
        .header("cookie", "a=1; b=2")
        .header("x-forwarded-for", "198.51.100.1");
    let event = event(request, b"");
    assert_eq!(event["headers"]["x-any"], "1,2");
    assert_eq!(
        event["headers"]["x-forwarded-for"],
        "198.51.100.1, 192.0.2.1"
    );
    assert_eq!(event["headers"].get("cookie"), None);
    assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
}

#[test]
fn a_body_of_a_text_type_is_text() {
    for content_type in [
        "text/plain",
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/vnd.api+json",
        "application/xml",
    ] {
        assert_eq!(body(content_type, b"abc"), ("abc".into(), false.into()));
    }
}

#[test]
fn any_other_body_is_base64() {
    for content_type in ["application/x-www-form-urlencoded", "image/png", ""] {
        assert_eq!(body(content_type, b"abc"), ("YWJj".into(), true.into()));
    }
    assert_eq!(body("text/plain", b"\xff"), ("/w==".into(), true.into()));
}

#[test]
fn times_include_leap_days() {
    let time = |seconds| common_log_time(Timestamp::from_epoch_seconds(seconds));
    assert_eq!(time(0), "01/Jan/1970:00:00:00 +0000");
    assert_eq!(time(1_709_251_199), "29/Feb/2024:23:59:59 +0000");
    assert_eq!(time(1_735_689_600), "01/Jan/2025:00:00:00 +0000");
}
