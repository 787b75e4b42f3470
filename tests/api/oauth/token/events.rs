//! Promise 7 one layer below HTTP: events that API Gateway might send, passed to the function's
//! entry point. On AWS, nothing refuses an odd request before it reaches the function.

mod hosts;
mod paths;
mod unreadable;

use lambda_http::{Body, Context, LambdaEvent, Request, Response};
use serde_json::{Value, json};
use shared::runtime::HttpEvent;

/// An event of payload format 2.0.
fn event() -> Value {
    json!({
        "version": "2.0",
        "routeKey": "POST /oauth/token",
        "rawPath": "/oauth/token",
        "rawQueryString": "",
        "headers": {
            "host": "abc.execute-api.us-east-1.amazonaws.com",
            "x-forwarded-proto": "https",
            "content-type": "application/x-www-form-urlencoded",
        },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "abc",
            "domainName": "abc.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "abc",
            "http": {
                "method": "POST",
                "path": "/oauth/token",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "1",
            "routeKey": "POST /oauth/token",
            "stage": "$default",
            "time": "15/Jan/2027:08:00:00 +0000",
            "timeEpoch": 1_800_000_000_000_u64,
        },
        "body": "YT1i",
        "isBase64Encoded": true,
    })
}

/// Responds with the query of the request.
async fn handler(request: Request) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    Response::new(Body::from(query))
}

/// The query that the function receives; `None` if something before it panics.
async fn query_seen(event: &Value) -> Option<String> {
    let parsed: HttpEvent = serde_json::from_str(&event.to_string()).unwrap();
    let invocation = tokio::spawn(async move {
        let event = LambdaEvent::new(parsed, Context::default());
        let Ok(answer) = shared::runtime::lambda::invoke(&handler, event).await;
        serde_json::to_value(answer).unwrap()
    });
    let answer = invocation.await.ok()?;
    assert_eq!(answer["statusCode"], 200, "{event}");
    Some(answer["body"].as_str().unwrap_or_default().to_owned())
}

/// Asserts that every event is answered: nothing before the function panics.
async fn are_answered(events: impl IntoIterator<Item = Value>) {
    let mut panicked = Vec::new();
    for event in events {
        if query_seen(&event).await.is_none() {
            let (path, query) = (&event["rawPath"], &event["rawQueryString"]);
            let (headers, domain) = (&event["headers"], &event["requestContext"]["domainName"]);
            panicked.push(format!("{path} ? {query}, {headers}, domain {domain}"));
        }
    }
    assert!(panicked.is_empty(), "{panicked:#?}");
}

fn with_query(query: &str) -> Value {
    let mut event = event();
    event["rawQueryString"] = query.into();
    event
}

fn without_host(mut event: Value) -> Value {
    event["headers"].as_object_mut().unwrap().remove("host");
    event
}

/// Every ASCII character, and some others.
fn characters() -> impl Iterator<Item = char> {
    let beyond = [
        '\u{80}',
        '\u{a0}',
        'é',
        '€',
        '\u{d7ff}',
        '\u{fffd}',
        '\u{10ffff}',
    ];
    ('\0'..='\u{7f}').chain(beyond)
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn a_query_with_any_character_is_answered() {
    are_answered(characters().flat_map(|character| {
        [
            format!("{character}"),
            format!("a={character}&b{character}=c"),
            format!("{character}{character}{character}"),
        ]
        .map(|query| with_query(&query))
    }))
    .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn a_query_with_stray_percent_signs_is_answered() {
    let queries = [
        "%", "%%", "%z", "%zz", "%f", "a=%", "%00", "%ff", "%e2%82", "?", "#", "a#b",
    ];
    are_answered(queries.map(with_query)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn a_long_query_is_answered() {
    let letters = ["a", "<", "é", "%", "&"];
    are_answered(letters.map(|letter| with_query(&letter.repeat(10_000 / letter.len())))).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn an_odd_body_is_answered() {
    are_answered(
        [
            (json!(""), true),
            (json!(""), false),
            (Value::Null, false),
            (Value::Null, true),
            (json!("\0\u{ffff}"), false),
        ]
        .map(|(body, is_base64)| {
            let mut event = event();
            event["body"] = body;
            event["isBase64Encoded"] = is_base64.into();
            event
        }),
    )
    .await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "invokes the function directly")]
async fn odd_cookies_and_headers_are_answered() {
    let cookies = [
        json!([]),
        json!([""]),
        json!(["a\nb"]),
        json!(["é"]),
        json!(["a=b", "\0"]),
    ];
    are_answered(cookies.map(|cookies| {
        let mut event = event();
        event["cookies"] = cookies;
        event
    }))
    .await;
    are_answered(["", " ", "a,b", "\t"].map(|value| {
        let mut event = event();
        event["headers"]["x-odd"] = value.into();
        event
    }))
    .await;
}
