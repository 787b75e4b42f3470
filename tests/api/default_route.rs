//! Requests that match no other route: 404, 405, OPTIONS, and a slash at the end.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test panics"
)]

use std::collections::BTreeMap;

use local::Template;
use reqwest::Response;
use serde_json::Value;
use tests::{Latchkey, Service, api_error, body, oauth_error, text};

/// The methods of each path in the template, in its order.
pub(crate) fn paths() -> BTreeMap<String, Vec<String>> {
    let mut paths = BTreeMap::<_, Vec<_>>::new();
    for function in Template::built_in().unwrap().functions {
        for route in function.routes {
            if route.key() != "$default" {
                paths.entry(route.path).or_default().push(route.method);
            }
        }
    }
    assert!(paths.len() > 5);
    paths
}

/// A path of the template, with ids.
pub(crate) fn with_id(pattern: &str) -> String {
    let path = pattern.replace("{id}", crate::auth::NO_CLIENT);
    path.replace("{secretId}", crate::auth::NO_CLIENT)
}

/// The methods in a header, sorted.
pub(crate) fn methods(response: &Response, header: &str) -> Vec<String> {
    let header = response.headers()[header].to_str().unwrap();
    let mut methods: Vec<_> = header.split(", ").map(str::to_owned).collect();
    methods.sort();
    methods
}

async fn send(service: &Service, method: &str, path: &str) -> Response {
    service.request(method, path).send().await.unwrap()
}

/// The code and the description of an error. Asserts that it has the form of the path's endpoint.
async fn error(path: &str, response: Response) -> (String, String) {
    let status = response.status();
    assert!(status.is_client_error(), "{path}: {status}");
    if path.starts_with("/auth") {
        let error = api_error(response).await;
        assert_eq!(error["source"], Value::Null);
        return (text(&error["code"]), text(&error["detail"]));
    }
    if path.starts_with("/oauth") {
        assert_eq!(response.headers()["pragma"], "no-cache");
    }
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let error = body(response).await;
    (text(&error["error"]), text(&error["error_description"]))
}

#[tokio::test]
async fn every_other_method_on_every_path_gets_405_with_the_methods_of_the_path() {
    let (_latchkey, service) = Latchkey::start().await;
    for (pattern, mut expected) in paths() {
        let path = with_id(&pattern);
        // `me` is an id for the routes of one client: they answer 404.
        let known = match pattern.strip_suffix("/me") {
            None => expected.clone(),
            Some(start) => paths()[&format!("{start}/{{id}}")].clone(),
        };
        let allowed = expected.clone();
        expected.push("OPTIONS".to_owned());
        expected.sort();
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "BREW"] {
            if known.iter().any(|known| known == method) {
                continue;
            }
            let response = send(&service, method, &path).await;
            assert_eq!(response.status(), 405, "{method} {path}");
            assert_eq!(methods(&response, "allow"), expected, "{method} {path}");
            if method == "HEAD" {
                assert!(response.bytes().await.unwrap().is_empty());
                continue;
            }
            let (code, detail) = error(&path, response).await;
            let expected = match path.starts_with("/auth/") {
                true => "method_not_allowed",
                false => "invalid_request",
            };
            assert_eq!(code, expected, "{method} {path}");
            assert!(
                allowed.iter().all(|known| detail.contains(known)),
                "{detail}"
            );
        }
    }
}

#[tokio::test]
async fn options_lists_the_methods_of_every_path() {
    let (_latchkey, service) = Latchkey::start().await;
    for (pattern, mut expected) in paths() {
        expected.push("OPTIONS".to_owned());
        expected.sort();
        let response = send(&service, "OPTIONS", &with_id(&pattern)).await;
        assert_eq!(response.status(), 204, "{pattern}");
        assert_eq!(methods(&response, "allow"), expected, "{pattern}");
        assert!(response.bytes().await.unwrap().is_empty());
    }
}

/// Asserts that these paths with a slash at the end get 404.
async fn no_slash_at_the_end(is_path: impl Fn(&str) -> bool) {
    let (_latchkey, service) = Latchkey::start().await;
    let patterns = paths().into_keys();
    let patterns: Vec<_> = patterns.filter(|pattern| is_path(pattern)).collect();
    assert!(!patterns.is_empty());
    for pattern in patterns {
        let path = with_id(&pattern) + "/";
        for method in ["GET", "POST", "PATCH", "OPTIONS"] {
            let response = send(&service, method, &path).await;
            assert_eq!(response.status(), 404, "{method} {path}");
            assert!(!response.headers().contains_key("location"));
            let (code, detail) = error(&path, response).await;
            assert_eq!(code, "not_found");
            assert!(detail.ends_with(&format!(" {pattern}.")), "{detail}");
        }
    }
}

fn is_one_segment(path: &str) -> bool {
    path.matches('/').count() == 1
}

#[tokio::test]
async fn a_path_with_a_slash_at_its_end_gets_404_that_names_the_path_without_it() {
    no_slash_at_the_end(|path| !is_one_segment(path)).await;
}

#[tokio::test]
async fn a_path_of_one_segment_with_a_slash_at_its_end_gets_the_same() {
    no_slash_at_the_end(is_one_segment).await;
}

#[tokio::test]
async fn a_path_that_does_not_exist_gets_404_in_the_form_of_its_endpoint() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in [
        "/",
        "/other",
        "/.well-known",
        "/.well-known/security.txt",
        "/oauth",
        "/oauth/",
        "/oauth/tokens",
        "/oauth/token/x",
        "/oauth/token//",
        "/auth",
        "/auth/",
        "/auth/other",
        "/auth/roles/1/2",
        "/auth/app-clients/1/rotate",
        "/auth/app-clients/1/rotate-secret/x",
    ] {
        for method in ["GET", "POST", "PUT", "OPTIONS", "BREW"] {
            let response = send(&service, method, path).await;
            assert_eq!(response.status(), 404, "{method} {path}");
            assert!(!response.headers().contains_key("allow"));
            let (code, detail) = error(path, response).await;
            assert_eq!(code, "not_found");
            assert_eq!(detail, "The path was not found.");
        }
    }
}

#[tokio::test]
async fn head_for_a_path_that_does_not_exist_has_no_body() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in ["/other", "/auth/other", "/auth/roles/"] {
        let response = send(&service, "HEAD", path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert!(response.bytes().await.unwrap().is_empty());
    }
}

/// API Gateway matches the path as it was sent, and passes it on decoded.
#[tokio::test]
#[cfg_attr(
    feature = "deployed",
    ignore = "depends on where a gateway decodes paths"
)]
async fn an_encoded_slash_does_not_make_a_path() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in ["/auth%2Froles", "//auth/roles"] {
        let response = send(&service, "GET", path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert!(!response.headers().contains_key("allow"), "{path}");
    }
}

#[tokio::test]
async fn the_response_does_not_repeat_the_path_or_the_query() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in [
        "/guess",
        "/oauth/guess",
        "/auth/guess",
        "/auth/app-clients/guess/",
    ] {
        for method in ["GET", "PUT"] {
            let path = format!("{path}?client_secret=guess");
            let response = send(&service, method, &path).await;
            assert!(response.status().is_client_error());
            let headers = format!("{:?}", response.headers());
            assert!(!headers.contains("guess"), "{headers}");
            let text = response.text().await.unwrap();
            assert!(!text.is_empty() && !text.contains("guess"), "{text}");
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn the_log_line_has_the_default_route_and_never_the_path() {
    let (latchkey, service) = Latchkey::start().await;
    for (method, path, status, outcome) in [
        ("GET", "/auth/guess", 404, "refused"),
        ("PUT", "/auth/roles", 405, "refused"),
        ("OPTIONS", "/auth/roles", 204, "done"),
    ] {
        let _ = latchkey.lines.take();
        send(&service, method, path).await;
        let line = latchkey.lines.take_one();
        assert_eq!(line["route"], "$default");
        assert_eq!(line["status"], status);
        assert_eq!(line["outcome"], outcome);
        assert!(!line.to_string().contains("/auth"), "{line}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn the_default_route_makes_no_aws_calls() {
    let (latchkey, _service) = Latchkey::start().await;
    let service = latchkey.instance().await;
    for (method, path) in [
        ("GET", "/x"),
        ("PUT", "/auth/roles"),
        ("OPTIONS", "/oauth/token"),
    ] {
        send(&service, method, path).await;
    }
    assert!(service.aws.calls().is_empty());
}

#[tokio::test]
async fn a_token_request_with_another_method_is_no_token_request() {
    let (_latchkey, service) = Latchkey::start().await;
    let response = send(&service, "DELETE", "/oauth/token").await;
    assert_eq!(response.headers()["allow"], "POST, OPTIONS");
    assert_eq!(oauth_error(response).await, "invalid_request");
}
