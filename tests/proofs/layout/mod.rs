//! The layout of the source: imports form no cycles, dependencies between crates point one way,
//! the modules of `shared` import only from lower layers, and no two types have the same name.
//!
//! The test parses every production file (`source`, `modules`) and collects the paths in it
//! (`paths`). It resolves each path to the file that defines the item (`resolve`). The result is a
//! graph (`graph`).
//!
//! `mod x;` and the re-export of a child module's item are declarations, not imports. An import
//! names an item, so a method call is not an import, even if another file implements the method.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests panic on failure"
)]

mod examples;
mod graph;
mod imports;
mod layers;
mod modules;
mod names;
mod paths;
mod resolve;
mod source;
mod test_code;
mod walks;

use std::sync::LazyLock;

use self::imports::Imports;
use self::source::Source;

static SOURCE: LazyLock<Source> = LazyLock::new(Source::production);
static IMPORTS: LazyLock<Imports> = LazyLock::new(|| Imports::of(&SOURCE));

#[test]
fn every_file_is_a_module_and_every_import_resolves() {
    assert_none("files not declared by any module", &IMPORTS.orphans);
    assert_none("unresolved paths", &IMPORTS.unresolved);
}

#[test]
fn there_are_no_import_cycles_between_files() {
    assert_none("cycles between files", &IMPORTS.file_cycles());
}

#[test]
fn there_are_no_import_cycles_between_folders() {
    assert_none("cycles between folders", &IMPORTS.folder_cycles());
}

#[test]
fn dependencies_between_crates_point_one_way() {
    let wrong = layers::between_crates(&IMPORTS.files);
    assert_none("forbidden imports between crates", &wrong);
}

#[test]
fn every_module_of_shared_has_a_layer() {
    assert_none(
        "modules without a layer",
        &layers::modules_without_layer(&SOURCE),
    );
}

#[test]
fn modules_of_shared_import_only_from_lower_layers() {
    let wrong = layers::between_modules(&IMPORTS.files);
    assert_none("imports from the same layer or a higher one", &wrong);
}

#[test]
fn no_two_types_have_the_same_name() {
    assert_none("names of several types", &names::shared_by_types(&SOURCE));
}

/// Bootstrap creates the first org and client. At deployment there is no client that could call it.
#[test]
fn only_bootstrap_changes_clients_without_a_caller() {
    for (operation, file) in [
        (".create_first(", "functions/bootstrap/src/first_client.rs"),
        (".prepare_recovery(", "functions/bootstrap/src/recovery.rs"),
        (".complete_recovery(", "functions/bootstrap/src/recovery.rs"),
    ] {
        let callers = SOURCE.files.iter();
        let callers = callers.filter(|(_, text)| text.contains(operation));
        let callers: Vec<_> = callers.map(|(path, _)| path.as_str()).collect();
        assert_eq!(callers, [file]);
    }
}

/// A record may be older than a rule. If the rule applied to it, its client would stop working.
#[test]
fn rules_for_input_do_not_apply_to_stored_values() {
    let in_store = |path: &str| path.starts_with("shared/src/store/");
    let rules = ["::parse(", "::from_seconds(", "::per_hour("];
    for (path, text) in &SOURCE.files {
        if in_store(path) {
            let applied = rules.iter().find(|rule| text.contains(**rule));
            assert_eq!(applied, None, "{path} applies a rule for input");
        } else if !path.starts_with("shared/src/model/") {
            let reads = text.contains("::from_stored(");
            assert!(!reads, "{path} creates a value as only the store may");
        }
    }
}

#[test]
fn documented_walks_follow_the_imports() {
    let walks = walks::documented();
    assert_eq!(walks.len(), 2);
    let errors = walks
        .iter()
        .flat_map(|walk| walk.errors(&SOURCE, &IMPORTS.files));
    assert_none("invalid walks", &errors.collect::<Vec<_>>());
}

/// `cargo test -p tests --test proofs layout::figures -- --nocapture`
#[test]
#[expect(clippy::print_stdout, reason = "prints figures for a person")]
fn figures() {
    let (largest, lines) = SOURCE.largest_file();
    println!("files: {}", SOURCE.files.len());
    println!("imports: {}", IMPORTS.files.len());
    println!(
        "import cycles between files: {}",
        IMPORTS.file_cycles().len()
    );
    println!(
        "import cycles between folders: {}",
        IMPORTS.folder_cycles().len()
    );
    println!("largest file: {largest}, {lines} lines");
    for walk in walks::documented() {
        let (request, modules) = (walk.request, walk.modules().join(", "));
        let (distinct, returns) = (walk.distinct(), walk.returns());
        println!("{request}: {distinct} modules, {returns} returns: {modules}");
    }
}

#[track_caller]
fn assert_none(kind: &str, found: &[String]) {
    let count = found.len();
    assert!(
        found.is_empty(),
        "{kind}: {count}\n\n{}",
        found.join("\n\n")
    );
}
