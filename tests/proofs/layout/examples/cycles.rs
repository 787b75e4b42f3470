//! Import cycles between files and between folders.

use super::{Imports, Source};

const LIB: (&str, &str) = ("shared/src/lib.rs", "mod a; mod b; mod c;");

fn file_cycles(files: &[(&str, &str)]) -> Vec<String> {
    Imports::of(&Source::example(files)).file_cycles()
}

fn folder_cycles(files: &[(&str, &str)]) -> Vec<String> {
    Imports::of(&Source::example(files)).folder_cycles()
}

#[test]
fn two_files_that_import_each_other_form_a_cycle() {
    let cycles = file_cycles(&[
        LIB,
        ("shared/src/a.rs", "use crate::b::{B, other}; pub struct A;"),
        (
            "shared/src/b.rs",
            "use super::a::A; pub struct B; pub fn other() {}",
        ),
        ("shared/src/c.rs", "use crate::a::A;"),
    ]);
    let cycle = "shared/src/a.rs, shared/src/b.rs
  shared/src/a.rs -> shared/src/b.rs: B, other
  shared/src/b.rs -> shared/src/a.rs: A";
    assert_eq!(cycles, [cycle]);
}

#[test]
fn three_files_that_import_each_other_in_turn_form_a_cycle() {
    let cycles = file_cycles(&[
        LIB,
        ("shared/src/a.rs", "use crate::b::B; pub struct A;"),
        ("shared/src/b.rs", "use crate::c::C; pub struct B;"),
        ("shared/src/c.rs", "use crate::a::A; pub struct C;"),
    ]);
    let cycle = "shared/src/a.rs, shared/src/b.rs, shared/src/c.rs
  shared/src/a.rs -> shared/src/b.rs: B
  shared/src/b.rs -> shared/src/c.rs: C
  shared/src/c.rs -> shared/src/a.rs: A";
    assert_eq!(cycles, [cycle]);
}

#[test]
fn separate_cycles_are_reported_separately() {
    let cycles = file_cycles(&[
        ("shared/src/lib.rs", "mod a; mod b; mod c; mod d;"),
        (
            "shared/src/a.rs",
            "use crate::b::B; use crate::c::C; pub struct A;",
        ),
        ("shared/src/b.rs", "use crate::a::A; pub struct B;"),
        ("shared/src/c.rs", "use crate::d::D; pub struct C;"),
        ("shared/src/d.rs", "use crate::c::C; pub struct D;"),
    ]);
    assert_eq!(cycles.len(), 2, "{cycles:?}");
}

#[test]
fn imports_in_one_direction_are_not_a_cycle() {
    let files = [
        LIB,
        ("shared/src/a.rs", "use crate::{b::B, c::C};"),
        ("shared/src/b.rs", "use crate::c::C; pub struct B;"),
        ("shared/src/c.rs", "pub struct C;"),
    ];
    assert!(file_cycles(&files).is_empty());
    assert!(folder_cycles(&files).is_empty());
}

#[test]
fn folders_can_form_a_cycle_when_files_do_not() {
    let files = [
        ("shared/src/lib.rs", "mod a; mod b;"),
        ("shared/src/a/mod.rs", "pub mod high; pub mod low;"),
        ("shared/src/a/high.rs", "use crate::b::B;"),
        ("shared/src/a/low.rs", "pub struct Low;"),
        (
            "shared/src/b/mod.rs",
            "use crate::a::low::Low; pub struct B;",
        ),
    ];
    let cycle = "shared/src/a, shared/src/b
  shared/src/a/high.rs -> shared/src/b/mod.rs: B
  shared/src/b/mod.rs -> shared/src/a/low.rs: Low";
    assert!(file_cycles(&files).is_empty());
    assert_eq!(folder_cycles(&files), [cycle]);
}

#[test]
fn file_next_to_a_folder_of_the_same_name_belongs_to_that_folder() {
    let cycles = folder_cycles(&[
        ("functions/token/src/lib.rs", "mod a;"),
        ("functions/token/src/a/mod.rs", "mod b; mod c;"),
        (
            "functions/token/src/a/b.rs",
            "mod inner; use super::c::C; pub struct B;",
        ),
        ("functions/token/src/a/b/inner.rs", "pub struct Inner;"),
        (
            "functions/token/src/a/c.rs",
            "use super::b::inner::Inner; pub struct C;",
        ),
    ]);
    assert_eq!(cycles.len(), 1, "{cycles:?}");
    assert!(cycles[0].starts_with("functions/token/src/a, functions/token/src/a/b\n"));
}

#[test]
fn file_next_to_the_crate_root_counts_as_a_folder() {
    for package in ["shared", "functions/token"] {
        let files = [
            ("lib.rs", "mod clock; mod model; mod random;"),
            ("clock.rs", "use crate::model::Time;"),
            (
                "model/mod.rs",
                "use crate::random::Randomness; pub struct Time;",
            ),
            ("random.rs", "pub struct Randomness;"),
        ];
        let files = files.map(|(file, text)| (format!("{package}/src/{file}"), text));
        let files = files.each_ref().map(|(file, text)| (file.as_str(), *text));
        assert!(folder_cycles(&files).is_empty(), "{package}");
    }
}

#[test]
fn child_may_import_from_a_parent_that_only_declares_it() {
    let parent =
        "mod child; pub use child::Child; pub(crate) use self::child::*; pub struct Parent;";
    let cycles = file_cycles(&[
        ("shared/src/lib.rs", "mod a;"),
        ("shared/src/a.rs", parent),
        (
            "shared/src/a/child.rs",
            "use super::Parent; pub struct Child(Parent);",
        ),
    ]);
    assert!(cycles.is_empty(), "{cycles:?}");
}

#[test]
fn parent_and_child_that_import_each_other_form_a_cycle() {
    let parents = [
        "mod child; pub use child::Child; pub struct Parent(Child);",
        "mod child; use child::Child; pub struct Parent;",
        "mod child; pub struct Parent; fn make() { child::Child::new(Parent) }",
    ];
    for parent in parents {
        let cycles = file_cycles(&[
            ("shared/src/lib.rs", "mod a;"),
            ("shared/src/a.rs", parent),
            (
                "shared/src/a/child.rs",
                "use super::Parent; pub struct Child;",
            ),
        ]);
        assert_eq!(cycles.len(), 1, "{parent}");
    }
}
