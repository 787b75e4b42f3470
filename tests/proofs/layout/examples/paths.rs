//! The file that a path resolves to.

use super::{Imports, Source, edges};

/// The imports of `a.rs`, given a module `b` with a file `inner.rs`.
fn edges_of_a(a: &str, b: &str) -> Vec<String> {
    edges(&[
        ("shared/src/lib.rs", "mod a; mod b;"),
        ("shared/src/a.rs", a),
        ("shared/src/b/mod.rs", b),
        (
            "shared/src/b/inner.rs",
            "pub struct Inner; pub trait Other {} pub fn inner() {}",
        ),
    ])
}

const TO_INNER: &str = "shared/src/a.rs -> shared/src/b/inner.rs: Inner";

#[test]
fn re_export_resolves_to_the_defining_file() {
    for b in [
        "mod inner; pub use inner::Inner;",
        "mod inner; pub(crate) use self::inner::{Inner};",
        "mod inner; pub use crate::b::inner::*;",
    ] {
        assert_eq!(edges_of_a("use crate::b::Inner;", b), [TO_INNER], "{b}");
    }
}

#[test]
fn aliases_are_followed() {
    let b = "mod inner; pub use inner::Inner as Alias;";
    assert_eq!(edges_of_a("use crate::b::Alias as Mine;", b), [TO_INNER]);
    let a = "use crate::b as other; type Mine = other::Alias;";
    let to_b = "shared/src/a.rs -> shared/src/b/mod.rs: b";
    assert_eq!(edges_of_a(a, b), [TO_INNER, to_b]);
}

#[test]
fn globs_are_followed() {
    let to_all = "shared/src/a.rs -> shared/src/b/inner.rs: *";
    assert_eq!(
        edges_of_a("use crate::b::inner::*;", "pub mod inner;"),
        [to_all]
    );
    assert_eq!(
        edges_of_a("use crate::b::*;", "mod inner; pub use inner::*;"),
        [to_all]
    );
    let named = "shared/src/a.rs -> shared/src/b/inner.rs: *, Inner";
    let a = "use crate::b::*; type Mine = inner::Inner;";
    assert_eq!(
        edges_of_a(a, "pub mod inner; pub use inner::Other;"),
        [named]
    );
}

#[test]
fn re_export_of_an_item_outside_the_child_modules_is_an_import() {
    let b = "pub mod inner;";
    assert_eq!(edges_of_a("pub use crate::b::inner::Inner;", b), [TO_INNER]);
}

#[test]
fn paths_in_code_are_imports() {
    for a in [
        "fn f() { crate::b::Inner::new() }",
        "struct S { field: Vec<super::b::Inner> }",
        "fn f(x: X) { match x { crate::b::Inner { .. } => {} } }",
        "impl crate::b::Inner {}",
        "fn f() { use super::b::Inner; }",
        "mod block { type T = super::super::b::Inner; }",
        "fn f() { assert!(matches!(x.b, Some(crate::b::Inner))); }",
        "macro_rules! m { ($x:expr) => { $crate::b::Inner::new($x) } }",
        "#[serde(with = \"crate::b::Inner\")] struct S;",
        "#[derive(crate::b::Inner)] struct S;",
    ] {
        assert_eq!(
            edges_of_a(a, "mod inner; pub use inner::Inner;"),
            [TO_INNER],
            "{a}"
        );
    }
}

#[test]
fn module_and_function_of_the_same_name_are_distinguished() {
    let b = "mod inner; pub use crate::b::inner::inner; fn f() { inner() }";
    let to_function = "shared/src/b/mod.rs -> shared/src/b/inner.rs: inner";
    assert_eq!(edges_of_a("", b), [to_function]);
}

#[test]
fn other_names_are_not_imports() {
    for a in [
        "use uuid::{Uuid, uuid}; const ID: Uuid = uuid!(\"0\");",
        "use std::fmt; impl fmt::Display for A {}",
        "fn f<T: Default>(b: T) { T::default(); b.inner(); Self::b() }",
        "pub(in crate::b) struct A;",
    ] {
        let edges = edges_of_a(a, "mod inner;");
        assert!(edges.is_empty(), "{a}: {edges:?}");
    }
}

#[test]
fn test_code_does_not_count() {
    for a in [
        "#[cfg(test)] use crate::b::Inner;",
        "#[cfg(test)] mod checks { use crate::b::Inner; }",
        "#[cfg(all(test, unix))] fn f() { crate::b::Inner::new() }",
        "#[test] fn f() { crate::b::Inner::new() }",
        "impl A { #[cfg(test)] fn f() { crate::b::Inner::new() } }",
        "#[cfg(test)] mod tests;",
    ] {
        let edges = edges_of_a(a, "mod inner; pub use inner::Inner;");
        assert!(edges.is_empty(), "{a}: {edges:?}");
    }
    let a = "#[cfg(not(test))] use crate::b::Inner;";
    assert_eq!(
        edges_of_a(a, "mod inner; pub use inner::Inner;"),
        [TO_INNER]
    );
}

#[test]
fn unresolved_paths_are_reported() {
    let source = Source::example(&[
        ("shared/src/lib.rs", "mod a;"),
        ("shared/src/a.rs", "use crate::missing::Name;"),
    ]);
    let unresolved = Imports::of(&source).unresolved;
    assert_eq!(unresolved, ["shared/src/a.rs: crate::missing::Name"]);
}

#[test]
fn orphan_files_are_reported() {
    let source = Source::example(&[
        ("shared/src/lib.rs", "#[cfg(test)] mod examples;"),
        ("shared/src/examples.rs", ""),
        ("shared/src/forgotten.rs", ""),
    ]);
    assert_eq!(Imports::of(&source).orphans, ["shared/src/forgotten.rs"]);
}
