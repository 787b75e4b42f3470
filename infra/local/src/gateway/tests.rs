use std::sync::Arc;

use axum::body::to_bytes;
use lambda_http::{Body as LambdaBody, RequestExt as _};

use shared::model::Timestamp;
use shared::runtime::log::Recorder;
use tokio::sync::{Notify, mpsc};

use super::*;
use crate::readable_log::{Expected, ReadableLog};

fn gateway() -> Gateway {
    let mut routes = Routes::default();
    let mut add = |path: &str, handler: Handler| {
        let (method, path) = ("ANY".to_owned(), path.to_owned());
        routes.add(Route { method, path }, handler);
    };
    add(
        "/echo/{id}",
        Arc::new(|request| {
            Box::pin(async move {
                let id = request.path_parameters().first("id").unwrap().to_owned();
                let length = request.body().len();
                let response = Response::builder().header("x-id", id.escape_default().to_string());
                response
                    .body(LambdaBody::Text(format!("{length}")))
                    .unwrap()
            })
        }),
    );
    add(
        "/panic",
        Arc::new(|_| Box::pin(async { panic!("on purpose") })),
    );
    Gateway::new(routes, Clock::system())
}

async fn send(request: axum::http::request::Builder, body: Body) -> (u16, String) {
    let peer = ConnectInfo(Peer("127.0.0.1:1".parse().unwrap()));
    let response = handle(State(gateway()), peer, request.body(body).unwrap()).await;
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn request(path: &str) -> axum::http::request::Builder {
    Request::builder()
        .uri(path)
        .header("host", "localhost:3000")
}

fn rejection(status: u16, message: &str) -> (u16, String) {
    (status, format!(r#"{{"message":"{message}"}}"#))
}

#[tokio::test]
async fn a_request_reaches_its_function() {
    let body = Body::from(vec![0xff; 1_000]);
    assert_eq!(send(request("/echo/1"), body).await, (200, "1000".into()));
}

#[tokio::test]
async fn unusual_paths_and_queries_reach_the_function() {
    for path in [
        "/echo/%",
        "/echo/%zz",
        "/echo/%ff",
        "/echo/%00",
        "/echo/%0a%0d",
        "/echo/a?%",
        "/echo/a?%zz=%ff&&=",
        "/echo/%3f%23",
        "/echo/[a]|^`",
        "/echo/{a}",
        "/echo/a?[]|^\"<>`{}",
        "/echo/\\",
        "/echo/..",
        "/echo/%2e%2e",
    ] {
        // The server's parser rejects the others before the gateway.
        if path.parse::<axum::http::Uri>().is_ok() {
            let (status, _) = send(request(path), Body::empty()).await;
            assert_eq!(status, 200, "{path}");
        }
    }
}

#[tokio::test]
async fn an_invalid_host_header_gets_400() {
    for host in [
        "",
        "a b",
        "a/b",
        "a:99999",
        "1.2.3.999",
        "[::1",
        "user@host",
        "xn--a",
        "%zz",
        "a%20b",
    ] {
        let request = Request::builder().uri("/echo/1").header("host", host);
        assert_eq!(
            send(request, Body::empty()).await,
            rejection(400, "Bad Request"),
            "{host}"
        );
    }
    let twice = request("/echo/1").header("host", "other");
    assert_eq!(send(twice, Body::empty()).await.0, 400);
    let none = Request::builder().uri("/echo/1");
    assert_eq!(send(none, Body::empty()).await.0, 400);
}

#[tokio::test]
async fn a_header_that_is_not_utf_8_gets_400() {
    let request = request("/echo/1").header("x-any", &b"\xff\xe9"[..]);
    assert_eq!(
        send(request, Body::empty()).await,
        rejection(400, "Bad Request")
    );
}

#[tokio::test]
async fn a_path_without_a_route_gets_404() {
    assert_eq!(
        send(request("/other"), Body::empty()).await,
        rejection(404, "Not Found")
    );
}

#[tokio::test]
async fn a_function_that_panics_gets_500() {
    let expected = rejection(500, "Internal Server Error");
    assert_eq!(send(request("/panic"), Body::empty()).await, expected);
}

#[tokio::test]
async fn too_large_headers_get_431() {
    let fits = request("/echo/1").header("x-any", "a".repeat(10_000));
    assert_eq!(send(fits, Body::empty()).await.0, 200);
    let too_large = request("/echo/1").header("x-any", "a".repeat(10_240));
    assert_eq!(send(too_large, Body::empty()).await.0, 431);
}

#[tokio::test]
async fn a_too_large_body_gets_413() {
    let mebibyte = 1024 * 1024;
    let too_large = rejection(413, "Request Entity Too Large");
    // In base64, binary bodies of 4 and 5 MiB make events of 5.4 and 6.7 MiB.
    let body = |length: usize| Body::from(vec![0; length]);
    assert_eq!(send(request("/echo/1"), body(4 * mebibyte)).await.0, 200);
    assert_eq!(
        send(request("/echo/1"), body(5 * mebibyte)).await,
        too_large
    );
    assert_eq!(
        send(request("/echo/1"), body(10 * mebibyte + 1)).await,
        too_large
    );
}

/// The API with a log for people, and the lines of that log. `/slow` notifies `started`, and waits
/// for `release`.
fn logged(
    started: &Arc<Notify>,
    release: &Arc<Notify>,
) -> (Gateway, mpsc::UnboundedReceiver<String>) {
    let (lines, receiver) = mpsc::unbounded_channel();
    let readable = ReadableLog::new(false, move |line| lines.send(line.to_owned()).unwrap());
    let clock = Clock::from_fn(|| Timestamp::from_epoch_seconds(1_800_000_000));
    let recorder = Recorder::new(readable.of_functions(), clock.clone(), None);
    let recorder = Arc::new(recorder);
    let (started, release) = (Arc::clone(started), Arc::clone(release));
    let slow: Handler = Arc::new(move |request| {
        let (started, release) = (Arc::clone(&started), Arc::clone(&release));
        let recorder = Arc::clone(&recorder);
        Box::pin(async move {
            let answer = async |_| {
                started.notify_one();
                release.notified().await;
                Response::new(LambdaBody::Empty)
            };
            recorder.watch(request, answer).await
        })
    });
    let mut gateway = gateway();
    let route = |path: &str| Route {
        method: "ANY".to_owned(),
        path: path.to_owned(),
    };
    let routes = Arc::get_mut(&mut gateway.routes).unwrap();
    routes.add(route("/slow"), slow);
    let log = RequestLog {
        readable,
        expected: Expected {
            issuer: String::new(),
            audience: String::new(),
        },
        clock,
    };
    (gateway.with_log(log), receiver)
}

async fn answered(gateway: Gateway, path: &str) -> u16 {
    let peer = ConnectInfo(Peer("127.0.0.1:1".parse().unwrap()));
    let request = request(path).body(Body::empty()).unwrap();
    handle(State(gateway), peer, request)
        .await
        .status()
        .as_u16()
}

#[tokio::test]
async fn a_request_whose_client_disconnects_is_logged() {
    let (started, release) = (Arc::default(), Arc::default());
    let (gateway, mut lines) = logged(&started, &release);
    let mut answering = Box::pin(answered(gateway, "/slow"));
    tokio::select! {
        status = &mut answering => panic!("{status}"),
        () = started.notified() => {}
    }
    drop(answering);
    release.notify_one();
    let line = lines.recv().await.unwrap();
    assert!(line.starts_with("08:00:00  GET     /slow "), "{line}");
    assert!(line.ends_with(" -         done\n"), "{line}");
}

#[tokio::test]
async fn requests_that_no_function_answers_are_logged_once_with_their_reason() {
    let (started, release) = (Arc::default(), Arc::default());
    let (gateway, mut lines) = logged(&started, &release);
    for (path, status, reason) in [
        (
            "/panic",
            500,
            "Internal Server Error\n          hint: The function panicked",
        ),
        (
            "/other",
            404,
            "Not Found\n          hint: The template has no such route.",
        ),
    ] {
        assert_eq!(answered(gateway.clone(), path).await, status);
        let line = lines.recv().await.unwrap();
        assert!(line.contains(reason), "{line}");
        assert!(lines.try_recv().is_err());
    }
}

#[tokio::test]
async fn concurrent_requests_get_their_own_lines() {
    let (started, release) = (Arc::default(), Arc::default());
    let (gateway, mut lines) = logged(&started, &release);
    let slow = tokio::spawn(answered(gateway.clone(), "/slow?1"));
    started.notified().await;
    assert_eq!(answered(gateway, "/other").await, 404);
    assert!(lines.recv().await.unwrap().contains("/other"));
    release.notify_one();
    assert_eq!(slow.await.unwrap(), 200);
    assert!(lines.recv().await.unwrap().contains("/slow "));
}
