//! Runs every function along every path that makes different AWS calls.

use std::sync::{Arc, Mutex, PoisonError};

use local::Stack;
use serde_json::{Value, json};
use shared::random::Randomness;
use shared::runtime::log::Notebook;
use tests::aws::{Aws, Break};
use tests::{BEGIN, Latchkey, Service, body, text};

use super::comparison::Calls;

/// The AWS calls of every function. Add a line for each new function and each new path.
pub(crate) async fn calls() -> Calls {
    let calls = Arc::new(Mutex::new(Calls::new()));
    let seen = calls.clone();
    let latchkey = Latchkey::empty_with(|options| {
        options.observer = Some(Arc::new(move |function, call| {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.insert((function.to_owned(), call));
        }));
    })
    .await;
    bootstrap(&latchkey).await;
    let service = latchkey.instance().await;
    tokens(&latchkey, &service).await;
    clients(&service).await;
    grants(&latchkey, &service).await;
    for path in [
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/openapi.json",
    ] {
        let answer = service.request("GET", path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    signing_key(&latchkey).await;
    recovery(&latchkey).await;
    name_keys(&latchkey).await;
    let calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
    calls.clone()
}

/// Aborts bootstrap at every AWS call, runs it twice at once, and runs it again when it is
/// complete.
async fn bootstrap(latchkey: &Latchkey) {
    let complete = Aws::default();
    let other = Latchkey::empty().await;
    other.try_bootstrap(&complete).await.unwrap();
    for number in 0..complete.calls().len() {
        let aws = Aws::default();
        aws.break_nth(number, Break::Unreached, true);
        let _ = latchkey.try_bootstrap(&aws).await;
    }
    tokio::join!(latchkey.bootstrap(), latchkey.bootstrap());
    latchkey.bootstrap().await;
}

async fn tokens(latchkey: &Latchkey, service: &Service) {
    let client = service.new_client(json!({ "tokenQuota": 4 })).await;
    let cold = latchkey.instance().await;
    for (seconds, instance) in [
        (0, &cold),
        (0, &cold),
        (61, service),
        (0, &cold),
        (301, &cold),
    ] {
        latchkey.clock.advance(seconds);
        let status = instance.token(&client.credentials).await.status();
        assert!([200, 429].contains(&status.as_u16()), "{status}");
    }
    let mut wrong = client.credentials.clone();
    wrong.secret = service.bootstrap.secret.clone();
    assert_eq!(cold.token(&wrong).await.status(), 401);
}

async fn clients(service: &Service) {
    let admin = service.admin_token().await;
    let client = service.create_client(&admin, "Patient", json!({})).await;
    let path = format!("/auth/app-clients/{}", client.id);
    let role = service.role(&admin, "Patient").await;
    let change = json!({ "data": {
        "type": "auth/app-clients", "id": client.id,
        "relationships": { "auth/roles": { "data": { "type": "auth/roles", "id": role } } }
    } });
    let replacement = tests::new_client(&role, json!({ "description": "Replaced" }));
    for (method, path, document) in [
        ("GET", "/auth/app-clients", None),
        ("GET", "/auth/app-clients?sort=name", None),
        ("GET", "/auth/app-clients/me", None),
        ("GET", &path, None),
        ("PATCH", &path, Some(&change)),
        ("PUT", &path, Some(&replacement)),
        ("POST", &format!("{path}/rotate-secret"), None),
        ("POST", &format!("{path}/secrets"), None),
        ("GET", &format!("{path}/secrets"), None),
        ("DELETE", &path, None),
        ("GET", "/auth/roles", None),
        ("GET", &format!("/auth/roles/{role}"), None),
    ] {
        let answer = service.manage(&admin, method, path, document).await;
        assert!(answer.status().is_success(), "{method} {path}");
    }
    // An administrator that deletes its only secret has to find another one.
    let other = service.new_client(json!({})).await;
    let token = service.access_token(&other.credentials).await;
    let path = format!("/auth/app-clients/{}/secrets", other.id);
    let secrets = service.manage(&token, "GET", &path, None).await;
    let secret = text(body(secrets).await.pointer("/data/0/links/self").unwrap());
    let end = json!({ "data": { "type": "auth/app-client-secrets", "attributes": {
        "expiresAt": BEGIN + 90 * 86_400
    } } });
    for (method, document) in [("GET", None), ("PATCH", Some(&end)), ("DELETE", None)] {
        let answer = service.manage(&token, method, &secret, document).await;
        assert!(answer.status().is_success(), "{method} {secret}");
    }
    // A first request with an idempotency key, and its repeat.
    let other = service.create_client(&admin, "Patient", json!({})).await;
    let document = tests::new_client(&role, json!({}));
    let rotate = format!("/auth/app-clients/{}/rotate-secret", other.id);
    let add = format!("/auth/app-clients/{}/secrets", other.id);
    for (key, path, document) in [
        ("create", "/auth/app-clients", Some(&document)),
        ("rotate", &rotate, None),
        ("add", &add, None),
    ] {
        for _ in 0..2 {
            let request = service.request("POST", path).bearer_auth(&admin);
            let request = request.header("idempotency-key", key);
            let request = match document {
                Some(document) => request
                    .header("content-type", "application/json")
                    .body(document.to_string()),
                None => request,
            };
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{path}");
        }
    }
    // An administrator that removes itself has to find another one.
    for method in ["PATCH", "PUT", "DELETE"] {
        let other = service.new_client(json!({})).await;
        let token = service.access_token(&other.credentials).await;
        let path = format!("/auth/app-clients/{}", other.id);
        let disable = json!({ "data": {
            "type": "auth/app-clients", "id": other.id, "attributes": { "status": "disabled" }
        } });
        let document = match method {
            "PATCH" => Some(&disable),
            "PUT" => Some(&replacement),
            _ => None,
        };
        let answer = service.manage(&token, method, &path, document).await;
        assert!(answer.status().is_success(), "{method}");
    }
}

/// Callers and clients with roles of their org and inline policies, in every function.
async fn grants(latchkey: &Latchkey, service: &Service) {
    let admin = service.admin_token().await;
    // Not everything by one rule, so what other clients hold is read.
    let some = json!({ "rule": [
        { "effect": "Allow", "action": "*", "resource": "IAM:M2MClient:*" },
        { "effect": "Allow", "action": "*", "resource": "IAM:Role:*" },
    ] });
    let role = |name: &str, policy: &Value| {
        json!({ "data": { "type": "auth/roles", "attributes": {
            "name": name, "accessPolicy": policy
        } } })
    };
    let of_role = |id: &str, attributes: Value| {
        let mut document = tests::new_client("", attributes);
        let data = json!([{ "type": "auth/roles", "id": id }]);
        *document
            .pointer_mut("/data/relationships/auth~1roles/data")
            .unwrap() = data;
        document
    };
    let create = async |path: &str, document: &Value| {
        let answer = service.manage(&admin, "POST", path, Some(document)).await;
        assert_eq!(answer.status(), 201, "{path}");
        let document = body(answer).await;
        let created = document.pointer("/data").cloned();
        created.unwrap()
    };
    let managing = create("/auth/roles", &role("Managing", &some)).await;
    let managing = text(managing.get("id").unwrap());
    let clients = "/auth/app-clients";
    let caller = create(
        clients,
        &of_role(&managing, json!({ "accessPolicy": some })),
    )
    .await;
    let credentials = tests::Credentials {
        id: text(caller.pointer("/attributes/clientId").unwrap()),
        secret: text(caller.pointer("/attributes/clientSecret").unwrap()),
    };
    let token = service.access_token(&credentials).await;
    let random = Randomness::of_the_system();
    let ask = async |method: &str, path: &str, document: Option<&Value>| {
        let request = service.request(method, path).bearer_auth(&token);
        let request = request.header("idempotency-key", random.uuid().unwrap().to_string());
        let request = match document {
            Some(document) => request
                .header("content-type", "application/json")
                .body(document.to_string()),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{method} {path}");
        body_or_null(answer).await
    };
    let spare = ask(
        "POST",
        "/auth/roles",
        Some(&role("Spare", &json!({ "rule": [] }))),
    )
    .await;
    let spare = text(spare.pointer("/data/id").unwrap());
    let policy = json!({ "accessPolicy": { "rule": [] } });
    let client = ask("POST", clients, Some(&of_role(&managing, policy.clone()))).await;
    let id = text(client.pointer("/data/id").unwrap());
    let path = format!("{clients}/{id}");
    let mut change = of_role(&spare, json!({ "accessPolicy": null }));
    let attributes = change.pointer_mut("/data/attributes").unwrap();
    for name in ["type", "userType"] {
        attributes.as_object_mut().unwrap().remove(name);
    }
    let mut back = change.clone();
    *back.pointer_mut("/data/attributes").unwrap() = policy;
    let question = json!({ "data": { "type": "auth/decisions", "attributes": { "requests": [
        { "action": "IAM:GetRole", "resource": "IAM:Role:*" }
    ] } } });
    let role_path = format!("/auth/roles/{spare}");
    let described = json!({ "data": { "type": "auth/roles", "attributes": {
        "accessPolicy": some
    } } });
    for (method, path, document) in [
        ("GET", clients, None),
        ("GET", &path, None),
        ("GET", "/auth/roles", None),
        ("GET", &role_path, None),
        ("PATCH", &path, Some(&change)),
        ("PATCH", &path, Some(&back)),
        ("PATCH", &role_path, Some(&described)),
        ("POST", &format!("{path}/rotate-secret"), None),
        ("POST", &format!("{path}/secrets"), None),
        ("DELETE", &path, None),
        ("DELETE", &role_path, None),
        ("POST", "/auth/decisions", Some(&question)),
    ] {
        ask(method, path, document).await;
    }
    // It may be unknown whether a client is an administrator.
    let document = of_role(&managing, json!({ "accessPolicy": some }));
    let damaged = create(clients, &document).await;
    let damaged = text(damaged.get("id").unwrap());
    let unknown = json!({ "S": "unknown" });
    latchkey.table().set(&damaged, "status", unknown).await;
    ask("DELETE", &format!("{clients}/{damaged}"), None).await;
    // A recovery as an administrator takes both away.
    let functions = latchkey.functions(&Aws::default());
    let bootstrap = functions.event_handler("bootstrap").unwrap();
    let recovery = json!({ "recover": { "clientId": credentials.id, "administrator": true } });
    bootstrap(recovery, Notebook::default()).await.unwrap();
}

/// The body of an answer; null if it has none.
async fn body_or_null(answer: reqwest::Response) -> Value {
    let text = answer.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_default()
}

/// A scheduled rotation, then an emergency one.
async fn signing_key(latchkey: &Latchkey) {
    let functions = latchkey.functions(&Aws::default());
    let token = "00000000-0000-0000-0000-000000000001";
    functions.rotate(Stack::SIGNING_KEYS, token).await.unwrap();
    let rotation = functions.event_handler("rotate-signing-key").unwrap();
    let emergency = json!({ "emergency": "drop-every-older-key" });
    rotation(emergency, Notebook::default()).await.unwrap();
}

/// Adds the key that an earlier release did not write.
async fn name_keys(latchkey: &Latchkey) {
    let table = latchkey.table();
    for mut item in table.items().await {
        let members = item.as_object_mut().unwrap();
        if members.remove("name_listing").is_some() {
            table.put(&item).await;
        }
    }
    table.delete_item("UPGRADES", "NAME_LISTING").await;
    latchkey.bootstrap().await;
}

/// Recovers the first client.
async fn recovery(latchkey: &Latchkey) {
    let functions = latchkey.functions(&Aws::default());
    let bootstrap = functions.event_handler("bootstrap").unwrap();
    let credentials = latchkey.secret(Stack::BOOTSTRAP_CREDENTIALS).unwrap();
    let credentials: Value = serde_json::from_str(&credentials).unwrap();
    let recovery = json!({ "recover": { "clientId": credentials.get("client_id") } });
    bootstrap(recovery, Notebook::default()).await.unwrap();
}
