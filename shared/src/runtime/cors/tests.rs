use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::http::response::Builder;

use super::*;

const APP: &str = "https://app.example.com";

/// The headers of the response to a request, by a deployment that allows these origins.
fn headers(allowed: &str, route_key: &str, request: &[(&str, &str)], answer: Builder) -> HeaderMap {
    let variables = [("ALLOWED_ORIGINS", allowed)].into_iter().collect();
    let mut built = lambda_http::http::Request::builder();
    for (name, value) in request {
        built = match *name {
            "method" => built.method(*value),
            name => built.header(name, *value),
        };
    }
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.route_key = Some(route_key.to_owned());
    let request = built.body(Body::Empty).unwrap();
    let request = request
        .with_request_context(RequestContext::ApiGatewayV2(context))
        .with_raw_http_path("/.well-known/jwks.json");
    let mut response = answer.body(Body::Empty).unwrap();
    let readers = AllowedOrigins::new(&variables).readers(&request);
    readers.name_in(&mut response);
    response.headers().clone()
}

fn of_roles(allowed: &str, request: &[(&str, &str)]) -> HeaderMap {
    headers(allowed, "GET /auth/roles", request, Response::builder())
}

#[test]
fn without_allowed_origins_nothing_is_added() {
    assert!(of_roles("", &[("origin", APP)]).is_empty());
    assert!(of_roles("", &[]).is_empty());
}

#[test]
fn an_allowed_origin_is_named_and_every_other_only_varies() {
    let two = "https://other.example.com,HTTPS://App.Example.Com";
    let found = of_roles(two, &[("origin", APP)]);
    assert_eq!(found["access-control-allow-origin"], APP);
    assert_eq!(found["vary"], "Origin");
    assert_eq!(found["access-control-expose-headers"], EXPOSED);
    assert_eq!(found.len(), 3);
    for origin in [
        "null",
        "*",
        "",
        "https://app.example.com.evil.example",
        "https://app.example.co",
        "http://app.example.com",
        "https://app.example.com:444",
        "https://other.example.com,https://app.example.com",
    ] {
        let found = of_roles(two, &[("origin", origin)]);
        assert_eq!(found["vary"], "Origin", "{origin}");
        assert_eq!(found.len(), 1, "{origin}");
    }
    assert_eq!(of_roles(two, &[]).len(), 1);
}

#[test]
fn the_route_decides_what_is_public_and_the_path_only_for_the_default_route() {
    // The path of each request is that of the key set.
    for (route_key, is_public) in [
        ("GET /.well-known/jwks.json", true),
        ("$default", true),
        ("GET /auth/roles/{id}", false),
    ] {
        let found = headers("", route_key, &[], Response::builder());
        assert_eq!(found.contains_key("access-control-allow-origin"), is_public);
        assert!(!found.contains_key("vary"));
    }
}

#[test]
fn only_a_successful_preflight_lists_methods_and_headers() {
    let origin = ("origin", APP);
    let asks = ("access-control-request-method", "PATCH");
    let options = ("method", "OPTIONS");
    let answer = |status: u16| {
        Response::builder()
            .status(status)
            .header("allow", "GET, PATCH")
    };
    let found = |request: &[_], status| headers(APP, "$default", request, answer(status));
    let preflight = found(&[options, origin, asks], 204);
    assert_eq!(preflight["access-control-allow-methods"], "GET, PATCH");
    assert_eq!(preflight["access-control-allow-headers"], ACCEPTED);
    assert_eq!(preflight["access-control-max-age"], "3600");
    for (request, status) in [
        (&[options, origin, asks][..], 404),
        (&[options, origin], 204),
        (&[options, asks], 204),
        (&[origin, asks], 200),
    ] {
        let found = found(request, status);
        assert!(!found.contains_key("access-control-allow-methods"));
        assert!(!found.contains_key("access-control-max-age"));
    }
}
