//! What strangers can send.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tests::{Credentials, Latchkey, Service};

/// A request that needs no valid credentials, or those of one client.
pub(super) struct StrangersRequest {
    /// The first column of its row.
    pub(super) name: &'static str,
    method: &'static str,
    path: &'static str,
    bearer: Option<String>,
    form: Option<String>,
}

impl StrangersRequest {
    fn get(name: &'static str, path: &'static str, bearer: Option<String>) -> Self {
        Self {
            name,
            method: "GET",
            path,
            bearer,
            form: None,
        }
    }

    pub(super) fn token(name: &'static str, method: &'static str, client: &Credentials) -> Self {
        let Credentials { id, secret } = client;
        Self {
            name,
            method,
            path: "/oauth/token",
            bearer: None,
            form: Some(format!(
                "grant_type=client_credentials&client_id={id}&client_secret={secret}"
            )),
        }
    }

    pub(super) async fn send(&self, service: &Service) -> u16 {
        let mut request = service.request(self.method, self.path);
        if let Some(token) = &self.bearer {
            request = request.bearer_auth(token);
        }
        if let Some(form) = &self.form {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.clone());
        }
        request.send().await.unwrap().status().as_u16()
    }
}

/// A request for each row of the table of costs.
pub(super) async fn requests(latchkey: &Latchkey, service: &Service) -> Vec<StrangersRequest> {
    let client = service.new_client(json!({})).await.credentials;
    let single = service.new_client(json!({ "tokenQuota": 1 })).await;
    let id = |id: &str| Credentials {
        id: id.to_owned(),
        ..service.bootstrap.clone()
    };
    let malformed = Credentials {
        secret: "guess".to_owned(),
        ..client.clone()
    };
    let token = service.admin_token().await;
    let (_, rest) = token.split_once('.').unwrap();
    let header = json!({ "typ": "at+jwt", "alg": "ES256", "kid": "unknown" }).to_string();
    let unknown_kid = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header));
    // Longer than the token's lifetime and the tolerance for clocks.
    latchkey.clock.advance(3_700);
    // Instances that get the request later have never issued a token to this client.
    assert_eq!(service.token(&single.credentials).await.status(), 200);
    let roles = "/auth/roles";
    vec![
        StrangersRequest::token(
            "`POST /oauth/token`, unknown ID",
            "POST",
            &id(&"0".repeat(32)),
        ),
        StrangersRequest::token(
            "`POST /oauth/token`, known ID, wrong secret",
            "POST",
            &id(&client.id),
        ),
        StrangersRequest::token("`POST /oauth/token`, malformed secret", "POST", &malformed),
        StrangersRequest::token("`PUT /oauth/token`", "PUT", &client),
        StrangersRequest::token(
            "`POST /oauth/token`, client over its quota",
            "POST",
            &single.credentials,
        ),
        StrangersRequest::get(
            "`GET /.well-known/jwks.json`",
            "/.well-known/jwks.json",
            None,
        ),
        StrangersRequest::get(
            "`GET /.well-known/oauth-authorization-server`",
            "/.well-known/oauth-authorization-server",
            None,
        ),
        StrangersRequest::get("`GET /auth/roles`, no token", roles, None),
        StrangersRequest::get(
            "`GET /auth/roles`, not a JWT",
            roles,
            Some("guess".to_owned()),
        ),
        StrangersRequest::get("`GET /auth/roles`, unknown `kid`", roles, Some(unknown_kid)),
        StrangersRequest::get("`GET /auth/roles`, expired token", roles, Some(token)),
        StrangersRequest::get("`GET /unknown`", "/unknown", None),
        StrangersRequest {
            method: "OPTIONS",
            ..StrangersRequest::get("`OPTIONS /auth/roles`", roles, None)
        },
    ]
}
