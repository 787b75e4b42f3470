//! The events of API Gateway, in a form that lambda_http accepts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_http::Request;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::http::HeaderValue;
use lambda_http::request::LambdaRequest;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// An event of API Gateway's HTTP API, payload format 2.0. It may be unreadable: lambda_http rejects
/// some strings that JSON permits, such as a header value with a control character, and panics at a
/// body that is not Base64. Such an event must not fail the invocation, for which the caller would
/// get 500.
pub struct HttpEvent {
    request: ApiGatewayV2httpRequest,
    is_readable: bool,
}

/// Marks a request of which only the route is known.
#[derive(Clone, Copy)]
struct Unreadable;

/// Marks a request whose event is unreadable.
pub(super) fn mark_unreadable(request: &mut Request) {
    request.extensions_mut().insert(Unreadable);
}

/// Whether the request could be read. If not, it has neither headers nor a body.
#[must_use]
pub fn is_readable(request: &Request) -> bool {
    request.extensions().get::<Unreadable>().is_none()
}

impl HttpEvent {
    /// The event in a form that lambda_http accepts, and whether it could be read.
    pub(super) fn into_valid(mut self) -> (LambdaRequest, bool) {
        make_valid(&mut self.request);
        (LambdaRequest::ApiGatewayV2(self.request), self.is_readable)
    }
}

impl<'de> Deserialize<'de> for HttpEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?;
        if let Ok(request) = serde_json::from_str(text.get())
            && is_of_an_http_api(&request)
            && has_valid_body(&request)
        {
            return Ok(Self {
                request,
                is_readable: true,
            });
        }
        let outline = serde_json::from_str::<Outline>(text.get()).ok();
        let outline = outline.filter(|outline| outline.version == "2.0");
        // Without the parser's words, which would contain the caller's text.
        let outline = outline.ok_or_else(|| D::Error::custom("not an event of an HTTP API"))?;
        Ok(Self {
            request: outline.into(),
            is_readable: false,
        })
    }
}

/// Whether the event has the payload format 2.0 and a route: lambda_http requires neither.
fn is_of_an_http_api(request: &ApiGatewayV2httpRequest) -> bool {
    request.version.as_deref() == Some("2.0") && request.request_context.route_key.is_some()
}

/// Whether the body can be decoded. lambda_http would panic.
fn has_valid_body(request: &ApiGatewayV2httpRequest) -> bool {
    let body = request.body.as_deref().unwrap_or_default();
    !request.is_base64_encoded || STANDARD.decode(body).is_ok()
}

/// What an unreadable event is still needed for: to route it, and to log it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outline {
    version: String,
    request_context: OutlineContext,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OutlineContext {
    route_key: String,
    request_id: Option<String>,
    http: OutlineHttp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OutlineHttp {
    source_ip: Option<String>,
}

impl From<Outline> for ApiGatewayV2httpRequest {
    fn from(outline: Outline) -> Self {
        let mut request = Self::default();
        let context = outline.request_context;
        request.request_context.route_key = Some(context.route_key);
        request.request_context.request_id = context.request_id;
        request.request_context.http.source_ip = context.http.source_ip;
        request
    }
}

/// What RFC 3986 §3.4 does not permit in a query, other than `%`.
const NOT_IN_A_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// Makes an event valid for lambda_http, which builds a URL and a `http::Uri` from it and panics if
/// it cannot. API Gateway passes on some bytes that are not valid there.
fn make_valid(event: &mut ApiGatewayV2httpRequest) {
    if let Some(query) = &mut event.raw_query_string {
        *query = utf8_percent_encode(query, NOT_IN_A_QUERY).to_string();
    }
    // A decoded path may have characters that would end it in a URL.
    if let Some(path) = &mut event.raw_path {
        let encoded = path.replace('?', "%3F").replace('#', "%23");
        *path = if encoded.starts_with('/') {
            encoded
        } else {
            format!("/{encoded}")
        };
    }
    // The host in the URL is not used: the issuer comes from the request context.
    let placeholder = HeaderValue::from_static("localhost");
    event.headers.insert("host", placeholder);
    event.headers.remove("x-forwarded-proto");
}
