//! `DELETE /auth/app-clients/{id}/secrets/{secretId}`

use serde_json::{Value, json};
use shared::model::ClientId;
use tests::{Client, Credentials};

use super::{NO_SECRET, add, first, ids, secret_path};
use crate::auth::{Api, NO_CLIENT, client_path, not_found, parameter, refused};

/// The client that bootstrap created, the only administrator of its org.
fn bootstrap(api: &Api) -> Client {
    let credentials = api.service.bootstrap.clone();
    let id = ClientId::from_client_id(&credentials.id).unwrap();
    Client {
        id: id.to_string(),
        credentials,
    }
}

#[tokio::test]
async fn a_deleted_secret_is_gone_and_the_other_one_stays() {
    let api = Api::start().await;
    let client = api.client().await;
    let deleted = first(&api, &client).await;
    let second = add(&api, &client, json!({})).await;
    let path = secret_path(&client, &deleted.id);
    let response = api.ask("DELETE", &path, None).await;
    assert_eq!(response.status(), 204);
    assert!(response.bytes().await.unwrap().is_empty());
    assert_eq!(ids(&api, &client).await, [second.id]);
    not_found(api.get(&path).await).await;
    not_found(api.ask("DELETE", &path, None).await).await;
    assert!(!api.accepts(&deleted.credentials).await);
    assert!(api.accepts(&second.credentials).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn a_deleted_secret_is_refused_at_once_on_a_second_warm_instance() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    for two in [false, true] {
        let client = api.client().await;
        let deleted = first(&api, &client).await;
        let kept: Option<Credentials> = match two {
            true => Some(add(&api, &client, json!({})).await.credentials),
            false => None,
        };
        for service in [&api.service, &other] {
            service.access_token(&deleted.credentials).await;
        }
        let path = secret_path(&client, &deleted.id);
        assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
        for service in [&other, &api.service] {
            let refused = service.token(&deleted.credentials).await;
            assert_eq!(refused.status(), 401, "two: {two}");
            if let Some(kept) = &kept {
                service.access_token(kept).await;
            }
        }
    }
}

#[tokio::test]
async fn a_client_may_lose_its_only_secret_and_get_another_one() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = secret_path(&client, &first(&api, &client).await.id);
    assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
    assert!(ids(&api, &client).await.is_empty());
    assert!(!api.accepts(&client.credentials).await);
    let second = add(&api, &client, json!({})).await;
    assert!(api.accepts(&second.credentials).await);
    let rotated = api.service.rotate(&api.admin, &client).await;
    assert!(api.accepts(&rotated).await);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs an org with one administrator")]
async fn the_only_secret_of_the_last_administrator_cannot_be_deleted() {
    let api = Api::start().await;
    let admin = bootstrap(&api);
    // None of these is an administrator with a live secret.
    api.client_with("Care Team User", json!({})).await;
    let without = api.client().await;
    let path = secret_path(&without, &first(&api, &without).await.id);
    assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);

    let only = first(&api, &admin).await;
    let path = secret_path(&admin, &only.id);
    let response = api.ask("DELETE", &path, None).await;
    refused(response, 409, "last_administrator", Value::Null).await;
    assert!(api.accepts(&admin.credentials).await);

    // With a second secret, or a second administrator, it can.
    let second = add(&api, &admin, json!({})).await;
    assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
    let path = secret_path(&admin, &second.id);
    let response = api.ask("DELETE", &path, None).await;
    refused(response, 409, "last_administrator", Value::Null).await;
    api.client().await;
    assert_eq!(api.ask("DELETE", &path, None).await.status(), 204);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs an org with one administrator")]
async fn of_two_deletions_of_the_last_administrators_two_secrets_one_is_refused() {
    for _ in 0..5 {
        let api = Api::start().await;
        let admin = bootstrap(&api);
        let one = first(&api, &admin).await;
        let other = add(&api, &admin, json!({})).await;
        let delete = async |secret: &str| {
            let path = secret_path(&admin, secret);
            api.ask("DELETE", &path, None).await.status().as_u16()
        };
        let (first, second) = tokio::join!(delete(&one.id), delete(&other.id));
        let mut statuses = [first, second];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
        assert_eq!(ids(&api, &admin).await.len(), 1);
    }
}

#[tokio::test]
async fn an_unknown_secret_or_client_is_not_found() {
    let api = Api::start().await;
    let (client, other) = (api.client().await, api.client().await);
    let secret = first(&api, &client).await.id;
    for path in [
        secret_path(&client, NO_SECRET),
        secret_path(&client, "x"),
        secret_path(&other, &secret),
        format!("{}/secrets/{secret}", client_path(NO_CLIENT)),
    ] {
        not_found(api.ask("DELETE", &path, None).await).await;
    }
    assert!(api.accepts(&client.credentials).await);
}

#[tokio::test]
async fn a_query_parameter_is_refused() {
    let api = Api::start().await;
    let client = api.client().await;
    let path = secret_path(&client, &first(&api, &client).await.id) + "?force=true";
    let response = api.ask("DELETE", &path, None).await;
    refused(response, 400, "invalid_parameter", parameter("force")).await;
    assert!(api.accepts(&client.credentials).await);
}
