//! The route of a request.

use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt as _};

/// The route key that API Gateway matched to the request, such as `GET /auth/roles/{id}`.
#[must_use]
pub fn route(request: &Request) -> Option<&str> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => context.route_key.as_deref(),
        _ => None,
    }
}
