//! The management API: every endpoint, every refusal, and every AWS fault.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test panics"
)]

mod app_clients;
mod bearer;
mod documents;
mod faults;
pub(crate) mod forge;
mod forged_tokens;
mod negotiation;
mod orgs;
mod permissions;
pub(crate) mod policies;
mod preconditions;
mod role_writes;
mod roles;
mod trial;

use reqwest::Response;
use serde_json::{Value, json};
use shared::model::{ClientId, ClientSecret, SecretId};
use tests::{Client, Credentials, Latchkey, Service, api_error, body, new_client, text};

/// An id that no role has. The managed roles have the same ids in every deployment.
pub(crate) const NO_ROLE: &str = "00000000-0000-4000-8000-000000000000";
/// An id that no client has.
pub(crate) const NO_CLIENT: &str = "00000000-0000-4000-8000-000000000001";
/// The path of the collection of clients.
pub(crate) const CLIENTS: &str = "/auth/app-clients";

/// A deployment with one instance, and a Builder Admin's token for it.
pub(crate) struct Api {
    pub(crate) latchkey: Latchkey,
    pub(crate) service: Service,
    pub(crate) admin: String,
}

impl Api {
    pub(crate) async fn start() -> Self {
        let (latchkey, service) = Latchkey::start().await;
        let admin = service.admin_token().await;
        Self {
            latchkey,
            service,
            admin,
        }
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, document: Option<&Value>) -> Response {
        self.service
            .manage(&self.admin, method, path, document)
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.ask("GET", path, None).await
    }

    /// The client as the API shows it now.
    pub(crate) async fn shown(&self, id: &str) -> Value {
        let response = self.get(&client_path(id)).await;
        assert_eq!(response.status(), 200);
        body(response).await["data"].take()
    }

    /// Creates a Builder Admin.
    pub(crate) async fn client(&self) -> Client {
        self.client_with("Builder Admin", json!({})).await
    }

    pub(crate) async fn client_with(&self, role: &str, attributes: Value) -> Client {
        let service = &self.service;
        service.create_client(&self.admin, role, attributes).await
    }

    /// A document that creates a Builder Admin.
    pub(crate) async fn new_client(&self, attributes: Value) -> Value {
        let role = self.service.role(&self.admin, "Builder Admin").await;
        new_client(&role, attributes)
    }

    pub(crate) async fn create(&self, document: &Value) -> Response {
        self.ask("POST", CLIENTS, Some(document)).await
    }

    pub(crate) async fn patch(&self, id: &str, attributes: Value) -> Response {
        self.service.patch(&self.admin, id, attributes).await
    }

    /// All clients except those that existed before the test.
    pub(crate) async fn all_clients(&self) -> Vec<Value> {
        let mut clients = Vec::new();
        let mut next = Some("/auth/app-clients?page[size]=100".to_owned());
        while let Some(path) = next {
            let mut page = body(self.get(&path).await).await;
            clients.append(page["data"].as_array_mut().unwrap());
            next = page["links"]["next"].as_str().map(str::to_owned);
        }
        clients.retain(|client| !self.service.others.contains(&text(&client["id"])));
        clients
    }

    /// Whether these credentials get a token; otherwise asserts a 401.
    pub(crate) async fn accepts(&self, credentials: &Credentials) -> bool {
        let status = self.service.token(credentials).await.status();
        assert!(status == 200 || status == 401, "{status}");
        status == 200
    }
}

/// A client as a list shows it.
pub(crate) fn in_a_list(mut client: Value) -> Value {
    let attributes = client["attributes"].as_object_mut().unwrap();
    attributes.remove("lastUsedOn").unwrap();
    client
}

pub(crate) fn client_path(id: &str) -> String {
    format!("{CLIENTS}/{id}")
}

/// The id of the secret that a client was created with.
pub(crate) fn first_secret(client: &Client) -> String {
    let id = ClientId::from_id(&client.id).unwrap();
    let secret = ClientSecret::parse(&client.credentials.secret).unwrap();
    SecretId::of(id, &secret.hash()).to_string()
}

pub(crate) fn pointer(pointer: &str) -> Value {
    json!({ "pointer": pointer })
}

pub(crate) fn parameter(name: &str) -> Value {
    json!({ "parameter": name })
}

pub(crate) fn header(name: &str) -> Value {
    json!({ "header": name })
}

/// Asserts that the response is this error and well-formed. `source` is null if the error has none.
pub(crate) async fn refused(response: Response, status: u16, code: &str, source: Value) {
    let found = response.status();
    let error = api_error(response).await;
    assert_eq!(found, status, "{error}");
    assert_eq!(error["code"], code, "{error}");
    assert_eq!(error["source"], source, "{error}");
}

/// Asserts that a resource does not exist, or that the caller must not see it.
pub(crate) async fn not_found(response: Response) {
    refused(response, 404, "not_found", Value::Null).await;
}
