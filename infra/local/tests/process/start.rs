//! Starting and stopping the program.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use crate::running::{RunningService, assert_start_failed, new_directory, run};

#[test]
fn an_unknown_argument_is_named_and_exits_with_2() {
    let output = run(&["--unknown"], &new_directory());
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("--unknown"), "{error}");
}

#[test]
fn help_names_the_options() {
    let output = run(&["--help"], &new_directory());
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--listen",
        "--data-dir",
        "--ephemeral",
        "--issuer",
        "--log",
        "--default-audience",
        "--token-quota",
        "--signing-algorithm",
        "--allowed-origins",
        "--version",
        "LATCHKEY_CLIENT_ID",
        "LATCHKEY_CLIENT_SECRET",
        "NO_COLOR",
        "SIGTERM",
    ] {
        assert!(help.contains(option), "{help}");
    }
}

#[test]
fn version_prints_the_version() {
    let output = run(&["--version"], &new_directory());
    assert!(output.status.success());
    let version = String::from_utf8(output.stdout).unwrap();
    assert_eq!(version, format!("local {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_port_in_use_prints_one_line_and_exits_with_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = new_directory();
    let output = run(&["--listen", &address], &directory);
    assert_start_failed(
        &output,
        &format!("cannot listen on {address}: Address already in use"),
    );
    assert!(!directory.join(".latchkey").exists());
}

#[test]
fn a_data_directory_that_cannot_be_created_prints_one_line_and_exits_with_1() {
    let directory = new_directory();
    fs::write(directory.join("file"), "").unwrap();
    for path in ["file", "file/data"] {
        let output = run(&["--listen", "127.0.0.1:0", "--data-dir", path], &directory);
        assert_start_failed(&output, &format!("cannot use the data directory {path}: "));
    }
}

#[test]
fn the_program_prints_its_address_and_a_curl_command() {
    let running = RunningService::start(&["--ephemeral"], &new_directory());
    let RunningService {
        base_url,
        client_id,
        client_secret,
        curl,
        ..
    } = &running;
    assert_eq!(
        curl,
        &format!(
            "-s {base_url}/oauth/token -d grant_type=client_credentials \
             -d client_id={client_id} -d client_secret={client_secret}"
        )
    );
    assert!(!client_id.is_empty() && !client_secret.is_empty());
    let (_, status) = running.get("/not/routed");
    assert_eq!(status, "HTTP/1.1 404");
}

#[test]
fn an_ephemeral_start_leaves_no_files_behind() {
    let directory = new_directory();
    let first = RunningService::start(&["--ephemeral"], &directory)
        .client_secret
        .clone();
    let second = RunningService::start(&["--ephemeral"], &directory)
        .client_secret
        .clone();
    assert_ne!(first, second);
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
}

#[test]
fn only_the_owner_can_access_the_data() {
    let directory = new_directory();
    let _running = RunningService::start(&[], &directory);
    let mode = |path: &str| {
        let metadata = fs::metadata(directory.join(path)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(".latchkey"), 0o700);
    assert_eq!(mode(".latchkey/secrets.json"), 0o600);
    assert_eq!(mode(".latchkey/dynamodb.sqlite"), 0o600);
}

#[test]
fn a_restart_after_sigkill_keeps_the_credentials() {
    let directory = new_directory();
    let first = RunningService::start(&[], &directory);
    let credentials = (first.client_id.clone(), first.client_secret.clone());
    first.signal("-KILL");
    let second = RunningService::start(&[], &directory);
    assert_eq!(
        (second.client_id.clone(), second.client_secret.clone()),
        credentials
    );
}
