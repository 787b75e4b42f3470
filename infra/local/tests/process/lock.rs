//! Only one process at a time uses a data directory.

use std::fs;

use crate::running::{RunningService, assert_start_failed, new_directory, run};

const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:0"];

#[test]
fn a_data_directory_in_use_prints_one_line_and_exits_with_1() {
    let directory = new_directory();
    let first = RunningService::start(&[], &directory);
    let output = run(&LISTEN, &directory);
    assert_start_failed(&output, ".latchkey is in use by another process");
    let (_, status) = first.get("/not/routed");
    assert_eq!(status, "HTTP/1.1 404");
}

#[test]
fn the_lock_outlives_every_other_name_in_the_directory() {
    let directory = new_directory();
    let first = RunningService::start(&[], &directory);
    for entry in fs::read_dir(directory.join(".latchkey")).unwrap() {
        let path = entry.unwrap().path();
        let is_data = ["dynamodb.sqlite", "secrets.json"]
            .iter()
            .any(|name| path.ends_with(name));
        if !is_data {
            fs::remove_file(path).unwrap();
        }
    }
    let output = run(&LISTEN, &directory);
    assert_start_failed(&output, ".latchkey is in use by another process");
    assert_eq!(first.token(&first.client_id, &first.client_secret).0, 200);
}

#[test]
fn the_lock_holds_under_another_path_to_the_directory() {
    let directory = new_directory();
    let first = RunningService::start(&[], &directory);
    std::os::unix::fs::symlink(".latchkey", directory.join("same")).unwrap();
    let output = run(
        &["--listen", "127.0.0.1:0", "--data-dir", "same"],
        &directory,
    );
    assert_start_failed(&output, "same is in use by another process");
    drop(first);
    RunningService::start(&["--data-dir", "same"], &directory);
}

#[test]
fn a_directory_name_with_special_characters_is_usable() {
    let directory = new_directory();
    let name = "a b/100%?vfs=none&#é";
    let first = RunningService::start(&["--data-dir", name], &directory);
    assert!(directory.join(name).join("dynamodb.sqlite").exists());
    let output = run(&["--listen", "127.0.0.1:0", "--data-dir", name], &directory);
    assert_start_failed(&output, "is in use by another process");
    let secret = first.client_secret.clone();
    drop(first);
    let second = RunningService::start(&["--data-dir", name], &directory);
    assert_eq!(second.client_secret, secret);
}
