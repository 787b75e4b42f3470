//! Every import in the source, as a graph between files.

use super::graph::Graph;
use super::modules::{ModuleId, Modules};
use super::paths::{Segments, Use};
use super::resolve::{Found, Search, Target};
use super::source::Source;

pub(super) struct Imports<'a> {
    source: &'a Source,
    pub(super) files: Graph,
    /// Files not declared by any module.
    pub(super) orphans: Vec<String>,
    /// Paths into the workspace that do not resolve to an item: the code does not compile, or this
    /// resolver does not support it.
    pub(super) unresolved: Vec<String>,
}

impl<'a> Imports<'a> {
    pub(super) fn of(source: &'a Source) -> Self {
        let modules = Modules::of(source);
        let mut imports = Self {
            source,
            files: Graph::default(),
            orphans: modules.orphans.clone(),
            unresolved: Vec::new(),
        };
        for (id, module) in modules.all.iter().enumerate() {
            for import in &module.uses {
                imports.add_use(&modules, id, import);
            }
            for path in &module.code {
                imports.add_code(&modules, id, path);
            }
        }
        imports.unresolved.dedup();
        imports
    }

    pub(super) fn file_cycles(&self) -> Vec<String> {
        self.files.cycles(|file| file)
    }

    pub(super) fn folder_cycles(&self) -> Vec<String> {
        self.files.cycles(|file| self.source.folder_of(file))
    }

    /// Adds a `use` item. A re-export of a child module's item is a declaration, not an import.
    fn add_use(&mut self, modules: &Modules, module: ModuleId, import: &Use) {
        let found = Search::new(modules, module).path(module, &import.path);
        let mut targets = self.resolved(modules, module, &import.path, found);
        targets.retain(|to| !(import.re_export && modules.is_within(to.module, module)));
        for target in &targets {
            let name = if import.alias == "*" {
                "*"
            } else {
                &target.name
            };
            self.add(modules, module, target, name);
        }
    }

    /// Adds a path in code. A single name can be an item, but not a module or a crate: a name that
    /// looks like one is a local variable.
    fn add_code(&mut self, modules: &Modules, module: ModuleId, path: &Segments) {
        let is_single = path.len() < 2;
        let is_known = |name| modules.all[module].names.contains_key(name);
        let keyword = |name: &str| matches!(name, "crate" | "self" | "super" | "Self");
        if is_single && path.first().is_none_or(|name| keyword(name)) {
            return;
        }
        let has_globs = !modules.all[module].globs.is_empty();
        if is_single && !has_globs && !path.first().is_some_and(is_known) {
            return;
        }
        let found = Search::new(modules, module).path(module, path);
        let mut targets = self.resolved(modules, module, path, found);
        targets.retain(|to| !(is_single && to.is_module));
        for target in &targets {
            self.add(modules, module, target, &target.name);
        }
    }

    fn add(&mut self, modules: &Modules, from: ModuleId, target: &Target, name: &str) {
        let file = |id: ModuleId| modules.all[id].file.as_str();
        self.files.add(file(from), file(target.module), name);
    }

    /// The targets that were found. A path without a target is recorded as unresolved.
    fn resolved(
        &mut self,
        modules: &Modules,
        from: ModuleId,
        path: &[String],
        found: Found,
    ) -> Vec<Target> {
        found.unwrap_or_else(|| {
            let file = &modules.all[from].file;
            self.unresolved.push(format!("{file}: {}", path.join("::")));
            Vec::new()
        })
    }
}
