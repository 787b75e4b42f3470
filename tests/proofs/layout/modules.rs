//! The modules of every crate, and the names in them.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;
use syn::ext::IdentExt as _;

use super::paths::{Paths, Segments, Use};
use super::source::{Source, package_of};
use super::test_code::{attributes, is_test};

/// An index into `Modules::all`.
pub(super) type ModuleId = usize;

/// A module: a file, or an inline module in one.
pub(super) struct Module {
    pub(super) file: String,
    pub(super) parent: Option<ModuleId>,
    /// The meanings of each name. A module and a function may share a name.
    pub(super) names: BTreeMap<String, Vec<Name>>,
    pub(super) globs: Vec<Use>,
    pub(super) uses: Vec<Use>,
    pub(super) code: Vec<Segments>,
}

#[derive(Clone)]
pub(super) enum Name {
    Item,
    Module(ModuleId),
    Use(Use),
}

#[derive(Default)]
pub(super) struct Modules {
    pub(super) all: Vec<Module>,
    /// The roots of the library crates by name.
    pub(super) crates: BTreeMap<String, ModuleId>,
    /// Files that are neither a crate root nor declared by a module.
    pub(super) orphans: Vec<String>,
}

impl Modules {
    pub(super) fn of(source: &Source) -> Self {
        let mut builder = Builder {
            source,
            modules: Self::default(),
            tests: BTreeSet::new(),
        };
        for file in source.files.keys() {
            let (folder, name) = file.rsplit_once('/').expect("a folder");
            let package = package_of(file);
            let is_library = name == "lib.rs" && folder == format!("{package}/src");
            let is_main = name == "main.rs" && folder == format!("{package}/src");
            if is_library || is_main || folder == format!("{package}/src/bin") {
                let root = builder.add_file(file, folder, None);
                if is_library {
                    let name = package
                        .rsplit('/')
                        .next()
                        .unwrap_or(package)
                        .replace('-', "_");
                    builder.modules.crates.insert(name, root);
                }
            }
        }
        builder.finish()
    }

    pub(super) fn root_of(&self, module: ModuleId) -> ModuleId {
        self.all[module]
            .parent
            .map_or(module, |parent| self.root_of(parent))
    }

    pub(super) fn is_within(&self, module: ModuleId, ancestor: ModuleId) -> bool {
        let parent = self.all[module].parent;
        module == ancestor || parent.is_some_and(|parent| self.is_within(parent, ancestor))
    }
}

struct Builder<'a> {
    source: &'a Source,
    modules: Modules,
    /// Files of test modules, without `.rs`.
    tests: BTreeSet<String>,
}

impl Builder<'_> {
    /// Adds the module of a file. `folder` contains the files of its child modules.
    fn add_file(&mut self, file: &str, folder: &str, parent: Option<ModuleId>) -> ModuleId {
        let text = &self.source.files[file];
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.add_module(file, folder, parent, &parsed.items)
    }

    fn add_module(
        &mut self,
        file: &str,
        folder: &str,
        parent: Option<ModuleId>,
        items: &[Item],
    ) -> ModuleId {
        let Paths { uses, code } = Paths::of(items);
        let id = self.modules.all.len();
        let (globs, named): (Vec<_>, _) = uses.iter().cloned().partition(|it| it.alias == "*");
        self.modules.all.push(Module {
            file: file.to_owned(),
            parent,
            names: BTreeMap::new(),
            globs,
            uses,
            code,
        });
        for item in items {
            if let Some((name, meaning)) = self.declared(item, file, folder, id) {
                self.modules.all[id]
                    .names
                    .entry(name)
                    .or_default()
                    .push(meaning);
            }
        }
        for import in named {
            let names = &mut self.modules.all[id].names;
            names
                .entry(import.alias.clone())
                .or_default()
                .push(Name::Use(import));
        }
        id
    }

    /// The name that an item declares. For a child module, this also adds its file.
    fn declared(
        &mut self,
        item: &Item,
        file: &str,
        folder: &str,
        parent: ModuleId,
    ) -> Option<(String, Name)> {
        let ident = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Macro(item) => item.ident.as_ref()?,
            Item::Mod(item) => &item.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            _ => return None,
        };
        let name = ident.unraw().to_string();
        let inside = format!("{folder}/{name}");
        if is_test(attributes(item)) {
            if matches!(item, Item::Mod(_)) {
                self.tests.insert(inside);
            }
            return None;
        }
        let Item::Mod(module) = item else {
            return Some((name, Name::Item));
        };
        let has_path = module
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("path"));
        assert!(
            !has_path,
            "{file}: `#[path]` on `mod {name}` is not supported"
        );
        let id = if let Some((_, items)) = &module.content {
            self.add_module(file, &inside, Some(parent), items)
        } else {
            let files = [format!("{inside}.rs"), format!("{inside}/mod.rs")];
            let child = files
                .iter()
                .find(|child| self.source.files.contains_key(*child));
            let child = child.unwrap_or_else(|| panic!("{file}: `mod {name};` has no file"));
            self.add_file(child, &inside, Some(parent))
        };
        Some((name, Name::Module(id)))
    }

    fn finish(mut self) -> Modules {
        let declared: BTreeSet<&String> = self.modules.all.iter().map(|it| &it.file).collect();
        let is_test = |file: &str| {
            let mut tests = self.tests.iter();
            tests.any(|test| {
                file.strip_prefix(test)
                    .is_some_and(|rest| rest.starts_with(['.', '/']))
            })
        };
        let files = self.source.files.keys();
        let orphans = files.filter(|file| !declared.contains(file) && !is_test(file));
        self.modules.orphans = orphans.cloned().collect();
        self.modules
    }
}
