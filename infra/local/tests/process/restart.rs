//! A restart keeps all data, also after SIGKILL.

use std::fs;

use serde_json::{Value, json};

use crate::running::{RunningService, new_directory};

fn bearer(service: &RunningService) -> String {
    let (status, answer) = service.token(&service.client_id, &service.client_secret);
    assert_eq!(status, 200);
    let token = answer["access_token"].as_str().unwrap();
    format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n")
}

fn member(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn clients_keys_and_quotas_survive_sigkill() {
    let directory = new_directory();
    let first = RunningService::start(&[], &directory);
    let bearer_header = bearer(&first);
    let (_, role) = first.ask("GET /auth/roles?filter[name]=Patient", &bearer_header, "");
    let document = json!({ "data": {
        "type": "auth/app-clients",
        "attributes": { "type": "machine_to_machine", "name": "Import", "tokenQuota": 3 },
        "relationships": { "auth/roles": { "data": {
            "type": "auth/roles", "id": member(&role, "/data/id")
        } } }
    } });
    let (status, client) = first.ask(
        "POST /auth/app-clients",
        &bearer_header,
        &document.to_string(),
    );
    assert_eq!(status, 201);
    let id = member(&client, "/data/attributes/clientId");
    let secret = member(&client, "/data/attributes/clientSecret");
    let (_, keys) = first.ask("GET /.well-known/jwks.json", "", "");
    assert_eq!(first.token(&id, &secret).0, 200);
    assert_eq!(first.token(&id, &secret).0, 200);
    first.signal("-KILL");

    let second = RunningService::start(&[], &directory);
    assert_eq!(second.ask("GET /.well-known/jwks.json", "", "").1, keys);
    assert_eq!(second.token(&id, &secret).0, 200);
    assert_eq!(second.token(&id, &secret).0, 429);
    let request = format!("GET /auth/app-clients/{}", member(&client, "/data/id"));
    let (status, found) = second.ask(&request, &bearer(&second), "");
    assert_eq!(status, 200);
    assert_eq!(member(&found, "/data/attributes/name"), "Import");
}

#[test]
fn a_restart_reports_that_the_first_clients_secret_was_rotated() {
    let directory = new_directory();
    let first = RunningService::start(&[], &directory);
    let bearer_header = bearer(&first);
    let (_, clients) = first.ask("GET /auth/app-clients", &bearer_header, "");
    let id = member(&clients, "/data/0/id");
    let path = format!("POST /auth/app-clients/{id}/rotate-secret");
    assert_eq!(first.ask(&path, &bearer_header, "").0, 200);
    first.signal("-TERM");
    let second = RunningService::start(&[], &directory);
    assert_eq!(
        second.token(&second.client_id, &second.client_secret).0,
        401
    );
    assert!(second.first_stderr_line().contains("are no longer valid"));
}

/// As release 0.1.0 left it, so its clients are still there after the update.
#[test]
fn a_data_directory_without_the_pepper_gets_one_and_keeps_it() {
    let directory = new_directory();
    let first = RunningService::start(&[], &directory);
    let credentials = (first.client_id.clone(), first.client_secret.clone());
    first.signal("-TERM");
    let path = directory.join(".latchkey/secrets.json");
    let stored = || -> Value { serde_json::from_slice(&fs::read(&path).unwrap()).unwrap() };
    let mut former = stored();
    let secrets = former.as_object_mut().unwrap();
    assert!(secrets.remove("latchkey/idempotency-pepper").is_some());
    fs::write(&path, former.to_string()).unwrap();

    let added = |service: &RunningService| {
        let (status, _) = service.token(&credentials.0, &credentials.1);
        assert_eq!(status, 200);
        let (_, clients) = service.ask("GET /auth/app-clients", &bearer(service), "");
        let add = format!(
            "POST /auth/app-clients/{}/secrets",
            member(&clients, "/data/0/id")
        );
        let headers = bearer(service) + "Idempotency-Key: update\r\n";
        let (status, secret) = service.ask(&add, &headers, "");
        assert_eq!(status, 201, "{secret}");
        member(&secret, "/data/attributes/clientSecret")
    };
    let second = RunningService::start(&[], &directory);
    let secret = added(&second);
    second.signal("-TERM");
    let third = RunningService::start(&[], &directory);
    assert_eq!(added(&third), secret);
}
