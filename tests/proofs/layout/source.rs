//! The production source: file contents by their path from the workspace root.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// File contents by path, for example `shared/src/lib.rs`.
pub(super) struct Source {
    pub(super) files: BTreeMap<String, String>,
}

impl Source {
    /// The source of the functions and the tools, without tests.
    pub(super) fn production() -> Self {
        let workspace = Path::new(WORKSPACE);
        let functions = entries(&workspace.join("functions"));
        let others = ["shared", "infra/local", "infra/bench"].map(|name| workspace.join(name));
        let mut files = BTreeMap::new();
        for package in functions.into_iter().chain(others) {
            check_name(&package);
            read(&package.join("src"), &mut files);
        }
        Self { files }
    }

    /// A small source tree for an example.
    pub(super) fn example(files: &[(&str, &str)]) -> Self {
        let owned = |&(path, text): &(&str, &str)| (path.to_owned(), text.to_owned());
        Self {
            files: files.iter().map(owned).collect(),
        }
    }

    /// The folder of a file. `foo.rs` next to a folder `foo` belongs to that folder. A file next to
    /// the crate root counts as a folder.
    pub(super) fn folder_of<'a>(&self, file: &'a str) -> &'a str {
        let stem = file.strip_suffix(".rs").unwrap_or(file);
        let inside = format!("{stem}/");
        let has_folder = self.files.keys().any(|other| other.starts_with(&inside));
        let is_top_level = stem
            .split_once("/src/")
            .is_some_and(|(_, inside)| !inside.contains('/'));
        if has_folder || is_top_level {
            return stem;
        }
        file.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    pub(super) fn largest_file(&self) -> (&str, usize) {
        let sizes = self
            .files
            .iter()
            .map(|(path, text)| (path.as_str(), text.lines().count()));
        sizes
            .max_by_key(|&(_, lines)| lines)
            .expect("the source has files")
    }
}

/// The package of a file, for example `functions/token`.
pub(super) fn package_of(file: &str) -> &str {
    file.split_once("/src/").map_or("", |(package, _)| package)
}

/// The top-level module of `shared` that a file belongs to. `None` for the crate root and for other
/// packages.
pub(super) fn module_of(file: &str) -> Option<&str> {
    let inside = file
        .strip_prefix("shared/src/")
        .filter(|&file| file != "lib.rs")?;
    inside.split(['/', '.']).next()
}

fn read(folder: &Path, files: &mut BTreeMap<String, String>) {
    for path in entries(folder) {
        let name = path.file_name().expect("a name");
        if path.is_dir() && name != "tests" {
            read(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs"
        {
            let text = fs::read_to_string(&path).expect("source is text");
            let path = path
                .strip_prefix(WORKSPACE)
                .expect("a path in the workspace");
            files.insert(path.to_str().expect("a UTF-8 path").to_owned(), text);
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    entries
        .map(|entry| entry.expect("a readable folder").path())
        .collect()
}

/// Checks that a package is named after its folder, because crates are found by folder name.
fn check_name(package: &Path) {
    let manifest = fs::read_to_string(package.join("Cargo.toml")).expect("a package");
    let folder = package
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a name");
    let named = manifest.contains(&format!("[package]\nname = \"{folder}\""));
    assert!(
        named,
        "the package in {package:?} must be named after its folder"
    );
}
