//! The HTTP response for the result of a function.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// The response to a request with this method; `None` if the result is malformed.
pub(super) fn from_result(method: &Method, result: &Json) -> Option<Response<Body>> {
    let status = u16::try_from(result["statusCode"].as_u64()?).ok()?;
    let body = result["body"].as_str().unwrap_or_default();
    let body = if result["isBase64Encoded"] == true {
        STANDARD.decode(body).ok()?
    } else {
        body.as_bytes().to_vec()
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).ok().filter(|status| {
        // A 1xx response is never final.
        !status.is_informational()
    })?;
    let headers = response.headers_mut();
    for field in ["headers", "multiValueHeaders"] {
        for (name, value) in result[field].as_object().into_iter().flatten() {
            append(headers, name.parse().ok()?, value)?;
        }
    }
    append(headers, header::SET_COOKIE, &result["cookies"])?;
    // The gateway frames the body itself. Without one, only the function knows its length.
    if method != Method::HEAD {
        headers.remove(header::CONTENT_LENGTH);
    }
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONNECTION);
    Some(response)
}

fn append(headers: &mut HeaderMap, name: HeaderName, value: &Json) -> Option<()> {
    let values = match value {
        Json::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    for value in values.iter().filter(|value| !value.is_null()) {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        headers.append(&name, HeaderValue::from_str(&text).ok()?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_result_becomes_a_response() {
        let result = json!({
            "statusCode": 201,
            "headers": { "x-one": "1", "content-length": "9" },
            "multiValueHeaders": { "x-two": ["1", "2"] },
            "cookies": ["a=1", "b=2"],
            "body": "YWJj",
            "isBase64Encoded": true,
        });
        let response = from_result(&Method::GET, &result).unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["x-one"], "1");
        assert_eq!(response.headers().get_all("x-two").iter().count(), 2);
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert!(!response.headers().contains_key("content-length"));
        let body = axum::body::to_bytes(response.into_body(), 10)
            .await
            .unwrap();
        assert_eq!(&body[..], b"abc");
    }

    #[test]
    fn only_a_response_to_head_keeps_the_length_that_the_function_states() {
        let result = json!({ "statusCode": 200, "headers": { "content-length": "9" } });
        for (method, length) in [(Method::HEAD, Some("9")), (Method::GET, None)] {
            let response = from_result(&method, &result).unwrap();
            let found = response.headers().get("content-length");
            assert_eq!(found.map(|length| length.to_str().unwrap()), length);
        }
    }

    #[test]
    fn a_malformed_result_is_rejected() {
        let from_result = |result: &Json| from_result(&Method::GET, result);
        assert!(from_result(&json!("text")).is_none());
        assert!(from_result(&json!({ "statusCode": 99 })).is_none());
        assert!(from_result(&json!({ "statusCode": 100 })).is_none());
        assert!(from_result(&json!({ "statusCode": 200, "headers": { " ": "" } })).is_none());
    }
}
