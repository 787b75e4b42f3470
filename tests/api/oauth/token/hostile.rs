//! Promise 7: any bytes get a well-formed response, and the next client gets its token.

use serde_json::{Value, json};
use tests::http::raw;
use tests::{Latchkey, Service, text};

use super::verification::part;
use super::{FORM, PATH, form_of, issued};

/// The bytes of a token request with this request target, these extra header lines and this form.
pub(super) fn request(target: &str, headers: &str, form: &str) -> Vec<u8> {
    let host = if headers.to_ascii_lowercase().contains("host:") {
        ""
    } else {
        "host: localhost\r\n"
    };
    format!(
        "POST {target} HTTP/1.1\r\n{host}connection: close\r\ncontent-type: {FORM}\r\n\
         content-length: {}\r\n{headers}\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// Sends bytes and returns the status. Asserts that the response is well-formed and that the
/// service still works.
pub(super) async fn answered(service: &Service, bytes: &[u8]) -> u16 {
    let (status, answer) = raw(&service.url, bytes).await;
    assert!(matches!(status, 200..=499), "{answer}");
    issued(service.token(&service.bootstrap).await).await;
    if status != 200 {
        assert!(!answer.contains("access_token"), "{answer}");
    }
    status
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn odd_bytes_in_the_query_do_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for query in [
        "", "a=<>", "%zz", "%", "%f", "%ff", "%00", "a=%00%ff", "a[b]=c", "a={b}", "a|b", "a\\b",
        "a\"b", "a^b`c", "?", "??", "&&&", "=", "a=b=c", "+", "a;b", "a'b", "@:/?", "a=1&a=2",
    ] {
        let status = answered(&service, &request(&format!("{PATH}?{query}"), "", &form)).await;
        assert!(matches!(status, 200 | 400), "{query}: {status}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn any_byte_in_the_query_does_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for byte in (0x01..=0xff_u8).filter(|byte| !matches!(byte, b'\r' | b'\n' | b' ')) {
        let mut bytes = request(&format!("{PATH}?a=~~"), "", &form);
        let place = bytes.iter().position(|byte| *byte == b'~').unwrap();
        bytes[place] = byte;
        let (status, answer) = raw(&service.url, &bytes).await;
        assert!(matches!(status, 200 | 400), "{byte:#x}: {answer}");
    }
    issued(service.token(&service.bootstrap).await).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn a_long_query_does_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for letters in ["a", "%00", "<", "%ff", "&"] {
        let query = letters.repeat(9_000 / letters.len());
        let status = answered(&service, &request(&format!("{PATH}?{query}"), "", &form)).await;
        assert!(matches!(status, 200 | 400), "{letters}: {status}");
        let query = letters.repeat(12_000 / letters.len());
        let status = answered(&service, &request(&format!("{PATH}?{query}"), "", &form)).await;
        assert!(matches!(status, 400..=499), "{letters}: {status}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn odd_paths_get_no_token() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for path in [
        "//oauth/token",
        "/oauth//token",
        "/oauth/token/",
        "/oauth/token%00",
        "/OAUTH/TOKEN",
        "/oauth/../oauth/token",
        "/./oauth/token",
        "/oauth/token;a=b",
        "/oauth%2Ftoken",
        "/%",
        "/%zz",
        "/%ff%fe",
        "/oauth/token%20",
        "/\\oauth\\token",
        "/{id}",
        "/auth/app-clients/%",
        "/a/b/c/d/e/f/g/h",
        "/%2e%2e/%2e%2e/etc/passwd",
    ] {
        let status = answered(&service, &request(path, "", &form)).await;
        // A client's path has other methods.
        assert!(matches!(status, 400 | 404 | 405), "{path}: {status}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn targets_that_are_not_a_path_do_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for target in [
        "*",
        "oauth/token",
        "http://localhost/oauth/token",
        "http://[/oauth/token",
        "localhost:80",
        "ftp://localhost/oauth/token",
        "/oauth/token#fragment",
        "http:",
        "?",
        "#",
        "http://a:99999/oauth/token",
        "/oauth/token ",
    ] {
        answered(&service, &request(target, "", &form)).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn odd_hosts_do_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for host in [
        "1.2.3.999",
        "a:99999",
        "[",
        "[::1]",
        "[::1",
        "",
        " ",
        "a b",
        "a/b",
        "a?b",
        "a#b",
        "a@b",
        "user:password@a",
        "a:b",
        ":",
        ":80",
        "%",
        "%41",
        "%zz",
        "a\\b",
        "0x7f.1",
        "256.256",
        "xn--",
        "xn--a",
        "-",
        ".",
        "..",
        "a..b",
        "<>",
        "a,b",
        "*",
    ] {
        answered(
            &service,
            &request(PATH, &format!("host: {host}\r\n"), &form),
        )
        .await;
    }
    let long = "a".repeat(5_000);
    answered(
        &service,
        &request(PATH, &format!("host: {long}\r\n"), &form),
    )
    .await;
    answered(&service, &request(PATH, "host: a\r\nhost: b\r\n", &form)).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn a_request_without_a_host_does_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    for version in ["1.0", "1.1"] {
        let bytes = format!("POST {PATH} HTTP/{version}\r\nconnection: close\r\n\r\n");
        assert_eq!(answered(&service, bytes.as_bytes()).await, 400);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn odd_headers_do_no_harm() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for headers in [
        "x-odd: \u{e9}\u{20ac}\r\n",
        "authorization: \u{e9}\r\n",
        "cookie: a=b; =;; \u{e9}\r\n",
        "cookie: a=b\r\ncookie: c=d\r\n",
        "x-forwarded-proto: javascript\r\n",
        "x-forwarded-proto: \r\n",
        "x-forwarded-for: ,,,\r\n",
        "x-forwarded-host: [\r\n",
        "content-type: application/json\r\n",
        "content-encoding: gzip\r\n",
        "x-tab: a\tb\r\n",
        "x-empty:\r\n",
        "upgrade: websocket\r\n",
        "upgrade: h2c\r\n",
        "range: bytes=0-1\r\n",
        "x-http-method-override: GET\r\n",
        "accept: image/png\r\n",
        "if-match: *\r\n",
    ] {
        answered(&service, &request(PATH, headers, &form)).await;
    }
}

/// RFC 9110 §5.5: a value may contain bytes above ASCII, which are opaque.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn a_header_of_utf_8_has_no_effect() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for header in ["x-odd", "user-agent", "accept", "cookie", "origin"] {
        let headers = format!("{header}: \u{e9}\u{20ac}\u{1f511}\r\n");
        assert_eq!(
            answered(&service, &request(PATH, &headers, &form)).await,
            200
        );
    }
}

/// Asserts that the response is the gateway's error with this status, and returns its message.
async fn gateway_error(service: &Service, bytes: &[u8], status: u16) -> String {
    let (found, answer) = raw(&service.url, bytes).await;
    assert_eq!(found, status, "{answer}");
    assert!(
        answer.contains("\r\ncontent-type: application/json\r\n"),
        "{answer}"
    );
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let length = format!("\r\ncontent-length: {}\r\n", body.len());
    assert!(answer.contains(&length), "{answer}");
    let body: Value = serde_json::from_str(body).unwrap();
    text(&body["message"])
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn a_request_that_the_server_itself_refuses_gets_an_error_with_a_body() {
    let (_latchkey, service) = Latchkey::start().await;
    let form = form_of(&service.bootstrap);
    for path in [PATH, "/auth/roles", "/.well-known/jwks.json", "/none"] {
        for target in [
            format!("{path}?a=<>"),
            format!("{path}?a=\u{1}"),
            "http://[".to_owned(),
        ] {
            let bytes = request(&target, "", &form);
            assert_eq!(gateway_error(&service, &bytes, 400).await, "Bad Request");
        }
        let headers: String = (0..150)
            .map(|number| format!("x-{number}: 1\r\n"))
            .collect();
        let bytes = request(path, &headers, &form);
        let message = gateway_error(&service, &bytes, 431).await;
        assert_eq!(message, "Request Header Fields Too Large");
        let long = format!("x-long: {}\r\n", "x".repeat(10_240));
        let bytes = request(path, &long, &form);
        let message = gateway_error(&service, &bytes, 431).await;
        assert_eq!(message, "Request Header Fields Too Large");
    }
    issued(service.token(&service.bootstrap).await).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "sends raw bytes")]
async fn no_header_changes_the_issuer() {
    let (latchkey, service) = Latchkey::start().await;
    let headers = "host: evil.example\r\nx-forwarded-host: evil.example\r\n\
                   x-forwarded-proto: https\r\nforwarded: host=evil.example\r\n";
    let bytes = request(PATH, headers, &form_of(&service.bootstrap));
    let (status, answer) = raw(&service.url, &bytes).await;
    assert_eq!(status, 200, "{answer}");
    let document = answer.rsplit("\r\n\r\n").next().unwrap();
    let document: Value = serde_json::from_str(document).unwrap();
    let claims = part(&text(&document["access_token"]), 1);
    assert_eq!(claims["iss"], json!(latchkey.issuer));
    assert_eq!(claims["aud"], json!(latchkey.issuer));
}
