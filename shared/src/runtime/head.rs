//! HEAD: the response to GET without its body (RFC 9110 §9.3.2). API Gateway does not pass HEAD to a
//! GET route, so `template.yaml` has a HEAD route for each GET route.

use lambda_http::http::header::CONTENT_LENGTH;
use lambda_http::http::{HeaderValue, Method};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, Response};

/// The HEAD route that belongs to a GET route; `None` for another route key.
pub(super) fn route_for(route_key: &str) -> Option<String> {
    let path = route_key.strip_prefix("GET ")?;
    Some(format!("HEAD {path}"))
}

/// Whether the request is a HEAD request. If it is, its route becomes the GET route, so that no
/// function has to know HEAD.
pub(super) fn read_as_get(request: &mut Request) -> bool {
    let mut is_head = request.method() == Method::HEAD;
    let context = request.extensions_mut().get_mut();
    if let Some(RequestContext::ApiGatewayV2(context)) = context
        && let Some(key) = &mut context.route_key
        && let Some(path) = key.strip_prefix("HEAD ")
    {
        *key = format!("GET {path}");
        // An unreadable request has a route, but not its method.
        is_head = true;
    }
    is_head
}

/// Removes the body, and says its length instead. API Gateway computes `Content-Length` from the
/// body that a function returns. AWS does not document whether it keeps the header of a function
/// when there is no body. If it does not, the header is 0 or absent.
pub(super) fn leave_out_body(response: &mut Response<Body>) {
    let length = std::mem::take(response.body_mut()).len();
    if length > 0 {
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_get_route_has_a_head_route() {
        assert_eq!(route_for("GET /a/{id}").as_deref(), Some("HEAD /a/{id}"));
        for other in ["POST /a", "$default", "ANY /a"] {
            assert_eq!(route_for(other), None);
        }
    }
}
