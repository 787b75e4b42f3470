//! The hints of the pretty log.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::log::{FORM, PRETTY, bearer, log_of};
use crate::running::{RunningService, new_directory};

/// One request, and what its hint says.
struct Case {
    request: String,
    headers: String,
    body: String,
    hint: String,
}

fn case(request: &str, headers: &str, body: &str, hint: &str) -> Case {
    Case {
        request: request.to_owned(),
        headers: headers.to_owned(),
        body: body.to_owned(),
        hint: hint.to_owned(),
    }
}

/// Creates an App Client. Returns its id, its `client_id` and its secret.
fn new_client(service: &RunningService, headers: &str, attributes: Value) -> [String; 3] {
    let (_, role) = service.ask("GET /auth/roles?filter[name]=Permissionless", headers, "");
    let mut document = json!({ "data": {
        "type": "auth/app-clients",
        "attributes": { "type": "machine_to_machine", "name": "Any" },
        "relationships": { "auth/roles": { "data": {
            "type": "auth/roles", "id": role["data"]["id"]
        } } }
    } });
    for (name, value) in attributes.as_object().unwrap() {
        document["data"]["attributes"][name] = value.clone();
    }
    let headers = format!("{headers}Content-Type: application/json\r\n");
    let (status, client) = service.ask("POST /auth/app-clients", &headers, &document.to_string());
    assert_eq!(status, 201, "{client}");
    [
        "/data/id",
        "/data/attributes/clientId",
        "/data/attributes/clientSecret",
    ]
    .map(|pointer| {
        client
            .pointer(pointer)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    })
}

#[test]
fn each_refusal_has_a_hint_that_names_the_likely_mistake() {
    let service = RunningService::start(&PRETTY, &new_directory());
    let base_url = service.base_url.clone();
    let (id, secret) = (service.client_id.clone(), service.client_secret.clone());
    let admin = format!("Authorization: Bearer {}\r\n", bearer(&service));
    let json = format!("{admin}Content-Type: application/json\r\n");
    let form = |id: &str, secret: &str| {
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")
    };

    let [_, other_id, other_secret] = new_client(&service, &admin, json!({ "tokenQuota": 2 }));
    let (_, powerless) = service.token(&other_id, &other_secret);
    let powerless = powerless["access_token"].as_str().unwrap().to_owned();
    service.token(&other_id, &other_secret);

    let [gone, gone_id, gone_secret] = new_client(&service, &admin, json!({}));
    let (_, of_gone) = service.token(&gone_id, &gone_secret);
    let of_gone = of_gone["access_token"].as_str().unwrap().to_owned();
    assert_eq!(
        service
            .ask(&format!("DELETE /auth/app-clients/{gone}"), &admin, "")
            .0,
        204
    );

    let [disabled, disabled_id, disabled_secret] = new_client(&service, &admin, json!({}));
    let change = json!({ "data": {
        "type": "auth/app-clients", "id": disabled, "attributes": { "status": "disabled" }
    } });
    let path = format!("PATCH /auth/app-clients/{disabled}");
    assert_eq!(service.ask(&path, &json, &change.to_string()).0, 200);

    let with_claims = |claims: Value| {
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"at+jwt","kid":"other"}"#);
        format!("Authorization: Bearer {header}.{claims}.c2ln\r\n")
    };
    let future = 9_999_999_999_u64;
    let cases = [
        case(
            "POST /oauth/token",
            FORM,
            "grant_type=client_credentials",
            "Send client_id and client_secret",
        ),
        case(
            "POST /oauth/token",
            FORM,
            &form(&id, "x"),
            "A client_id has 32 hexadecimal digits.",
        ),
        case(
            "POST /oauth/token",
            FORM,
            &form(&id, &format!("{secret}%0A")),
            "The client_secret contains whitespace",
        ),
        case(
            "POST /oauth/token",
            FORM,
            &form(&gone_id, &gone_secret),
            "No App Client has this client_id.",
        ),
        case(
            "POST /oauth/token",
            FORM,
            &form(&id, &other_secret),
            "The App Client exists, but has another client_secret.",
        ),
        case(
            "POST /oauth/token",
            FORM,
            &form(&disabled_id, &disabled_secret),
            "the App Client is disabled",
        ),
        case(
            "POST /oauth/token",
            FORM,
            &form(&other_id, &other_secret),
            "has used its quota",
        ),
        case(
            "POST /oauth/token",
            FORM,
            &(form(&id, &secret) + "&audience=orders"),
            &format!("The only audience is {base_url}."),
        ),
        case(
            "POST /oauth/token",
            FORM,
            &(form(&id, &secret) + "&scope=read"),
            "No scopes are defined. Omit scope.",
        ),
        case(
            "POST /oauth/token",
            FORM,
            "grant_type=password",
            "The only grant_type is client_credentials.",
        ),
        case(
            "POST /oauth/token",
            "Content-Type: text/plain\r\n",
            "x",
            "Content-Type must be application/x-www-form-urlencoded or",
        ),
        case("PUT /oauth/token", "", "", "It supports POST, OPTIONS."),
        case(
            "GET /auth/roles",
            "",
            "",
            "Send the header \"Authorization: Bearer TOKEN\"",
        ),
        case(
            "GET /auth/roles",
            "Authorization: Bearer opaque\r\n",
            "",
            "The bearer token is not a JWT.",
        ),
        case(
            "GET /auth/roles",
            &with_claims(json!({ "iss": "https://auth.example.com/x", "exp": future })),
            "",
            &format!("Expected: {base_url}; host of the found one: auth.example.com. "),
        ),
        case(
            "GET /auth/roles",
            &with_claims(json!({ "iss": base_url, "aud": "orders" })),
            "",
            &format!("The token is for another audience. The management API expects {base_url}."),
        ),
        case(
            "GET /auth/roles",
            &with_claims(json!({ "iss": base_url, "aud": base_url, "exp": 1 })),
            "",
            "The token expired ",
        ),
        case(
            "GET /auth/roles",
            &with_claims(json!({ "iss": base_url, "aud": base_url, "exp": future, "iat": future })),
            "",
            "The token was issued in the future",
        ),
        case(
            "GET /auth/roles",
            &with_claims(json!({ "iss": base_url, "aud": base_url, "exp": future, "iat": 1 })),
            "",
            "not signed by a current key",
        ),
        case(
            "GET /auth/roles",
            &format!("Authorization: Bearer {of_gone}\r\n"),
            "",
            "its App Client is deleted or disabled",
        ),
        case(
            "POST /auth/app-clients",
            &format!("Authorization: Bearer {powerless}\r\n"),
            "",
            "do not permit IAM:CreateM2MClient. Use a client whose roles permit it",
        ),
        case(
            "POST /auth/app-clients",
            &format!("{admin}Content-Type: text/plain\r\n"),
            "{}",
            "Content-Type must be application/json",
        ),
        case(
            "POST /auth/app-clients",
            &json,
            "{",
            "The request body is not valid JSON",
        ),
        case(
            "POST /auth/app-client",
            &admin,
            "",
            "Nearest: POST /auth/app-clients",
        ),
        case(
            "GET /console/credentials",
            "Sec-Fetch-Site: cross-site\r\n",
            "",
            "Only the console gets the credentials",
        ),
        case(
            "GET /auth/roles",
            &format!("X: {}\r\n", "x".repeat(11_000)),
            "",
            "The request line and the headers exceed 10240 bytes.",
        ),
        case(
            "GET /auth/roles?x=1",
            &admin,
            "",
            "Unknown query parameter.",
        ),
    ];
    for Case {
        request,
        headers,
        body,
        ..
    } in &cases
    {
        let (status, answer) = service.ask(request, headers, body);
        assert!(status >= 400, "{request} {answer}");
    }
    let log = log_of(service);
    let lines: Vec<_> = log.lines().collect();
    let hints = lines
        .iter()
        .filter_map(|line| line.strip_prefix("          hint: "));
    let hints: Vec<_> = hints.collect();
    assert_eq!(hints.len(), cases.len(), "{log}");
    for (case, hint) in cases.iter().zip(hints) {
        assert!(hint.contains(&case.hint), "{}: {hint}", case.request);
    }
}
