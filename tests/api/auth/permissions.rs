//! What each managed role permits, on every endpoint.

use reqwest::Response;
use serde_json::{Value, json};
use tests::{Client, api_error, new_client};

use crate::auth::{Api, CLIENTS, client_path, first_secret};

/// A caller with a role, and a client that is the target of its requests.
struct Caller {
    api: Api,
    token: String,
    target: Client,
    before: Value,
}

impl Caller {
    async fn with_role(role: &str) -> Self {
        let api = Api::start().await;
        let caller = api.client_with(role, json!({})).await;
        let token = api.service.access_token(&caller.credentials).await;
        let target = api.client().await;
        // A token changes what is shown.
        assert!(api.accepts(&target.credentials).await);
        let before = api.shown(&target.id).await;
        Self {
            api,
            token,
            target,
            before,
        }
    }

    async fn ask(&self, method: &str, path: &str, document: Option<&Value>) -> Response {
        let service = &self.api.service;
        service.manage(&self.token, method, path, document).await
    }

    async fn may_read(&self, path: &str) {
        assert_eq!(self.ask("GET", path, None).await.status(), 200, "{path}");
    }

    async fn may_not(&self, method: &str, path: &str, document: Option<&Value>) {
        let response = self.ask(method, path, document).await;
        assert_eq!(response.status(), 403, "{method} {path}");
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with("Bearer realm=\""), "{challenge}");
        assert!(
            challenge.contains("error=\"insufficient_scope\""),
            "{challenge}"
        );
        let error = api_error(response).await;
        assert_eq!(error["code"], "insufficient_scope");
        assert_eq!(error["source"], crate::auth::header("Authorization"));
        // The request had no effect.
        assert_eq!(self.api.shown(&self.target.id).await, self.before);
        assert!(self.api.accepts(&self.target.credentials).await);
    }

    async fn may_not_create(&self) {
        let count = self.api.all_clients().await.len();
        let document = self.api.new_client(json!({})).await;
        self.may_not("POST", CLIENTS, Some(&document)).await;
        assert_eq!(self.api.all_clients().await.len(), count);
    }

    async fn may_not_update(&self) {
        let document = json!({ "data": {
            "type": "auth/app-clients", "id": self.target.id, "attributes": { "name": "Mine" }
        } });
        let path = client_path(&self.target.id);
        self.may_not("PATCH", &path, Some(&document)).await;
        let document = self.api.new_client(json!({ "name": "Mine" })).await;
        self.may_not("PUT", &path, Some(&document)).await;
    }

    async fn may_not_delete(&self) {
        let path = client_path(&self.target.id);
        self.may_not("DELETE", &path, None).await;
    }

    async fn may_not_rotate(&self) {
        let path = client_path(&self.target.id) + "/rotate-secret";
        self.may_not("POST", &path, None).await;
    }

    async fn may_not_change_secrets(&self) {
        let path = client_path(&self.target.id) + "/secrets";
        self.may_not("POST", &path, None).await;
        let path = format!("{path}/{}", first_secret(&self.target));
        let change = json!({ "data": {
            "type": "auth/app-client-secrets", "attributes": { "expiresAt": null }
        } });
        self.may_not("PATCH", &path, Some(&change)).await;
        self.may_not("DELETE", &path, None).await;
    }

    fn reading_paths(&self) -> [String; 6] {
        let secrets = client_path(&self.target.id) + "/secrets";
        let role = &self.before["relationships"]["auth/roles"]["data"]["id"];
        [
            CLIENTS.to_owned(),
            client_path(&self.target.id),
            format!("{secrets}/{}", first_secret(&self.target)),
            secrets,
            "/auth/roles".to_owned(),
            format!("/auth/roles/{}", role.as_str().unwrap()),
        ]
    }

    async fn may_do_nothing(&self) {
        for path in self.reading_paths() {
            self.may_not("GET", &path, None).await;
        }
        self.may_not_create().await;
        self.may_not_update().await;
        self.may_not_delete().await;
        self.may_not_rotate().await;
        self.may_not_change_secrets().await;
    }
}

#[tokio::test]
async fn a_care_team_user_may_read() {
    let caller = Caller::with_role("Care Team User").await;
    for path in caller.reading_paths() {
        caller.may_read(&path).await;
    }
}

#[tokio::test]
async fn a_care_team_user_may_not_create_clients() {
    Caller::with_role("Care Team User")
        .await
        .may_not_create()
        .await;
}

#[tokio::test]
async fn a_care_team_user_may_not_update_clients() {
    Caller::with_role("Care Team User")
        .await
        .may_not_update()
        .await;
}

#[tokio::test]
async fn a_care_team_user_may_not_delete_clients() {
    Caller::with_role("Care Team User")
        .await
        .may_not_delete()
        .await;
}

#[tokio::test]
async fn a_care_team_user_may_not_rotate_secrets() {
    Caller::with_role("Care Team User")
        .await
        .may_not_rotate()
        .await;
}

#[tokio::test]
async fn a_care_team_user_may_not_add_change_or_delete_secrets() {
    Caller::with_role("Care Team User")
        .await
        .may_not_change_secrets()
        .await;
}

#[tokio::test]
async fn a_permissionless_client_may_do_nothing() {
    Caller::with_role("Permissionless")
        .await
        .may_do_nothing()
        .await;
}

#[tokio::test]
async fn a_patient_may_do_nothing() {
    Caller::with_role("Patient").await.may_do_nothing().await;
}

#[tokio::test]
async fn a_client_cannot_raise_its_own_permissions() {
    let api = Api::start().await;
    let caller = api.client_with("Care Team User", json!({})).await;
    let token = api.service.access_token(&caller.credentials).await;
    let role = api.service.role(&token, "Builder Admin").await;
    let mut document = new_client(&role, json!({}));
    document["data"]["id"] = json!(caller.id);
    let path = client_path(&caller.id);
    let service = &api.service;
    let response = service
        .manage(&token, "PATCH", &path, Some(&document))
        .await;
    assert_eq!(response.status(), 403);
    let shown = api.shown(&caller.id).await;
    assert_ne!(shown["relationships"]["auth/roles"]["data"]["id"], role);
}
