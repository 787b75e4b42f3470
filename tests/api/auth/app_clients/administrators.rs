//! An org keeps an enabled administrator with a live secret: the last one cannot be deleted, disabled
//! or demoted.

use reqwest::Response;
use serde_json::{Value, json};
use shared::model::{ClientId, ManagedRole};
use tests::aws::Break;
use tests::{BEGIN, Client, Credentials, Service, new_client, oauth_error};

use crate::auth::{Api, client_path, refused};

/// A way to end a client's administration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Removal {
    Delete,
    Disable,
    Demote,
    /// By a replacement with another role.
    Replace,
}

const REMOVALS: [Removal; 4] = [
    Removal::Delete,
    Removal::Disable,
    Removal::Demote,
    Removal::Replace,
];

/// The id of the client that bootstrap created, the only administrator of its org.
fn first(api: &Api) -> String {
    let id = ClientId::from_client_id(&api.service.bootstrap.id);
    id.unwrap().to_string()
}

async fn remove(service: &Service, token: &str, id: &str, removal: Removal) -> Response {
    match removal {
        Removal::Delete => {
            let path = client_path(id);
            service.manage(token, "DELETE", &path, None).await
        }
        Removal::Disable => {
            let disabled = json!({ "status": "disabled" });
            service.patch(token, id, disabled).await
        }
        Removal::Demote => give(service, token, id, ManagedRole::CareTeamUser).await,
        Removal::Replace => {
            let role = ManagedRole::CareTeamUser.id().to_string();
            let document = new_client(&role, json!({}));
            let path = client_path(id);
            service.manage(token, "PUT", &path, Some(&document)).await
        }
    }
}

async fn give(service: &Service, token: &str, id: &str, role: ManagedRole) -> Response {
    let role = role.id().to_string();
    let document = json!({ "data": {
        "type": "auth/app-clients", "id": id,
        "relationships": { "auth/roles": { "data": { "type": "auth/roles", "id": role } } }
    } });
    let path = client_path(id);
    service.manage(token, "PATCH", &path, Some(&document)).await
}

async fn is_last(response: Response) {
    refused(response, 409, "last_administrator", Value::Null).await;
}

/// A second administrator, with an access token.
async fn second(api: &Api) -> (Client, String) {
    let client = api.client().await;
    let token = api.service.access_token(&client.credentials).await;
    (client, token)
}

/// Whether the client with these credentials can change clients.
async fn administers(api: &Api, credentials: &Credentials) -> bool {
    let response = api.service.token(credentials).await;
    if response.status() == 401 {
        assert_eq!(oauth_error(response).await, "invalid_client");
        return false;
    }
    let token = api.service.access_token(credentials).await;
    let id = ClientId::from_client_id(&credentials.id).unwrap();
    let response = api.service.patch(&token, &id.to_string(), json!({})).await;
    assert!([200, 403].contains(&response.status().as_u16()));
    response.status() == 200
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs an org with one administrator")]
async fn the_last_administrator_cannot_end_its_own_administration() {
    let api = Api::start().await;
    let first = first(&api);
    // None of these is an enabled administrator.
    api.client_with("Care Team User", json!({})).await;
    let disabled = json!({ "status": "disabled" });
    api.client_with("Builder Admin", disabled).await;
    let before = api.shown(&first).await;
    for removal in REMOVALS {
        is_last(remove(&api.service, &api.admin, &first, removal).await).await;
        assert_eq!(api.shown(&first).await, before, "{removal:?}");
    }
    assert!(administers(&api, &api.service.bootstrap).await);
}

/// Without a live secret it could not make the next change.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes into the table")]
async fn an_administrator_without_a_live_secret_does_not_remain() {
    for ends in [vec![], vec![Some(BEGIN)]] {
        let api = Api::start().await;
        let other = api.client().await;
        api.latchkey.table().set_secrets(&other, &ends).await;
        for removal in REMOVALS {
            is_last(remove(&api.service, &api.admin, &first(&api), removal).await).await;
        }
        let ends = [Some(BEGIN), Some(BEGIN + 1)];
        api.latchkey.table().set_secrets(&other, &ends).await;
        let response = remove(&api.service, &api.admin, &first(&api), Removal::Demote).await;
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs an org with two administrators")]
async fn an_administrator_may_end_its_own_administration_if_another_remains() {
    for removal in REMOVALS {
        let api = Api::start().await;
        let (other, token) = second(&api).await;
        let response = remove(&api.service, &api.admin, &first(&api), removal).await;
        assert!(response.status().is_success(), "{removal:?}");
        assert!(!administers(&api, &api.service.bootstrap).await);
        for removal in REMOVALS {
            is_last(remove(&api.service, &token, &other.id, removal).await).await;
        }
        assert!(administers(&api, &other.credentials).await);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs an org with two administrators")]
async fn an_administrator_may_end_the_administration_of_every_other_one() {
    for removal in REMOVALS {
        let api = Api::start().await;
        let (others, _) = (second(&api).await, second(&api).await);
        let response = remove(&api.service, &api.admin, &others.0.id, removal).await;
        assert!(response.status().is_success(), "{removal:?}");
        assert!(!administers(&api, &others.0.credentials).await);
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs an org with one administrator")]
async fn the_last_administrator_may_be_changed_in_every_other_way() {
    let api = Api::start().await;
    let first = first(&api);
    let change = json!({ "name": "Other", "status": "enabled", "tokenQuota": 100 });
    let changed = api.patch(&first, change).await;
    assert_eq!(changed.status(), 200);
    let kept = give(&api.service, &api.admin, &first, ManagedRole::BuilderAdmin);
    assert_eq!(kept.await.status(), 200);
    let path = format!("{}/rotate-secret", client_path(&first));
    assert_eq!(api.ask("POST", &path, None).await.status(), 200);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn only_an_administrator_that_removes_itself_causes_a_search() {
    const SELF: [&str; 5] = [
        "GetItem",
        "Query",
        "Query",
        "BatchGetItem",
        "TransactWriteItems",
    ];
    for removal in REMOVALS {
        let api = Api::start().await;
        let ((other, token), _) = (second(&api).await, second(&api).await);
        let patient = api.client_with("Patient", json!({})).await;
        // Each function reads the key set once.
        let first_one = api.client_with("Patient", json!({})).await;
        remove(&api.service, &api.admin, &first_one.id, removal).await;
        for id in [&patient.id, &other.id] {
            api.service.aws.calls();
            remove(&api.service, &api.admin, id, removal).await;
            let read = if removal == Removal::Delete {
                "GetItem"
            } else {
                "Query"
            };
            let expected = ["GetItem", read, "TransactWriteItems"];
            assert_eq!(api.service.aws.calls(), expected, "{removal:?}");
        }
        give(
            &api.service,
            &api.admin,
            &other.id,
            ManagedRole::BuilderAdmin,
        )
        .await;
        api.service
            .patch(&api.admin, &other.id, json!({ "status": "enabled" }))
            .await;
        if removal != Removal::Delete {
            api.service.aws.calls();
            remove(&api.service, &token, &other.id, removal).await;
            assert_eq!(api.service.aws.calls(), SELF, "{removal:?}");
        }
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs a second instance")]
async fn of_two_administrators_that_remove_each_other_at_once_one_remains() {
    for removal in REMOVALS {
        for other_removal in REMOVALS {
            let api = Api::start().await;
            let instance = api.latchkey.instance().await;
            let first = first(&api);
            let (other, token) = second(&api).await;
            let (one, two) = tokio::join!(
                remove(&api.service, &api.admin, &other.id, removal),
                remove(&instance, &token, &first, other_removal),
            );
            let statuses = [one.status().as_u16(), two.status().as_u16()];
            let made = statuses.iter().filter(|status| **status < 300).count();
            assert_eq!(made, 1, "{removal:?}, {other_removal:?}: {statuses:?}");
            let remaining = [
                administers(&api, &api.service.bootstrap).await,
                administers(&api, &other.credentials).await,
            ];
            assert_eq!(remaining.iter().filter(|one| **one).count(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(feature = "deployed", ignore = "needs an org with four administrators")]
async fn of_administrators_that_all_remove_themselves_at_once_one_remains() {
    let api = Api::start().await;
    let all = [second(&api).await, second(&api).await, second(&api).await];
    let [(one, one_token), (two, two_token), (three, three_token)] = &all;
    let (service, first) = (&api.service, first(&api));
    let responses = tokio::join!(
        remove(service, &api.admin, &first, Removal::Demote),
        remove(service, one_token, &one.id, Removal::Delete),
        remove(service, two_token, &two.id, Removal::Disable),
        remove(service, three_token, &three.id, Removal::Demote),
    );
    let statuses = [responses.0, responses.1, responses.2, responses.3];
    let statuses = statuses.map(|response| response.status().as_u16());
    let refused = statuses.iter().filter(|status| **status == 409).count();
    assert_eq!(refused, 1, "{statuses:?}");
    assert!(
        statuses
            .iter()
            .all(|status| *status < 300 || *status == 409)
    );
    let mut remaining = usize::from(administers(&api, &api.service.bootstrap).await);
    for (client, _) in &all {
        remaining += usize::from(administers(&api, &client.credentials).await);
    }
    assert_eq!(remaining, 1);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "breaks AWS calls")]
async fn a_removal_whose_response_from_the_database_is_lost_is_made_once() {
    for removal in REMOVALS {
        let api = Api::start().await;
        let (other, token) = second(&api).await;
        let aws = &api.service.aws;
        aws.break_next("TransactWriteItems", &[Break::ResponseLost]);
        let response = remove(&api.service, &token, &other.id, removal).await;
        assert!(response.status().is_success(), "{removal:?}");
        is_last(remove(&api.service, &api.admin, &first(&api), removal).await).await;
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "breaks AWS calls")]
async fn an_administrator_that_changed_meanwhile_is_read_again() {
    let api = Api::start().await;
    let (other, _) = second(&api).await;
    let aws = &api.service.aws;
    aws.break_next("TransactWriteItems", &[Break::ConditionFailed]);
    aws.calls();
    let response = remove(&api.service, &api.admin, &other.id, Removal::Disable).await;
    assert_eq!(response.status(), 200);
    let calls = aws.calls();
    let retried = ["GetItem", "GetItem", "TransactWriteItems"];
    assert_eq!(calls[calls.len() - 3..], retried, "{calls:?}");
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_client_whose_record_cannot_be_read_is_no_administrator() {
    let api = Api::start().await;
    let (other, _) = second(&api).await;
    let table = api.latchkey.table();
    table
        .set(&other.id, "status", json!({ "S": "unknown" }))
        .await;
    is_last(remove(&api.service, &api.admin, &first(&api), Removal::Delete).await).await;
    // It can be deleted, as ever.
    let deleted = remove(&api.service, &api.admin, &other.id, Removal::Delete).await;
    assert_eq!(deleted.status(), 204);
}

/// A later release, which can read it, may know it as an administrator.
#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_client_whose_record_cannot_be_read_is_deleted_only_while_an_administrator_remains() {
    let api = Api::start().await;
    let (other, _) = second(&api).await;
    let (aws, table) = (&api.service.aws, api.latchkey.table());
    let suspended = json!({ "S": "suspended" });
    table.set(&other.id, "status", suspended.clone()).await;
    aws.calls();
    aws.break_always("TransactWriteItems", Break::ConditionFailed);
    let deletion = remove(&api.service, &api.admin, &other.id, Removal::Delete);
    let meanwhile = async {
        while !aws.calls().iter().any(|call| call == "TransactWriteItems") {
            tokio::task::yield_now().await;
        }
        table.set(&first(&api), "status", suspended).await;
        aws.recover();
    };
    let (response, ()) = tokio::join!(deletion, meanwhile);
    is_last(response).await;
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs an org with one administrator")]
async fn an_administrator_behind_many_other_clients_is_found() {
    let api = Api::start().await;
    for _ in 0..101 {
        api.latchkey.clock.advance(1);
        api.client_with("Permissionless", json!({})).await;
    }
    is_last(remove(&api.service, &api.admin, &first(&api), Removal::Delete).await).await;
    let (other, _) = second(&api).await;
    let deleted = remove(&api.service, &api.admin, &first(&api), Removal::Delete).await;
    assert_eq!(deleted.status(), 204);
    assert!(administers(&api, &other.credentials).await);
}
