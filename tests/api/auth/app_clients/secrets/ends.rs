//! The end of a secret, in every request that chooses one: an addition, a change and a rotation.

use reqwest::Response;
use serde_json::{Value, json};
use tests::{BEGIN, Client, api_error, body, text};

use super::{DAY, document, first, secret_path, secrets_path};
use crate::auth::{Api, client_path, pointer};

#[derive(Clone, Copy, Debug)]
enum Request {
    Add,
    Change,
    Rotate,
}

const REQUESTS: [Request; 3] = [Request::Add, Request::Change, Request::Rotate];

impl Request {
    async fn send(self, api: &Api, client: &Client, end: &Value) -> Response {
        let attributes = json!({ "expiresAt": end });
        match self {
            Self::Add => {
                let document = document(attributes);
                api.ask("POST", &secrets_path(client), Some(&document))
                    .await
            }
            Self::Change => {
                let path = secret_path(client, &first(api, client).await.id);
                api.ask("PATCH", &path, Some(&document(attributes))).await
            }
            Self::Rotate => {
                let path = client_path(&client.id) + "/rotate-secret";
                let data = json!({ "type": "auth/app-clients", "attributes": attributes });
                let document = json!({ "data": data });
                api.ask("POST", &path, Some(&document)).await
            }
        }
    }
}

/// The end of the secret that was added, changed or rotated last.
async fn end(api: &Api, client: &Client) -> Value {
    let mut newest = super::listed(api, client).await.pop().unwrap();
    newest["attributes"]["expiresAt"].take()
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn an_end_is_30_to_365_days_ahead_with_a_minute_of_slack() {
    for request in REQUESTS {
        let api = Api::start().await;
        let client = api.client().await;
        for accepted in [
            BEGIN + 30 * DAY - 60,
            BEGIN + 30 * DAY,
            BEGIN + 365 * DAY,
            BEGIN + 365 * DAY + 60,
        ] {
            let response = request.send(&api, &client, &json!(accepted)).await;
            assert!(response.status().is_success(), "{request:?}: {accepted}");
            assert_eq!(end(&api, &client).await, accepted, "{request:?}");
        }
    }
}

/// The likely mistakes: a validity of a month, a leap year, milliseconds, and ISO 8601.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn another_end_is_refused_with_its_bounds_and_its_unit() {
    for request in REQUESTS {
        let api = Api::start().await;
        let client = api.client().await;
        for refused in [
            json!(BEGIN + 29 * DAY),
            json!(BEGIN + 30 * DAY - 61),
            json!(BEGIN + 365 * DAY + 61),
            json!(BEGIN + 366 * DAY),
            json!(BEGIN),
            json!(0),
            json!(90),
            json!(u64::MAX),
            json!(-1),
            json!((BEGIN + 90 * DAY) * 1_000),
            json!(1_808_000_000.5),
            json!("2027-06-01T00:00:00Z"),
            json!((BEGIN + 90 * DAY).to_string()),
            json!(true),
            json!([]),
        ] {
            let response = request.send(&api, &client, &refused).await;
            assert_eq!(response.status(), 422, "{request:?}: {refused}");
            let error = api_error(response).await;
            assert_eq!(error["code"], "invalid_value", "{request:?}: {refused}");
            assert_eq!(error["source"], pointer("/data/attributes/expiresAt"));
            let detail = text(&error["detail"]);
            for word in ["30 to 365 days", "epoch seconds", "milliseconds", "text"] {
                assert!(detail.contains(word), "{detail}");
            }
        }
        assert_eq!(end(&api, &client).await, Value::Null, "{request:?}");
        assert!(api.accepts(&client.credentials).await, "{request:?}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn null_is_no_end() {
    for request in REQUESTS {
        let api = Api::start().await;
        let client = api.client().await;
        let some = json!(BEGIN + 90 * DAY);
        for end_sent in [&some, &Value::Null] {
            let response = request.send(&api, &client, end_sent).await;
            assert!(response.status().is_success(), "{request:?}");
            body(response).await;
            assert_eq!(end(&api, &client).await, *end_sent, "{request:?}");
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_warm_instance_refuses_a_secret_from_its_end() {
    for request in REQUESTS {
        let api = Api::start().await;
        let client = api.client().await;
        let response = request.send(&api, &client, &json!(BEGIN + 30 * DAY)).await;
        let sent = body(response).await;
        let mut credentials = client.credentials.clone();
        if let Value::String(secret) = &sent["data"]["attributes"]["clientSecret"] {
            credentials.secret.clone_from(secret);
        }
        assert!(api.accepts(&credentials).await, "{request:?}");
        api.latchkey.clock.advance(30 * DAY - 1);
        assert!(api.accepts(&credentials).await, "{request:?}");
        api.latchkey.clock.advance(1);
        assert!(!api.accepts(&credentials).await, "{request:?}");
    }
}
