//! Access policies: what they permit, what a caller may grant, and what each endpoint asks.

mod audit;
mod calls;
mod client_grants;
mod decisions;
mod escalation;
mod examples;
mod races;

use reqwest::Response;
use serde_json::{Value, json};
use shared::random::Randomness;
use tests::{Client, Credentials, body, new_client, text};
use uuid::Uuid;

use crate::auth::{Api, CLIENTS};

pub(crate) const ROLES: &str = "/auth/roles";

/// A rule as a document contains it.
pub(crate) fn rule(effect: &str, action: &[&str], resource: &str) -> Value {
    json!({ "effect": effect, "action": action, "resource": resource })
}

pub(crate) fn allowing(action: &[&str], resource: &str) -> Value {
    rule("Allow", action, resource)
}

pub(crate) fn denying(action: &[&str], resource: &str) -> Value {
    rule("Deny", action, resource)
}

/// Permits everything that a Builder Admin is permitted.
pub(crate) fn everything() -> Value {
    json!({ "effect": "Allow", "action": "*", "resource": "*" })
}

pub(crate) fn policy(rules: &[Value]) -> Value {
    json!({ "rule": rules })
}

/// A UUID that no other test has: tests may share an org.
pub(crate) fn any_uuid() -> Uuid {
    Randomness::of_the_system().uuid().unwrap()
}

/// A document that creates a role with a name that no other test uses.
pub(crate) fn new_role(rules: &[Value]) -> Value {
    let name = format!("Role {}", any_uuid());
    let attributes = json!({ "name": name, "accessPolicy": policy(rules) });
    json!({ "data": { "type": "auth/roles", "attributes": attributes } })
}

/// A document that changes attributes of a role.
pub(crate) fn role_change(attributes: Value) -> Value {
    json!({ "data": { "type": "auth/roles", "attributes": attributes } })
}

/// Identifies roles in a relationship.
pub(crate) fn identifiers(roles: &[&str]) -> Value {
    let roles = roles.iter();
    roles
        .map(|id| json!({ "type": "auth/roles", "id": id }))
        .collect()
}

/// A document that creates a client with these roles and attributes.
pub(crate) fn new_client_of(roles: &[&str], attributes: Value) -> Value {
    let mut document = new_client("", attributes);
    document["data"]["relationships"]["auth/roles"]["data"] = identifiers(roles);
    document
}

/// A document that gives a client other roles.
pub(crate) fn roles_change(roles: &[&str]) -> Value {
    let data = identifiers(roles);
    let relationships = json!({ "auth/roles": { "data": data } });
    json!({ "data": { "type": "auth/app-clients", "relationships": relationships } })
}

/// A client with its token.
pub(crate) struct Caller {
    pub(crate) client: Client,
    pub(crate) token: String,
}

impl Api {
    /// Sends a request as a caller.
    pub(crate) async fn ask_as(
        &self,
        caller: &Caller,
        method: &str,
        path: &str,
        document: Option<&Value>,
    ) -> Response {
        self.service
            .manage(&caller.token, method, path, document)
            .await
    }

    /// Creates a role, and returns its id.
    pub(crate) async fn role_with(&self, rules: &[Value]) -> String {
        let response = self.ask("POST", ROLES, Some(&new_role(rules))).await;
        assert_eq!(response.status(), 201);
        text(&body(response).await["data"]["id"])
    }

    /// Creates a client of these roles.
    pub(crate) async fn client_of(&self, roles: &[&str], attributes: Value) -> Client {
        let response = self.create(&new_client_of(roles, attributes)).await;
        assert_eq!(response.status(), 201);
        let created = &body(response).await["data"];
        Client {
            id: text(&created["id"]),
            credentials: Credentials {
                id: text(&created["attributes"]["clientId"]),
                secret: text(&created["attributes"]["clientSecret"]),
            },
        }
    }

    /// Creates a client that is permitted what these rules say, by an inline policy.
    pub(crate) async fn caller(&self, rules: &[Value]) -> Caller {
        let attributes = json!({ "accessPolicy": policy(rules) });
        let client = self.client_of(&[], attributes).await;
        let token = self.service.access_token(&client.credentials).await;
        Caller { client, token }
    }

    /// Creates a client with a role of these rules.
    pub(crate) async fn caller_with_role(&self, role: &str) -> Caller {
        let client = self.client_of(&[role], json!({})).await;
        let token = self.service.access_token(&client.credentials).await;
        Caller { client, token }
    }
}

/// The paths of a client for each request that changes a credential, with a document.
pub(crate) fn credential_requests(client: &Client) -> [(&'static str, String, Option<Value>); 4] {
    let path = format!("{CLIENTS}/{}", client.id);
    let secret = format!("{path}/secrets/{}", crate::auth::first_secret(client));
    let change = json!({ "data": {
        "type": "auth/app-client-secrets", "attributes": { "expiresAt": null }
    } });
    [
        ("POST", format!("{path}/rotate-secret"), None),
        ("POST", format!("{path}/secrets"), None),
        ("PATCH", secret.clone(), Some(change)),
        ("DELETE", secret, None),
    ]
}
