//! The rules for crates and layers.

use super::super::layers::{between_crates, between_modules, modules_without_layer};
use super::{Imports, Source, edges};

#[test]
fn functions_do_not_import_each_other() {
    let source = Source::example(&[
        ("functions/rotate-signing-key/src/lib.rs", "pub struct App;"),
        ("functions/token/src/lib.rs", "use rotate_signing_key::App;"),
        ("infra/local/src/lib.rs", "use rotate_signing_key::App;"),
    ]);
    let edge = "functions/token/src/lib.rs -> functions/rotate-signing-key/src/lib.rs: App";
    assert_eq!(between_crates(&Imports::of(&source).files), [edge]);
}

#[test]
fn shared_imports_no_other_crate() {
    let source = Source::example(&[
        (
            "functions/token/src/lib.rs",
            "use shared::Item; pub struct App;",
        ),
        (
            "infra/local/src/lib.rs",
            "pub struct Stack; use shared::Item;",
        ),
        (
            "shared/src/lib.rs",
            "use local::Stack; use token::App; pub struct Item;",
        ),
    ]);
    let edges = [
        "shared/src/lib.rs -> functions/token/src/lib.rs: App",
        "shared/src/lib.rs -> infra/local/src/lib.rs: Stack",
    ];
    assert_eq!(between_crates(&Imports::of(&source).files), edges);
}

#[test]
fn binary_imports_the_library_of_its_package() {
    let edges = edges(&[
        (
            "functions/get-role/src/bin/other.rs",
            "fn main() { get_role::App::new(); }",
        ),
        ("functions/get-role/src/lib.rs", "pub use shared::App;"),
        (
            "functions/get-role/src/main.rs",
            "use ::get_role::App; fn main() {}",
        ),
        ("shared/src/lib.rs", "pub struct App;"),
    ]);
    let from = ["src/bin/other.rs", "src/lib.rs", "src/main.rs"];
    let expected = from.map(|from| format!("functions/get-role/{from} -> shared/src/lib.rs: App"));
    assert_eq!(edges, expected);
}

#[test]
fn modules_import_only_from_lower_layers() {
    let source = Source::example(&[
        (
            "shared/src/app_clients.rs",
            "use crate::{roles::Role, store::Store};",
        ),
        (
            "shared/src/lib.rs",
            "mod app_clients; mod model; mod roles; mod store;",
        ),
        (
            "shared/src/model/mod.rs",
            "mod client; use crate::store::Store; pub struct Model;",
        ),
        ("shared/src/model/client.rs", "use super::Model;"),
        ("shared/src/roles.rs", "pub struct Role;"),
        (
            "shared/src/store.rs",
            "use crate::model::Model; pub struct Store;",
        ),
    ]);
    let edges = [
        "shared/src/app_clients.rs -> shared/src/roles.rs: Role",
        "shared/src/model/mod.rs -> shared/src/store.rs: Store",
    ];
    assert_eq!(between_modules(&Imports::of(&source).files), edges);
}

#[test]
fn modules_without_a_layer_are_reported() {
    let source = Source::example(&[
        ("shared/src/lib.rs", ""),
        ("shared/src/model.rs", ""),
        ("shared/src/common/a.rs", ""),
        ("shared/src/common/b.rs", ""),
    ]);
    let modules = modules_without_layer(&source);
    assert_eq!(modules.len(), 1);
    assert!(
        modules[0].starts_with("shared/src/common: add it to LAYERS"),
        "{modules:?}"
    );
}
