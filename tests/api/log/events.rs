//! The log lines of hostile events, and of functions outside the API.

use lambda_http::{Body, Context, LambdaEvent, Request, Response};
use serde_json::{Value, json};
use shared::fault::Fault;
use shared::runtime::HttpEvent;
use shared::runtime::lambda::invoke;
use tests::Latchkey;

/// The log line of an event that gets a response with `status`.
async fn line_of(event: &Value, request_id: &str, status: u16) -> Value {
    let latchkey = Latchkey::empty().await;
    let recorder = latchkey.environment("token").recorder();
    let recorder = std::sync::Arc::new(recorder);
    let handler = move |request: Request| {
        let recorder = recorder.clone();
        async move {
            let answer = |_| async move {
                let response = Response::builder().status(status);
                response.body(Body::Empty).unwrap()
            };
            recorder.watch(request, answer).await
        }
    };
    let event: HttpEvent = serde_json::from_str(&event.to_string()).unwrap();
    let mut context = Context::default();
    request_id.clone_into(&mut context.request_id);
    let Ok(_) = invoke(&handler, LambdaEvent::new(event, context)).await;
    latchkey.lines.take_one()
}

/// An event with `text` in every field that can hold it.
fn event(text: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": text,
        "rawPath": format!("/{text}"),
        "rawQueryString": text,
        "cookies": [text],
        "headers": { "x-odd": "odd" },
        "queryStringParameters": { text: text },
        "pathParameters": { "id": text },
        "requestContext": {
            "accountId": text,
            "apiId": text,
            "domainName": "localhost",
            "domainPrefix": text,
            "http": {
                "method": "POST", "path": text, "protocol": text, "sourceIp": text,
                "userAgent": text,
            },
            "requestId": text,
            "routeKey": text,
            "stage": text,
            "time": text,
            "timeEpoch": 0,
        },
        "body": text,
        "isBase64Encoded": false,
    })
}

#[tokio::test]
async fn no_event_can_forge_a_line_or_a_member() {
    for text in [
        "\n{\"outcome\":\"issued\"}\n",
        "\",\"outcome\":\"issued\",\"x\":\"",
        "\r\n\u{b}\u{c}\u{85}\u{2028}\u{2029}\u{0}\u{1b}[2J",
        "\\",
        "é\u{202e}\u{feff}",
    ] {
        // On drop, the deployment checks that the line is one ASCII JSON object.
        let line = line_of(&event(text), text, 200).await;
        assert_eq!(line["outcome"], "done");
        assert!(line.get("x").is_none());
    }
}

#[tokio::test]
async fn no_event_can_make_a_line_too_long() {
    for text in ["x", "\"", "\n", "\u{10ffff}"] {
        // API Gateway refuses more: its limit for a request's head is 10,240 bytes.
        let text = text.repeat(3_000 / text.len());
        let line = line_of(&event(&text), &text, 200).await;
        assert!(line.to_string().len() < 2_048, "{line}");
    }
}

#[tokio::test]
async fn the_line_has_the_request_ids_of_lambda_and_api_gateway() {
    let id = "8f507cfc-xmpl-4697-b07a-ac58fc914c95";
    let line = line_of(&event("JKJaXmPLvHcESHA="), id, 200).await;
    assert_eq!(line["request_id"], id);
    assert_eq!(line["api_request_id"], "JKJaXmPLvHcESHA=");
}

#[tokio::test]
async fn a_response_without_a_table_entry_gets_its_outcome_from_its_status() {
    for (status, outcome) in [(200, "done"), (404, "refused"), (500, "failed")] {
        assert_eq!(line_of(&event("a"), "1", status).await["outcome"], outcome);
    }
}

#[tokio::test]
async fn an_invocation_without_an_http_request_has_a_line() {
    let latchkey = Latchkey::empty().await;
    let recorder = latchkey.environment("bootstrap").recorder();
    let done = |_| async { Ok::<_, Fault>(()) };
    recorder.watch_event("bootstrap", "1", done).await.unwrap();
    let line = latchkey.lines.take_one();
    assert_eq!(line["function"], "bootstrap");
    assert_eq!(line["request_id"], "1");
    assert_eq!(line["outcome"], "done");
    assert_eq!(line["cold_start"], true);
    let failed = |_| async { Err::<(), _>(Fault::NoKeySet) };
    assert!(
        recorder
            .watch_event("bootstrap", "2", failed)
            .await
            .is_err()
    );
    let line = latchkey.lines.take_one();
    assert_eq!(line["outcome"], "failed");
    assert_eq!(line["cause"], Fault::NoKeySet.to_string());
}
