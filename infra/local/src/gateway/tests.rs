use std::sync::Arc;

use axum::body::to_bytes;
use lambda_http::{Body as LambdaBody, RequestExt as _};

use super::*;

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
