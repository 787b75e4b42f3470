//! Scripts and workflows install crates, Python packages and Node packages only by hashes, and run
//! no other downloads.
#![expect(clippy::unwrap_used, reason = "tests panic on failure")]

use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files below these folders that pass the test for path and text.
fn files(folders: &[&str], test: impl Fn(&str, &str) -> bool) -> Vec<(String, String)> {
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
            let text = std::fs::read(path).unwrap();
            let text = String::from_utf8_lossy(&text).into_owned();
            if test(&name, &text) {
                found.push((name, text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

fn is_yaml(name: &str, _text: &str) -> bool {
    [".yaml", ".yml"].iter().any(|end| name.ends_with(end))
}

fn is_script(name: &str, text: &str) -> bool {
    is_yaml(name, text) || name.ends_with(".sh") || text.starts_with("#!/")
}

/// Texts in scripts that name a program without running it.
const MENTIONS: &[&str] = &[
    "command -v curl",
    "command -v npm",
    "packages+=(curl ca-certificates)",
    "for tool in node npm wrk taskset",
    "grep -q '^ *curl '",
    "awk '/^ *curl /",
    "the printed curl command",
    "npm did not install node",
];

/// Programs and subcommands that install without a lock file.
const NEVER: &[&[&str]] = &[
    &["npx"],
    &["pnpm"],
    &["yarn"],
    &["pipx"],
    &["uv"],
    &["uvx"],
    &["cargo", "binstall"],
    &["git", "clone"],
];

/// Why a script may not contain this line, whose continuation is part of it.
fn objection(line: &str, script: &str) -> Option<&'static str> {
    let mut line = line.to_owned();
    for mention in MENTIONS {
        line = line.replace(mention, "");
    }
    let is_separator = |c: char| !c.is_alphanumeric() && c != '-' && c != '_';
    let words: Vec<_> = line.split(is_separator).filter(|w| !w.is_empty()).collect();
    let has = |word: &str| words.contains(&word);
    let has_all = |options: &[&str]| options.iter().all(|option| line.contains(option));
    let installs = ["install", "download", "wheel"]
        .iter()
        .any(|word| has(word));
    let mut npm = words.iter().enumerate().filter(|(_, word)| **word == "npm");
    // `npm ci` checks the hashes of the lock file, and the others install nothing.
    let is_harmless = |word: &&str| ["ci", "audit", "ls"].contains(word);
    if (has("curl") || has("wget")) && !is_local(&line, script) {
        Some("curl and wget check no hash")
    } else if NEVER.iter().any(|words| words.iter().all(|word| has(word))) {
        Some("it checks no hash")
    } else if !npm.all(|(index, _)| words.get(index + 1).is_none_or(is_harmless)) {
        Some("npm checks hashes only as `npm ci`")
    } else if (has("pip") || has("pip3"))
        && installs
        // Without --only-binary, pip builds packages with tools that have no hash.
        && !has_all(&["--no-deps", "--require-hashes", "--only-binary :all:"])
    {
        Some("pip needs hashes")
    } else if has("cargo") && has("install") && !has_all(&["--locked", "--version"]) {
        Some("cargo needs a version and its lock file")
    } else {
        None
    }
}

/// Whether each URL on the line is of this machine, and there is one.
fn is_local(line: &str, script: &str) -> bool {
    const LOCAL: [&str; 2] = ["http://127.0.0.1", "http://localhost"];
    let starts = |url: &str| {
        LOCAL.iter().any(|host| {
            let rest = url.strip_prefix(host);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        })
    };
    let mut urls = 0;
    for word in line.split_whitespace() {
        let word = word.trim_matches(['"', '\'', ';', ')']);
        let is_local = match word.strip_prefix('$') {
            Some(variable) => {
                let end = variable.find(|c: char| !c.is_alphanumeric() && c != '_');
                let name = variable.get(..end.unwrap_or(variable.len())).unwrap();
                let mut values = script
                    .split_whitespace()
                    .filter_map(|word| word.strip_prefix(name)?.strip_prefix('='));
                values.clone().next().is_some() && values.all(starts)
            }
            // curl accepts names without a scheme.
            None if word.contains("://") || word.contains('.') => starts(word),
            None => continue,
        };
        if !is_local {
            return false;
        }
        urls += 1;
    }
    urls > 0
}

/// The first line of a script with an objection.
fn refused(script: &str) -> Option<(String, &'static str)> {
    let script = script.replace("\\\n", " ").replace(":all:\n", ":all: ");
    let mut lines = script
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    lines.find_map(|line| Some((line.to_owned(), objection(line, &script)?)))
}

#[test]
fn scripts_install_only_what_has_a_hash() {
    let folders = [
        ".ci",
        ".github",
        "functions",
        "fuzz",
        "infra",
        "shared",
        "tests",
    ];
    for (name, text) in files(&folders, is_script) {
        assert_eq!(refused(&text), None, "{name}");
    }
}

#[test]
fn a_script_with_a_download_without_a_hash_is_refused() {
    for script in [
        "curl --silent https://example.com/tool -o tool",
        "curl -O \\\n  https://example.com/tool",
        "/usr/bin/curl http://localhost.example.com/tool",
        "curl http://127.0.0.1:3000 https://example.com/tool",
        "curl example.com/tool",
        "curl \"$TOOL\"",
        "TOOL=https://example.com\ncurl \"$TOOL/tool\"",
        "TOOL=http://localhost TOOL=https://example.com\ncurl \"$TOOL\"",
        "wget --quiet https://example.com/tool",
        "      - run: npx --yes tool",
        "npm exec tool",
        "npm --yes exec tool",
        "npm install tool",
        "npm ci && npm install tool",
        "yarn add tool",
        "pip install tool",
        "pip3 --quiet download tool",
        "pip install --no-deps --require-hashes tool",
        "uv pip install tool",
        "pipx run tool",
        "cargo install tool",
        "cargo install --locked tool",
        "cargo binstall tool",
        "git clone https://example.com/tool",
    ] {
        assert!(refused(script).is_some(), "{script}");
    }
    for script in [
        "curl --silent http://127.0.0.1:3000/health",
        "export URL=http://localhost:$port\nif curl --silent \"$URL/health\"; then break; fi",
        "npm ci --prefix \"$work\" && npm ls tool",
        "pip install --no-deps --require-hashes --only-binary :all: \\\n  --requirement lock.txt",
        "cargo install --locked tool --version 1.0.0",
        "# curl https://example.com/tool",
    ] {
        assert_eq!(refused(script), None);
    }
}

#[test]
fn every_python_package_has_a_version_and_a_hash() {
    let folders = [
        ".ci",
        "tests/contract",
        "tests/deployed",
        "tests/interop",
        "tests/quickstarts",
    ];
    for (name, text) in files(&folders, |name, _| name.ends_with(".txt")) {
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
    for (name, text) in files(&folders, |name, _| name.ends_with("/package.json")) {
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
    for (name, text) in files(&[".github/workflows"], is_yaml) {
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
