//! The import rules between crates and between the modules of `shared`.

use super::graph::Graph;
use super::source::{Source, module_of, package_of};

/// The modules of `shared`, lowest layer first. A module imports only from lower layers, which are
/// earlier in this list. Modules of the same layer do not import each other.
const LAYERS: [&[&str]; 13] = [
    &["random"],
    &["model"],
    &["clock"],
    &["fault"],
    &["runtime"],
    &["secrets"],
    &["store"],
    &["signing"],
    &["token"],
    &["refusal"],
    &["authentication", "authorization"],
    &["app_clients", "decisions", "roles"],
    &["http"],
];

/// Forbidden imports between packages. Every package may import `shared`. Only the tools may import
/// the functions, and only the benchmark may import the local service.
pub(super) fn between_crates(files: &Graph) -> Vec<String> {
    files.edges(|from, to| {
        let (from, to) = (package_of(from), package_of(to));
        let tool = from.starts_with("infra/");
        let allowed = match to {
            "shared" => true,
            "infra/local" => from == "infra/bench",
            _ => tool && to.starts_with("functions/"),
        };
        from != to && !allowed
    })
}

/// Modules of `shared` that are missing from `LAYERS`.
pub(super) fn modules_without_layer(source: &Source) -> Vec<String> {
    let modules = source.files.keys().filter_map(|file| module_of(file));
    let missing = modules.filter(|module| layer(module).is_none());
    let mut lines: Vec<String> = missing
        .map(|module| format!("shared/src/{module}: add it to LAYERS in {}", file!()))
        .collect();
    lines.dedup();
    lines
}

/// Imports from the same layer or a higher one. A module without a layer counts as the highest: it
/// may import from all others, and none may import from it. The crate root only declares modules,
/// so any import from or of it is forbidden.
pub(super) fn between_modules(files: &Graph) -> Vec<String> {
    files.edges(|from, to| {
        if package_of(from) != "shared" || package_of(to) != "shared" {
            return false;
        }
        let (Some(from), Some(to)) = (module_of(from), module_of(to)) else {
            return true;
        };
        let height = |module| layer(module).unwrap_or(LAYERS.len());
        from != to && height(from) <= height(to)
    })
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}
