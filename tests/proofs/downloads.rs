//! Everything that scripts and workflows download has a fixed hash.
#![expect(clippy::unwrap_used, reason = "tests panic on failure")]

use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files below these folders whose path passes the test, with their text.
fn files(folders: &[&str], test: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut folders: Vec<_> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.to_str().unwrap().to_owned();
            if test(&name) {
                found.push((name, std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// The scripts and the workflows, with continued lines joined.
fn scripts() -> Vec<(String, String)> {
    let is_script =
        |name: &str| name.ends_with("/run") || name.ends_with(".sh") || name.ends_with(".yaml");
    let scripts = files(&[".ci", ".github", "infra", "tests"], is_script);
    let join = |text: String| text.replace("\\\n", " ").replace(":all:\n", ":all: ");
    scripts
        .into_iter()
        .map(|(name, text)| (name, join(text)))
        .collect()
}

#[test]
fn scripts_install_only_what_has_a_hash() {
    for (name, text) in scripts() {
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
        {
            let needs = |command: &str, options: &[&str]| {
                let is_met = options.iter().all(|option| line.contains(option));
                assert!(!line.contains(command) || is_met, "{name}: {line}");
            };
            // Without --only-binary, pip builds packages with tools that have no hash.
            needs(
                "pip install",
                &["--no-deps", "--require-hashes", "--only-binary :all:"],
            );
            // `npm ci` checks the hashes of the lock file.
            needs("npm install", &["(never)"]);
            needs("npx ", &["(never)"]);
            needs("cargo install", &["--locked", "--version"]);
        }
    }
}

#[test]
fn every_python_package_has_a_version_and_a_hash() {
    let folders = [".ci", "tests/deployed", "tests/interop"];
    for (name, text) in files(&folders, |name| name.ends_with(".txt")) {
        let text = text.replace("\\\n", " ");
        for line in text.lines() {
            assert!(
                line.contains("==") && line.contains("--hash=sha256:"),
                "{name}: {line}"
            );
        }
        let source = std::fs::read_to_string(name.replace(".txt", ".in")).unwrap();
        for requirement in source.lines() {
            // The lock file has the name in lower case and without extras.
            let requirement = requirement.to_lowercase();
            let (package, version) = requirement.split_once("==").unwrap();
            let package = package.split('[').next().unwrap();
            let locked = text.contains(&format!("{package}=={version}"));
            assert!(locked, "{name} lacks {requirement}");
        }
    }
}

#[test]
fn every_node_package_has_a_hash() {
    let folders = [".ci", "infra", "tests"];
    for (name, text) in files(&folders, |name| name.ends_with("/package.json")) {
        let lock = std::fs::read_to_string(name.replace("package.json", "package-lock.json"));
        let lock: Value = serde_json::from_str(&lock.unwrap()).unwrap();
        for (path, package) in lock["packages"].as_object().unwrap() {
            let has_hash = package["integrity"].as_str().is_some();
            assert_eq!(has_hash, !path.is_empty(), "{name}: {path}");
        }
        let declared: Value = serde_json::from_str(&text).unwrap();
        for kind in ["dependencies", "optionalDependencies"] {
            assert_eq!(lock["packages"][""][kind], declared[kind], "{name}: {kind}");
        }
    }
}

#[test]
fn every_action_is_pinned_by_commit() {
    for (name, text) in files(&[".github/workflows"], |name| name.ends_with(".yaml")) {
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let commit = line
                .split(['@', ' '])
                .find(|part| part.len() == 40)
                .unwrap_or_default();
            let is_commit = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(!commit.is_empty() && is_commit, "{name}: {line}");
        }
    }
}
