//! The layout of the source: imports form no circles, crates depend on each other one way, and the
//! rooms of `shared` import only from lower layers.
//!
//! Every production file is parsed (`source`, `modules`), the paths in it are collected (`paths`) and
//! resolved to the file that defines the item (`resolve`). What comes out is a graph (`graph`).
//!
//! `mod x;` and the re-export of a child module's item are declarations, not imports. An import names
//! an item: calling a method of a type that another file extends is not one.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

mod examples;
mod graph;
mod imports;
mod layers;
mod modules;
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
    assert_none("files that no module declares", &IMPORTS.orphans);
    assert_none("paths that lead to no item", &IMPORTS.unresolved);
}

#[test]
fn files_do_not_import_each_other_in_circles() {
    assert_none("circles between files", &IMPORTS.file_circles());
}

#[test]
fn folders_do_not_import_each_other_in_circles() {
    assert_none("circles between folders", &IMPORTS.folder_circles());
}

#[test]
fn crates_depend_on_each_other_one_way() {
    let wrong = layers::between_crates(&IMPORTS.files);
    assert_none(
        "imports between crates that must not know each other",
        &wrong,
    );
}

#[test]
fn every_room_of_shared_has_a_layer() {
    assert_none("rooms without a layer", &layers::unknown_rooms(&SOURCE));
}

#[test]
fn rooms_of_shared_import_only_from_lower_layers() {
    let wrong = layers::between_rooms(&IMPORTS.files);
    assert_none("imports from the same layer or a higher one", &wrong);
}

/// It makes an org and a client without a caller: whoever deploys the service is nobody's client.
#[test]
fn nothing_but_bootstrap_makes_a_client_without_a_caller() {
    let callers = SOURCE.files.iter();
    let callers = callers.filter(|(_, text)| text.contains(".create_first("));
    let callers: Vec<_> = callers.map(|(path, _)| path.as_str()).collect();
    assert_eq!(callers, ["functions/bootstrap/src/first_client.rs"]);
}

#[test]
fn requests_walk_as_the_architecture_tells_it() {
    let walks = walks::documented();
    assert_eq!(walks.len(), 2);
    let faults = walks
        .iter()
        .flat_map(|walk| walk.faults(&SOURCE, &IMPORTS.files));
    assert_none("walks that cannot be so", &faults.collect::<Vec<_>>());
}

/// `cargo test -p tests --test proofs layout::figures -- --nocapture`
#[test]
#[expect(clippy::print_stdout, reason = "the figures are for people to read")]
fn figures() {
    let (largest, lines) = SOURCE.largest_file();
    println!("files: {}", SOURCE.files.len());
    println!("imports: {}", IMPORTS.files.len());
    println!("circles between files: {}", IMPORTS.file_circles().len());
    println!(
        "circles between folders: {}",
        IMPORTS.folder_circles().len()
    );
    println!("largest file: {largest}, {lines} lines");
    for walk in walks::documented() {
        let (request, rooms) = (walk.request, walk.rooms().join(", "));
        let (distinct, returns) = (walk.distinct(), walk.returns());
        println!("{request}: {distinct} rooms, {returns} returns: {rooms}");
    }
}

#[track_caller]
fn assert_none(what: &str, found: &[String]) {
    let count = found.len();
    assert!(
        found.is_empty(),
        "{what}: {count}\n\n{}",
        found.join("\n\n")
    );
}
