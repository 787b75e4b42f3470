//! HEAD: the response to GET without its body (RFC 9110 §9.3.2).
#![expect(clippy::unwrap_used, reason = "a failing test panics")]

use reqwest::Response;
use reqwest::header::HeaderMap;
use tests::{Service, body, text};

use crate::auth::{Api, NO_CLIENT};
use crate::default_route::paths;

/// The paths that have GET, with the ids of a client, a secret or a role that exists.
async fn readable(api: &Api) -> Vec<String> {
    let client = api.client().await.id;
    let secrets = format!("/auth/app-clients/{client}/secrets");
    let secrets = body(api.get(&secrets).await).await;
    let secret = text(secrets.pointer("/data/0/id").unwrap());
    let role = api.service.role(&api.admin, "Patient").await;
    let paths = paths().into_iter();
    let paths = paths.filter(|(_, methods)| methods.iter().any(|method| method == "GET"));
    let ids = |path: String| {
        let id = if path.contains("roles") {
            &role
        } else {
            &client
        };
        path.replace("{id}", id).replace("{secretId}", &secret)
    };
    paths.map(|(path, _)| ids(path)).collect()
}

/// The headers that do not differ between two requests by their nature.
fn comparable(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in [
        "date",
        "apigw-requestid",
        "x-amzn-requestid",
        "x-amz-request-id",
    ] {
        headers.remove(name);
    }
    if cfg!(feature = "deployed") {
        headers.remove("content-length");
    }
    headers
}

async fn ask(service: &Service, method: &str, path: &str, token: Option<&str>) -> Response {
    let mut request = service.request(method, path);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.send().await.unwrap()
}

/// Asserts that HEAD has the status and the headers of GET, and no body.
async fn assert_same(service: &Service, path: &str, token: Option<&str>, status: u16) {
    let get = ask(service, "GET", path, token).await;
    let head = ask(service, "HEAD", path, token).await;
    assert_eq!(get.status(), status, "{path}");
    assert_eq!(head.status(), status, "{path}");
    assert_eq!(
        comparable(head.headers()),
        comparable(get.headers()),
        "{path}"
    );
    assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    assert!(!get.bytes().await.unwrap().is_empty(), "{path}");
}

#[tokio::test]
async fn head_on_every_path_with_get_has_its_status_and_headers_and_no_body() {
    let api = Api::start().await;
    let paths = readable(&api).await;
    assert_eq!(paths.len(), 11);
    for path in paths {
        assert_same(&api.service, &path, Some(&api.admin), 200).await;
    }
}

#[tokio::test]
async fn head_has_the_errors_of_get() {
    let api = Api::start().await;
    let client = format!("/auth/app-clients/{NO_CLIENT}");
    assert_same(&api.service, &client, Some(&api.admin), 404).await;
    assert_same(&api.service, "/auth/roles", None, 401).await;
    assert_same(&api.service, "/auth/roles?x=1", Some(&api.admin), 400).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "reads the log")]
async fn the_log_line_of_head_has_its_own_route() {
    let api = Api::start().await;
    let _ = api.latchkey.lines.take();
    ask(&api.service, "HEAD", "/auth/roles", Some(&api.admin)).await;
    let line = api.latchkey.lines.take_one();
    assert_eq!(text(&line["route"]), "HEAD /auth/roles");
    assert_eq!(text(&line["outcome"]), "done");
}
