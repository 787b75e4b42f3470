//! Promise 7 for message framing: lengths, chunks, pipelining and incomplete requests.

use tests::http::raw;
use tests::{Latchkey, Service};

use super::hostile::{answered, request};
use super::{FORM, PATH, form_of, issued};

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn contradictory_framing_headers_are_refused() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for headers in [
        "content-length: 5\r\n",
        "content-length: -1\r\n",
        "content-length: 1e3\r\n",
        "content-length: 99999999999999999999\r\n",
        "transfer-encoding: gzip\r\n",
        "transfer-encoding: identity, chunked\r\n",
    ] {
        let bytes = format!(
            "POST {PATH} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: {FORM}\r\n\
             {headers}content-length: {}\r\n\r\n{form}",
            form.len()
        );
        let status = answered(&service, bytes.as_bytes()).await;
        assert!(matches!(status, 400..=499), "{headers}: {status}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn a_chunked_body_works() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    let (first, second) = form.split_at(17);
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: {FORM}\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    let body = format!(
        "11\r\n{first}\r\n{:x};a=b\r\n{second}\r\n0\r\n\r\n",
        second.len()
    );
    assert_eq!(
        answered(&service, (head.clone() + &body).as_bytes()).await,
        200
    );
    assert_eq!(
        answered(&service, (head + "zz\r\n\r\n").as_bytes()).await,
        400
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn a_request_with_expect_100_continue_gets_a_token() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    let bytes = request(PATH, "expect: 100-continue\r\n", &form);
    let (_, answer) = raw(&service.url, &bytes).await;
    assert!(answer.contains("HTTP/1.1 200 OK"), "{answer}");
    answered(&service, &request(PATH, "expect: something\r\n", &form)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn pipelined_requests_are_answered_in_order() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    let last = String::from_utf8(request(PATH, "", &form)).unwrap();
    let first = last.replace("connection: close\r\n", "");
    let wrong = first.replace("client_secret=lk", "client_secret=kl");
    let (_, answer) = raw(&service.url, (first + &wrong + &last).as_bytes()).await;
    let statuses: Vec<_> = answer
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|answer| answer.split(" ").next().unwrap())
        .collect();
    assert_eq!(statuses, ["200", "401", "200"], "{answer}");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn invalid_http_does_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    for bytes in [
        &b"\r\n\r\n\r\n"[..],
        b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03\r\n\r\n",
        b"POST\r\n\r\n",
        b"POST /oauth/token HTTP/9.9\r\n\r\n",
        b"PO ST /oauth/token HTTP/1.1\r\n\r\n",
        b"POST /oauth/token HTTP/1.1\r\n: a\r\n\r\n",
        b"POST /oauth/token HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n",
        b"POST /oauth/token HTTP/1.1\r\nhost: a\0b\r\n\r\n",
    ] {
        send_and_close(&service, bytes).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn connections_closed_during_a_request_do_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    let bytes = request(PATH, "", &form_of(&service.bootstrap));
    for length in [0, 1, 20, 100, bytes.len() - 1] {
        send_and_close(&service, &bytes[..length]).await;
    }
}

/// Sends bytes and closes the sending side. Asserts that no token comes back and that the service
/// still works.
async fn send_and_close(service: &Service, bytes: &[u8]) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = service.url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    // The server may close the connection before it has read everything.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(!answer.contains("access_token"), "{answer}");
    issued(service.token(&service.bootstrap).await).await;
}
