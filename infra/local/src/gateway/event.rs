//! The event for a function, in API Gateway's payload format 2.0.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use shared::model::Timestamp;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use url::form_urlencoded;

/// A request with its route.
pub(super) struct Incoming<'a> {
    pub(super) parts: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) peer: SocketAddr,
    pub(super) route_key: &'a str,
    pub(super) path_parameters: &'a BTreeMap<String, String>,
    pub(super) request_id: u64,
    pub(super) now: Timestamp,
}

impl Incoming<'_> {
    pub(super) fn event(&self) -> Json {
        let uri = &self.parts.uri;
        // An HTTP API decodes the path, but not the query string.
        let path = percent_decode_str(uri.path()).decode_utf8_lossy();
        let query = uri.query().unwrap_or_default();
        let text = std::str::from_utf8(self.body).ok();
        let text = text.filter(|_| has_text_type(&self.parts.headers));
        let body = text.map_or_else(|| STANDARD.encode(self.body), str::to_owned);
        let mut event = json!({
            "version": "2.0",
            "routeKey": self.route_key,
            "rawPath": path,
            "rawQueryString": query,
            "cookies": unless_empty(cookies(&self.parts.headers)),
            "headers": self.headers(),
            "queryStringParameters": unless_empty(query_parameters(query)),
            "requestContext": self.request_context(&path),
            "body": (!self.body.is_empty()).then_some(body),
            "pathParameters": unless_empty(self.path_parameters),
            "isBase64Encoded": !self.body.is_empty() && text.is_none(),
        });
        if let Some(fields) = event.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        event
    }

    fn headers(&self) -> Map<String, Json> {
        let headers = &self.parts.headers;
        let mut joined: Map<_, _> = headers
            .keys()
            .filter(|name| *name != header::COOKIE)
            .map(|name| (name.as_str().to_owned(), joined(headers, name).into()))
            .collect();
        let peer = self.peer.ip().to_string();
        let forwarded_for = match joined.get("x-forwarded-for").and_then(Json::as_str) {
            Some(before) => format!("{before}, {peer}"),
            None => peer,
        };
        joined.insert("x-forwarded-for".into(), forwarded_for.into());
        joined.insert("x-forwarded-proto".into(), "http".into());
        joined
    }

    fn request_context(&self, path: &str) -> Json {
        let headers = &self.parts.headers;
        let domain = joined(headers, &header::HOST);
        let domain = domain
            .rsplit_once(':')
            .map_or(domain.as_str(), |(name, _)| name);
        json!({
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.split('.').next(),
            "http": {
                "method": self.parts.method.as_str(),
                "path": path,
                "protocol": format!("{:?}", self.parts.version),
                "sourceIp": self.peer.ip().to_string(),
                "userAgent": joined(headers, &header::USER_AGENT),
            },
            "requestId": format!("local-{:x}-{:x}", std::process::id(), self.request_id),
            "routeKey": self.route_key,
            "stage": "$default",
            "time": common_log_time(self.now),
            "timeEpoch": self.now.epoch_seconds().saturating_mul(1_000),
        })
    }
}

/// Events omit empty collections.
fn unless_empty<C: IntoIterator + Serialize + Clone>(collection: C) -> Option<C> {
    let is_empty = collection.clone().into_iter().next().is_none();
    (!is_empty).then_some(collection)
}

fn joined(headers: &HeaderMap, name: &header::HeaderName) -> String {
    let values = headers.get_all(name).iter();
    let values: Vec<_> = values
        .filter_map(|value| str::from_utf8(value.as_bytes()).ok())
        .collect();
    values.join(",")
}

fn cookies(headers: &HeaderMap) -> Vec<&str> {
    let lines = headers.get_all(header::COOKIE).iter();
    lines
        .filter_map(|line| str::from_utf8(line.as_bytes()).ok())
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::<String, String>::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        parameters
            .entry(name.into_owned())
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    parameters
}

/// Whether API Gateway treats the body as text. Only the media type decides.
fn has_text_type(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type.starts_with("text/")
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml")
        || matches!(
            media_type.as_str(),
            "application/json" | "application/javascript" | "application/xml"
        )
}

/// The time in the Common Log Format, such as `12/Mar/2020:19:03:58 +0000`.
fn common_log_time(time: Timestamp) -> String {
    const FORMAT: &[BorrowedFormatItem<'_>] =
        format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    let seconds = time.epoch_seconds().try_into().ok();
    let time = seconds.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    time.and_then(|time| time.format(FORMAT).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
