//! Events of which lambda_http can read only the outline: JSON permits strings that HTTP does not.

use lambda_http::{Context, LambdaEvent};
use serde_json::{Value, json};
use shared::runtime::HttpEvent;
use tests::Latchkey;
use tests::aws::Aws;

use super::event;

/// Strings that lambda_http cannot read in a header: control characters, and half a surrogate pair.
const STRINGS: [&str; 6] = [
    r#""\u0000""#,
    r#""a\nb""#,
    r#""\u001b""#,
    r#""\u007f""#,
    r#""\ud800""#,
    r#""\udc00 secret-text""#,
];

/// The event as text, with a header whose value is this JSON string.
fn with_header(event: &Value, string: &str) -> String {
    let mut event = event.clone();
    event["headers"]["x-header"] = json!("HERE");
    event.to_string().replace("\"HERE\"", string)
}

/// The event in forms of which lambda_http cannot read everything.
fn unreadable(event: &Value) -> Vec<String> {
    let mut with_body = event.clone();
    with_body["body"] = "secret-text".into();
    let with_query = event
        .to_string()
        .replace(r#""rawQueryString":"""#, r#""rawQueryString":"\ud800""#);
    let with_headers = STRINGS.map(|string| with_header(event, string));
    [with_body.to_string(), with_query]
        .into_iter()
        .chain(with_headers)
        .collect()
}

/// The response of a function to an event, and its log line.
async fn response(latchkey: &Latchkey, function: &str, event: &str) -> (Value, Value) {
    let aws = Aws::default();
    let handler = latchkey.functions(&aws).handler(function).unwrap();
    let _ = latchkey.lines.take();
    let event: HttpEvent = serde_json::from_str(event).unwrap();
    let event = LambdaEvent::new(event, Context::default());
    let Ok(response) =
        shared::runtime::lambda::invoke(&move |request| handler(request), event).await;
    assert!(aws.calls().is_empty());
    let line = latchkey.lines.take().pop().unwrap();
    (serde_json::to_value(response).unwrap(), line)
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_unreadable_event_gets_400_in_the_form_of_the_endpoint() {
    let latchkey = Latchkey::empty().await;
    for (function, route, media_type, code) in [
        ("token", "POST /oauth/token", "application/json", "/error"),
        (
            "get-client",
            "GET /auth/app-clients",
            "application/vnd.api+json",
            "/errors/0/code",
        ),
        (
            "metadata",
            "GET /.well-known/jwks.json",
            "application/json",
            "/error",
        ),
        ("default-route", "$default", "application/json", "/error"),
    ] {
        let mut event = event();
        event["requestContext"]["routeKey"] = route.into();
        for event in unreadable(&event) {
            let (response, line) = response(&latchkey, function, &event).await;
            assert_eq!(response["statusCode"], 400, "{function}: {event}");
            assert_eq!(response["headers"]["content-type"], media_type);
            assert_eq!(response["headers"]["cache-control"], "no-store");
            let body: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
            let error = body.pointer(code).unwrap();
            assert_eq!(line["status"], 400);
            assert_eq!(line["outcome"], "refused");
            assert_eq!(line["error"], *error);
            assert_eq!(line["route"], route);
            assert_eq!(line["api_request_id"], "1");
            assert!(!line.to_string().contains("secret-text"), "{line}");
        }
    }
}

/// The method cannot be read either: only the route tells that it is HEAD.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_unreadable_event_of_a_head_route_gets_400_without_a_body() {
    let latchkey = Latchkey::empty().await;
    for (function, route) in [
        ("get-client", "HEAD /auth/app-clients"),
        ("metadata", "HEAD /.well-known/jwks.json"),
    ] {
        let mut event = event();
        event["requestContext"]["routeKey"] = route.into();
        for event in unreadable(&event) {
            let (response, line) = response(&latchkey, function, &event).await;
            assert_eq!(response["statusCode"], 400, "{function}: {event}");
            assert!(response["body"].as_str().unwrap_or_default().is_empty());
            assert_eq!(line["route"], route);
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_event_that_is_no_http_request_fails_the_invocation_without_its_text() {
    let mut older = event();
    older["version"] = "1.0".into();
    let mut without_route = event();
    without_route["requestContext"]["routeKey"].take();
    let mut without_http = event();
    without_http["requestContext"]["http"].take();
    for event in [older, without_route, without_http, json!({}), json!("x")] {
        let mut forms = vec![event.to_string()];
        if event.is_object() {
            forms.push(with_header(&event, r#""secret-text""#));
            forms.push(with_header(&event, r#""secret-text\u0000""#));
        }
        for event in forms {
            let error = serde_json::from_str::<HttpEvent>(&event).err();
            let error = error.unwrap_or_else(|| panic!("accepted: {event}"));
            assert!(!error.to_string().contains("secret-text"), "{error}");
        }
    }
}
