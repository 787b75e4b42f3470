//! The options of a deployment, and the first App Client's chosen credentials.

use std::fs;
use std::net::TcpStream;

use serde_json::{Value, json};
use shared::model::ClientSecret;
use shared::random::Randomness;

use crate::running::{RunningService, assert_start_failed, new_directory, run, run_with};

const CLIENT_ID: &str = "23357fe83368484da040a6e672d59de1";

fn secret() -> String {
    let secret = ClientSecret::generate(&Randomness::of_the_system()).unwrap();
    secret.reveal().to_owned()
}

fn token(service: &RunningService) -> String {
    let (status, answer) = service.token(&service.client_id, &service.client_secret);
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

/// A part of a JWT: 0 is the header, 1 the claims.
fn part(token: &str, part: usize) -> Value {
    use base64::Engine as _;
    let part = token.split('.').nth(part).unwrap();
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part);
    serde_json::from_slice(&json.unwrap()).unwrap()
}

/// The status of a management request with the token, under a `Host`.
fn list(service: &RunningService, host: &str, token: &str) -> u16 {
    let bearer = format!("Authorization: Bearer {token}\r\n");
    service
        .ask_host(host, "GET /auth/app-clients", &bearer, "")
        .0
}

#[test]
fn with_an_issuer_tokens_and_metadata_name_it_under_every_host() {
    let issuer = "http://localhost:8080";
    let service = RunningService::start(&["--ephemeral", "--issuer", issuer], &new_directory());
    let hosts = [
        "localhost:8080",
        "my_container:3000",
        "a.tunnel.example",
        service.address(),
    ];
    let token = token(&service);
    assert_eq!(part(&token, 1)["iss"], issuer);
    assert_eq!(part(&token, 1)["aud"], issuer);
    for host in hosts {
        let request = "GET /.well-known/oauth-authorization-server";
        let (status, metadata) = service.ask_host(host, request, "", "");
        assert_eq!(
            (status, &metadata["issuer"]),
            (200, &json!(issuer)),
            "{host}"
        );
        assert_eq!(metadata["token_endpoint"], format!("{issuer}/oauth/token"));
        assert_eq!(list(&service, host, &token), 200, "{host}");
    }
}

#[test]
fn without_an_issuer_tokens_are_accepted_under_every_host() {
    let service = RunningService::start(&["--ephemeral"], &new_directory());
    let token = token(&service);
    assert_eq!(part(&token, 1)["iss"], service.base_url);
    for host in ["localhost:3000", "my_container", service.address()] {
        assert_eq!(list(&service, host, &token), 200, "{host}");
    }
}

#[test]
fn another_issuer_keeps_the_data_and_ends_only_the_tokens() {
    let directory = new_directory();
    let first = RunningService::start(&["--issuer", "http://one"], &directory);
    let former = token(&first);
    let credentials = (first.client_id.clone(), first.client_secret.clone());
    first.signal("-TERM");
    let second = RunningService::start(&["--issuer", "http://other"], &directory);
    assert_eq!(
        (second.client_id.clone(), second.client_secret.clone()),
        credentials
    );
    assert_eq!(list(&second, "one", &former), 401);
    assert_eq!(list(&second, "one", &token(&second)), 200);
}

#[test]
fn an_unspecified_address_prints_a_url_that_works() {
    for (address, shown) in [
        ("0.0.0.0:0", "http://127.0.0.1:"),
        ("[::]:0", "http://[::1]:"),
    ] {
        if std::net::TcpListener::bind(address).is_err() {
            continue;
        }
        let service =
            RunningService::start(&["--ephemeral", "--listen", address], &new_directory());
        assert!(service.base_url.starts_with(shown), "{}", service.base_url);
        assert!(service.curl.contains(&service.base_url));
        assert!(TcpStream::connect(service.address()).is_ok());
        token(&service);
    }
}

#[test]
fn the_options_of_the_deployment_take_effect() {
    let service = RunningService::start(
        &[
            "--ephemeral",
            "--default-audience=https://api.example.com",
            "--token-quota=2",
            "--signing-algorithm=ES256",
        ],
        &new_directory(),
    );
    let token = token(&service);
    assert_eq!(part(&token, 0)["alg"], "ES256");
    assert_eq!(part(&token, 1)["aud"], "https://api.example.com");
    assert_eq!(list(&service, "any", &token), 200);
    assert_eq!(
        service.token(&service.client_id, &service.client_secret).0,
        200
    );
    assert_eq!(
        service.token(&service.client_id, &service.client_secret).0,
        429
    );
}

#[test]
fn another_algorithm_for_an_existing_key_is_reported() {
    let directory = new_directory();
    let algorithm = ["--signing-algorithm", "ES256"];
    RunningService::start(&algorithm, &directory).signal("-TERM");
    let same = RunningService::start(&algorithm, &directory);
    let (_, output, error) = {
        same.send_signal("-TERM");
        same.wait()
    };
    assert_eq!((output.as_str(), error.as_str()), ("", ""));
    let other = RunningService::start(&["--signing-algorithm", "EdDSA"], &directory);
    assert_eq!(part(&token(&other), 0)["alg"], "ES256");
    assert!(other.first_stderr_line().contains("is for ES256"));
}

#[test]
fn an_invalid_value_is_named_and_exits_with_2() {
    const LIST: &str = "must be a comma-separated list of origins without blanks";
    for (option, value, reason) in [
        ("--issuer", "localhost", "relative URL"),
        ("--token-quota", "0", "0 is less than 1"),
        (
            "--signing-algorithm",
            "HS256",
            "is not one of RS256, ES256, EdDSA",
        ),
        (
            "--issuer",
            "http://x\"",
            "no host name has all the characters",
        ),
        ("--allowed-origins", "*", LIST),
        ("--allowed-origins", "https://*.example.com", LIST),
        ("--allowed-origins", "https://a.example\n", LIST),
        ("--allowed-origins", "https://a.example:443", LIST),
        (
            "--allowed-origins",
            "https://b.example,http://a.example:80",
            LIST,
        ),
        ("--allowed-origins", "https://a.example:0443", LIST),
        ("--allowed-origins", "https://user@a.example", LIST),
        ("--allowed-origins", "https://a.example?x", LIST),
        ("--allowed-origins", "https://a.example#x", LIST),
        ("--allowed-origins", "https://a.example/", LIST),
        ("--allowed-origins", "https://b\u{fc}cher.example", LIST),
        ("--allowed-origins", "https://a.example,", LIST),
        ("--allowed-origins", ",https://a.example", LIST),
        ("--listen", "3000", "invalid socket address"),
    ] {
        let directory = new_directory();
        let output = run(&[option, value], &directory);
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(option) && error.contains(reason), "{error}");
        assert_eq!(fs::read_dir(directory).unwrap().count(), 0);
    }
}

#[test]
fn chosen_credentials_are_those_of_the_first_client_at_every_start() {
    let (directory, secret) = (new_directory(), secret());
    let variables = [
        ("LATCHKEY_CLIENT_ID", CLIENT_ID),
        ("LATCHKEY_CLIENT_SECRET", &*secret),
    ];
    for _ in 0..2 {
        let service = RunningService::start_with(&variables, &[], &directory);
        assert_eq!(
            (&*service.client_id, &*service.client_secret),
            (CLIENT_ID, &*secret)
        );
        assert_eq!(list(&service, "any", &token(&service)), 200);
        let (_, output, error) = {
            service.send_signal("-TERM");
            service.wait()
        };
        assert!(
            !error.contains("no longer valid") && output.is_empty(),
            "{error}"
        );
    }
    // Without the variables, the stored credentials are used.
    let service = RunningService::start(&[], &directory);
    assert_eq!(
        (&*service.client_id, &*service.client_secret),
        (CLIENT_ID, &*secret)
    );
}

#[test]
fn malformed_or_incomplete_credentials_exit_with_2_and_the_secret_is_not_shown() {
    let secret = secret();
    let (start, end) = secret.split_at(secret.len() - 1);
    let wrong_checksum = format!("{start}{}", if end == "0" { "1" } else { "0" });
    for (id, secret, reason) in [
        (
            CLIENT_ID,
            "",
            "LATCHKEY_CLIENT_ID requires LATCHKEY_CLIENT_SECRET",
        ),
        (
            "",
            &*secret,
            "LATCHKEY_CLIENT_SECRET requires LATCHKEY_CLIENT_ID",
        ),
        (
            CLIENT_ID,
            "my-secret",
            "LATCHKEY_CLIENT_SECRET is not a client secret",
        ),
        (
            CLIENT_ID,
            &*wrong_checksum,
            "LATCHKEY_CLIENT_SECRET is not a client secret",
        ),
        ("my-client", &*secret, "LATCHKEY_CLIENT_ID must be a UUID"),
    ] {
        let directory = new_directory();
        let variables = [
            ("LATCHKEY_CLIENT_ID", id),
            ("LATCHKEY_CLIENT_SECRET", secret),
        ];
        let output = run_with(&variables, &["--listen", "127.0.0.1:0"], &directory);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(reason), "{error}");
        assert!(secret.is_empty() || !error.contains(secret), "{error}");
        assert_eq!(fs::read_dir(directory).unwrap().count(), 0);
    }
}

#[test]
fn other_credentials_than_the_stored_ones_are_refused_and_nothing_is_lost() {
    let directory = new_directory();
    let first = RunningService::start(&[], &directory);
    let (stored_id, stored) = (first.client_id.clone(), first.client_secret.clone());
    first.signal("-TERM");
    let secrets = || fs::read(directory.join(".latchkey/secrets.json")).unwrap();
    let before = secrets();
    let new = secret();
    for (id, secret) in [(&*stored_id, &new), (CLIENT_ID, &new), (CLIENT_ID, &stored)] {
        let variables = [
            ("LATCHKEY_CLIENT_ID", id),
            ("LATCHKEY_CLIENT_SECRET", secret),
        ];
        let output = run_with(&variables, &["--listen", "127.0.0.1:0"], &directory);
        assert_start_failed(&output, "already has another first App Client or secret");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.contains(&stored_id) && !error.contains(secret),
            "{error}"
        );
        assert_eq!(secrets(), before);
    }
    let again = RunningService::start(&[], &directory);
    assert_eq!(
        (&again.client_id, &again.client_secret),
        (&stored_id, &stored)
    );
}
