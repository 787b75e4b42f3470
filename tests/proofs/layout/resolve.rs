//! Resolves a path to the file that defines the item, through modules, aliases, re-exports and
//! globs.

use super::modules::{ModuleId, Modules, Name};
use super::paths::Use;

/// The item or module that a path resolves to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    /// The module that defines the item, or the module itself.
    pub(super) module: ModuleId,
    pub(super) name: String,
    pub(super) is_module: bool,
}

/// Every target of a path: one name can be both a module and a function. The list is empty for an
/// item outside the workspace. `None` when the path does not resolve.
pub(super) type Found = Option<Vec<Target>>;

/// One search. `origin` is the module that contains the path.
pub(super) struct Search<'a> {
    modules: &'a Modules,
    origin: ModuleId,
    /// The names being followed, to stop at cycles.
    followed: Vec<(ModuleId, String)>,
}

impl<'a> Search<'a> {
    pub(super) fn new(modules: &'a Modules, origin: ModuleId) -> Self {
        Self {
            modules,
            origin,
            followed: Vec::new(),
        }
    }

    /// Resolves a path written in `module`.
    pub(super) fn path(&mut self, module: ModuleId, path: &[String]) -> Found {
        let (first, rest) = path.split_first()?;
        let all = &self.modules.all;
        match first.as_str() {
            "crate" => self.within(self.modules.root_of(module), rest),
            "self" => self.within(module, rest),
            "super" if rest.first().is_some_and(|next| next == "super") => {
                self.path(all[module].parent?, rest)
            }
            "super" => self.within(all[module].parent?, rest),
            "" => self.in_crate(rest),
            _ => match self.within(module, path) {
                Some(found) if !found.is_empty() => Some(found),
                found if all[module].names.contains_key(first) && !self.follows(module, first) => {
                    found
                }
                // In `use uuid::{Uuid, uuid}`, `uuid` is both the crate and a name that it exports.
                _ => self.in_crate(path),
            },
        }
    }

    /// Resolves a path that begins with a crate name. An unknown crate is outside the workspace.
    fn in_crate(&mut self, path: &[String]) -> Found {
        let (first, rest) = path.split_first()?;
        match self.modules.crates.get(first) {
            Some(&root) => self.within(root, rest),
            None => Some(Vec::new()),
        }
    }

    /// Resolves the rest of a path within `module`.
    fn within(&mut self, module: ModuleId, path: &[String]) -> Found {
        let Some((name, rest)) = path.split_first() else {
            return Some(vec![self.module(module)]);
        };
        if name == "*" {
            return Some(self.everything(module));
        }
        let modules = self.modules;
        let Some(meanings) = modules.all[module].names.get(name) else {
            return self.through_globs(module, path);
        };
        let mut found = None;
        for meaning in meanings {
            let targets = match meaning {
                Name::Module(child) => self.within(*child, rest),
                Name::Item => Some(vec![item(module, name)]),
                Name::Use(import) => self.through_use(module, name, import, rest),
            };
            if let Some(targets) = targets {
                found.get_or_insert_with(Vec::new).extend(targets);
            }
        }
        found
    }

    /// Resolves a name that a `use` imports. An item from outside the workspace counts as defined
    /// in the module that re-exports it.
    fn through_use(
        &mut self,
        module: ModuleId,
        name: &str,
        import: &Use,
        rest: &[String],
    ) -> Found {
        let path = [import.path.as_slice(), rest].concat();
        let found = self.once(module, name, |search| search.path(module, &path))?;
        Some(if found.is_empty() {
            vec![item(module, name)]
        } else {
            found
        })
    }

    fn through_globs(&mut self, module: ModuleId, path: &[String]) -> Found {
        let modules = self.modules;
        let name = path.first()?;
        self.once(module, name, |search| {
            let mut found = None;
            for glob in &modules.all[module].globs {
                let (_, parent) = glob.path.split_last()?;
                if let Some(targets) = search.path(module, &[parent, path].concat()) {
                    found.get_or_insert_with(Vec::new).extend(targets);
                }
            }
            found
        })
    }

    /// The targets of a glob: items and re-exports. If the origin is inside `module`, they include
    /// its private imports. Child modules are left out, because code reaches into them by a path.
    fn everything(&mut self, module: ModuleId) -> Vec<Target> {
        let modules = self.modules;
        let sees_imports = modules.is_within(self.origin, module);
        let mut found = Vec::new();
        for (name, meanings) in &modules.all[module].names {
            for meaning in meanings {
                match meaning {
                    Name::Item => found.push(item(module, name)),
                    Name::Use(import) if import.re_export || sees_imports => {
                        found.extend(
                            self.through_use(module, name, import, &[])
                                .unwrap_or_default(),
                        );
                    }
                    Name::Use(_) | Name::Module(_) => {}
                }
            }
        }
        let globs = &modules.all[module].globs;
        for glob in globs.iter().filter(|glob| glob.re_export || sees_imports) {
            let targets = self.once(module, "*", |search| search.path(module, &glob.path));
            found.extend(targets.unwrap_or_default());
        }
        found
    }

    fn once(
        &mut self,
        module: ModuleId,
        name: &str,
        follow: impl FnOnce(&mut Self) -> Found,
    ) -> Found {
        if self.follows(module, name) {
            return None;
        }
        self.followed.push((module, name.to_owned()));
        let found = follow(self);
        self.followed.pop();
        found
    }

    fn follows(&self, module: ModuleId, name: &str) -> bool {
        let mut followed = self.followed.iter();
        followed.any(|(inside, other)| *inside == module && other == name)
    }

    fn module(&self, module: ModuleId) -> Target {
        let file = &self.modules.all[module].file;
        let path = file
            .strip_suffix("/mod.rs")
            .or_else(|| file.strip_suffix(".rs"));
        let name = path
            .and_then(|path| path.rsplit('/').next())
            .unwrap_or(file);
        Target {
            module,
            name: name.to_owned(),
            is_module: true,
        }
    }
}

fn item(module: ModuleId, name: &str) -> Target {
    Target {
        module,
        name: name.to_owned(),
        is_module: false,
    }
}
