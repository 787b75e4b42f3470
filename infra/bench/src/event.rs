//! Events as API Gateway sends them: payload format 2.0, with typical headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

/// A request, from which an event is made.
#[derive(Clone, Debug)]
pub(crate) struct RequestEvent {
    method: &'static str,
    /// The path in the template.
    route: &'static str,
    /// The value of `{id}` in the path.
    id: Option<String>,
    /// The access token.
    bearer: Option<String>,
    content_type: Option<&'static str>,
    body: String,
}

impl RequestEvent {
    pub(crate) fn new(method: &'static str, route: &'static str) -> Self {
        Self {
            method,
            route,
            id: None,
            bearer: None,
            content_type: None,
            body: String::new(),
        }
    }

    /// A token request.
    pub(crate) fn for_token(client_id: &str, client_secret: &str) -> Self {
        let body = format!(
            "grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}"
        );
        Self {
            content_type: Some("application/x-www-form-urlencoded"),
            body,
            ..Self::new("POST", "/oauth/token")
        }
    }

    pub(crate) fn of(self, id: &str) -> Self {
        Self {
            id: Some(id.to_owned()),
            ..self
        }
    }

    pub(crate) fn by(self, token: &str) -> Self {
        Self {
            bearer: Some(token.to_owned()),
            ..self
        }
    }

    pub(crate) fn with(self, document: &Json) -> Self {
        Self {
            content_type: Some("application/vnd.api+json"),
            body: document.to_string(),
            ..self
        }
    }

    /// No path of the template has a route for OPTIONS.
    fn route_key(&self) -> String {
        match self.method {
            "OPTIONS" => "$default".to_owned(),
            method => format!("{method} {}", self.route),
        }
    }

    /// The event's JSON.
    pub(crate) fn event(&self) -> String {
        let path = match &self.id {
            Some(id) => self.route.replace("{id}", id),
            None => self.route.to_owned(),
        };
        // API Gateway encodes forms in base64, like everything that it does not treat as text.
        let is_text = self.content_type != Some("application/x-www-form-urlencoded");
        let body = if is_text {
            self.body.clone()
        } else {
            STANDARD.encode(&self.body)
        };
        let mut headers = json!({
            "accept": "*/*",
            "content-length": self.body.len().to_string(),
            "host": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
            "user-agent": "curl/8.5.0",
            "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        });
        if let Some(headers) = headers.as_object_mut() {
            if let Some(token) = &self.bearer {
                headers.insert("authorization".to_owned(), format!("Bearer {token}").into());
            }
            if let Some(content_type) = self.content_type {
                headers.insert("content-type".to_owned(), content_type.into());
            }
        }
        let mut event = json!({
            "version": "2.0",
            "routeKey": self.route_key(),
            "rawPath": path,
            "rawQueryString": "",
            "headers": headers,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "domainName": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
                "domainPrefix": "a1b2c3d4e5",
                "http": {
                    "method": self.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.7",
                    "userAgent": "curl/8.5.0",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": self.route_key(),
                "stage": "$default",
                "time": "10/Mar/2027:12:00:00 +0000",
                "timeEpoch": 1_804_680_000_000_u64,
            },
            "isBase64Encoded": !is_text,
        });
        if let Some(event) = event.as_object_mut() {
            if let Some(id) = &self.id {
                event.insert("pathParameters".to_owned(), json!({ "id": id }));
            }
            if !body.is_empty() {
                event.insert("body".to_owned(), body.into());
            }
        }
        event.to_string()
    }
}
