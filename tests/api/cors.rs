//! CORS: which pages of other origins may read a response, and what they may send.
#![expect(clippy::unwrap_used, reason = "a failing test panics")]

use reqwest::Response;
use tests::aws::Break;
use tests::{Latchkey, Service};

use crate::default_route::{methods, paths, with_id};

const APP: &str = "https://app.example.com";
const OTHER: &str = "https://other.example.com";
const EXPOSED: [&str; 8] = [
    "location",
    "retry-after",
    "www-authenticate",
    "etag",
    "ratelimit",
    "ratelimit-policy",
    "allow",
    "idempotency-replayed",
];
const ACCEPTED: [&str; 6] = [
    "accept",
    "authorization",
    "content-type",
    "if-match",
    "if-none-match",
    "idempotency-key",
];

/// A deployment that allows pages of two origins.
async fn start() -> (Latchkey, Service) {
    Latchkey::start_with(|options| {
        let origins = format!("https://admin.example.com,{APP}");
        options.parameters.set("AllowedOrigins", origins);
    })
    .await
}

async fn from(service: &Service, origin: &str, method: &str, path: &str) -> Response {
    let request = service.request(method, path).header("origin", origin);
    request.send().await.unwrap()
}

async fn preflight(service: &Service, origin: &str, path: &str) -> Response {
    let request = service.request("OPTIONS", path).header("origin", origin);
    let request = request.header("access-control-request-method", "GET");
    let request = request.header("access-control-request-headers", "authorization");
    request.send().await.unwrap()
}

/// The names of the CORS headers.
fn cors(response: &Response) -> Vec<&str> {
    let names = response.headers().keys().map(|name| name.as_str());
    names
        .filter(|name| name.starts_with("access-control"))
        .collect()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    Some(response.headers().get(name)?.to_str().unwrap())
}

fn listed(response: &Response, name: &str) -> Vec<String> {
    let value = header(response, name).unwrap_or_default();
    value.split(", ").map(str::to_owned).collect()
}

fn is_public(path: &str) -> bool {
    path.starts_with("/.well-known/") || path == "/openapi.json"
}

/// Requests to every path, and to one that does not exist, with success and with errors.
async fn responses(service: &Service, origin: Option<&str>) -> Vec<(String, Response)> {
    let token = service.admin_token().await;
    let mut responses = Vec::new();
    for path in paths().into_keys().chain(["/auth/other".to_owned()]) {
        for method in ["GET", "HEAD", "POST", "PUT"] {
            for bearer in [None, Some(&token)] {
                let mut request = service.request(method, &with_id(&path));
                if let Some(origin) = origin {
                    request = request.header("origin", origin);
                }
                if let Some(bearer) = bearer {
                    request = request.bearer_auth(bearer);
                }
                responses.push((path.clone(), request.send().await.unwrap()));
            }
        }
    }
    let statuses: Vec<_> = responses
        .iter()
        .map(|(_, one)| one.status().as_u16())
        .collect();
    assert!(
        [200, 400, 401, 404, 405]
            .iter()
            .all(|status| statuses.contains(status))
    );
    responses
}

/// The template's parameter `AllowedOrigins` is empty by default.
#[tokio::test]
async fn by_default_no_page_of_another_origin_can_use_the_api() {
    let (_latchkey, service) = Latchkey::start().await;
    for (path, response) in responses(&service, Some(APP)).await {
        assert_eq!(!cors(&response).is_empty(), is_public(&path), "{path}");
        assert_eq!(header(&response, "vary"), None, "{path}");
    }
    for path in paths().into_keys() {
        let response = preflight(&service, APP, &with_id(&path)).await;
        assert_eq!(!cors(&response).is_empty(), is_public(&path), "{path}");
    }
}

#[tokio::test]
async fn every_origin_can_read_the_public_documents() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in paths().into_keys().filter(|path| is_public(path)) {
        for method in ["GET", "HEAD", "PUT"] {
            for origin in [APP, OTHER, "null"] {
                let response = from(&service, origin, method, &path).await;
                assert_eq!(header(&response, "access-control-allow-origin"), Some("*"));
                assert_eq!(listed(&response, "access-control-expose-headers"), EXPOSED);
                assert_eq!(header(&response, "vary"), None);
            }
        }
    }
}

/// A shared cache may answer a page with the response to a request without an origin.
#[tokio::test]
async fn a_public_document_has_the_same_headers_with_and_without_an_origin() {
    let (_latchkey, service) = Latchkey::start().await;
    for path in paths().into_keys().filter(|path| is_public(path)) {
        let without = service.request("GET", &path).send().await.unwrap();
        let with = from(&service, APP, "GET", &path).await;
        let names = |response: &Response| -> Vec<String> {
            let headers = response.headers().iter();
            let shown = headers.map(|(name, value)| format!("{name}: {value:?}"));
            let constant =
                |line: &String| line.starts_with("access-control") || line.starts_with("cache");
            shown.filter(constant).collect()
        };
        assert_eq!(names(&without), names(&with));
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn the_allowed_origins_do_not_limit_the_public_documents() {
    let (_latchkey, service) = start().await;
    for path in paths().into_keys().filter(|path| is_public(path)) {
        for origin in [APP, OTHER] {
            for response in [
                from(&service, origin, "GET", &path).await,
                preflight(&service, origin, &path).await,
            ] {
                assert!(response.status().is_success());
                assert_eq!(header(&response, "access-control-allow-origin"), Some("*"));
            }
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn every_origin_can_read_the_503_of_the_key_set() {
    let (latchkey, _service) = Latchkey::start().await;
    let instance = latchkey.instance().await;
    instance.aws.break_nth(0, Break::InternalError, true);
    let response = from(&instance, OTHER, "GET", "/.well-known/jwks.json").await;
    assert_eq!(response.status(), 503);
    assert_eq!(header(&response, "access-control-allow-origin"), Some("*"));
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn an_allowed_origin_can_read_every_response() {
    let (_latchkey, service) = start().await;
    for (path, response) in responses(&service, Some(APP)).await {
        if is_public(&path) {
            continue;
        }
        let origin = header(&response, "access-control-allow-origin");
        assert_eq!(origin, Some(APP), "{path}");
        assert_eq!(header(&response, "vary"), Some("Origin"), "{path}");
        assert_eq!(listed(&response, "access-control-expose-headers"), EXPOSED);
        assert_eq!(header(&response, "access-control-allow-credentials"), None);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn an_origin_that_is_not_allowed_can_read_only_the_public_documents() {
    let (_latchkey, service) = start().await;
    for origin in [OTHER, "null", "https://app.example.com.evil.example"] {
        for (path, response) in responses(&service, Some(origin)).await {
            if is_public(&path) {
                continue;
            }
            assert!(cors(&response).is_empty(), "{origin}: {path}");
            assert_eq!(header(&response, "vary"), Some("Origin"), "{path}");
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_request_without_an_origin_gets_no_cors_headers() {
    let (_latchkey, service) = start().await;
    for (path, response) in responses(&service, None).await {
        if !is_public(&path) {
            assert!(cors(&response).is_empty(), "{path}");
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_preflight_learns_the_methods_of_the_path_and_the_headers() {
    let (_latchkey, service) = start().await;
    for (pattern, mut expected) in paths() {
        let response = preflight(&service, APP, &with_id(&pattern)).await;
        assert_eq!(response.status(), 204, "{pattern}");
        expected.push("OPTIONS".to_owned());
        expected.sort();
        let allowed = methods(&response, "access-control-allow-methods");
        assert_eq!(allowed, expected, "{pattern}");
        assert_eq!(listed(&response, "access-control-allow-headers"), ACCEPTED);
        assert_eq!(header(&response, "access-control-max-age"), Some("3600"));
        assert_eq!(header(&response, "access-control-allow-credentials"), None);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_preflight_for_a_path_that_does_not_exist_gets_404() {
    let (_latchkey, service) = start().await;
    for path in ["/auth/other", "/auth/roles/", "/.well-known/other"] {
        let response = preflight(&service, APP, path).await;
        assert_eq!(response.status(), 404, "{path}");
        for name in ["methods", "headers"] {
            let name = format!("access-control-allow-{name}");
            assert_eq!(header(&response, &name), None);
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a stack with other settings")]
async fn a_preflight_of_an_origin_that_is_not_allowed_learns_nothing() {
    let (_latchkey, service) = start().await;
    for pattern in paths().into_keys().filter(|path| !is_public(path)) {
        let response = preflight(&service, OTHER, &with_id(&pattern)).await;
        assert!(cors(&response).is_empty(), "{pattern}");
    }
}
