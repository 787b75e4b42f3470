//! The paths in a module: those in its `use` items and those in its code.

use syn::buffer::{Cursor, TokenBuffer};
use syn::ext::IdentExt as _;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, ItemUse, Meta, Stmt, TraitItem, UseTree, Visibility};

use super::test_code::{attributes, is_test};

/// The segments of a path. A leading `::` is an empty first segment; a glob ends in a segment `*`.
pub(super) type Segments = Vec<String>;

/// One name that a `use` item imports, or a glob.
#[derive(Clone)]
pub(super) struct Use {
    pub(super) path: Segments,
    /// The name in this module: `_` for none, `*` for a glob.
    pub(super) alias: String,
    /// Visible to other modules: `pub`, `pub(crate)` or `pub(super)`.
    pub(super) re_export: bool,
}

/// The paths in the items of one module, without its child modules.
#[derive(Default)]
pub(super) struct Paths {
    pub(super) uses: Vec<Use>,
    pub(super) code: Vec<Segments>,
}

impl Paths {
    pub(super) fn of(items: &[Item]) -> Self {
        let mut paths = Self::default();
        for item in items {
            paths.visit_item(item);
        }
        paths
    }

    fn add_tree(&mut self, tree: &UseTree, mut path: Segments, re_export: bool) {
        let alias = match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.unraw().to_string());
                return self.add_tree(&tree.tree, path, re_export);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(tree, path.clone(), re_export);
                }
                return;
            }
            UseTree::Name(tree) => {
                path.push(tree.ident.unraw().to_string());
                None
            }
            UseTree::Rename(tree) => {
                path.push(tree.ident.unraw().to_string());
                Some(tree.rename.unraw().to_string())
            }
            UseTree::Glob(_) => {
                path.push("*".to_owned());
                None
            }
        };
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let alias = alias.or_else(|| path.last().cloned()).expect("a name");
        self.uses.push(Use {
            path,
            alias,
            re_export,
        });
    }

    /// Adds the paths in the tokens of a macro or an attribute: sequences such as `a::b::c`. A name
    /// after a dot is a field or a method, so it is skipped.
    fn add_tokens(&mut self, mut tokens: Cursor) {
        let mut path = Segments::new();
        let mut before = String::new();
        while !tokens.eof() {
            if let Some((ident, rest)) = tokens.ident() {
                if !before.ends_with("::") {
                    self.code.append(&mut vec![std::mem::take(&mut path)]);
                }
                let is_member = before.ends_with('.') && !before.ends_with("..");
                if !is_member {
                    path.push(ident.unraw().to_string());
                }
                before.clear();
                tokens = rest;
            } else if let Some((punct, rest)) = tokens.punct() {
                before.push(punct.as_char());
                tokens = rest;
            } else {
                self.code.push(std::mem::take(&mut path));
                before.clear();
                tokens = self.add_other_token(tokens);
            }
        }
        self.code.push(path);
    }

    fn add_other_token<'a>(&mut self, tokens: Cursor<'a>) -> Cursor<'a> {
        if let Some((inside, _, _, rest)) = tokens.any_group() {
            self.add_tokens(inside);
            return rest;
        }
        if let Some((literal, rest)) = tokens.literal() {
            // `#[serde(with = "crate::path")]`
            let text = syn::parse_str::<syn::LitStr>(&literal.to_string());
            if let Some(path) = text.ok().and_then(|text| text.parse::<syn::Path>().ok())
                && path.segments.len() > 1
            {
                self.visit_path(&path);
            }
            return rest;
        }
        let lifetime = tokens.lifetime().map(|(_, rest)| rest);
        lifetime
            .or_else(|| tokens.token_tree().map(|(_, rest)| rest))
            .expect("a token")
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) && !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _ => return,
        };
        if !is_test(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let attributes = match item {
            TraitItem::Const(item) => &item.attrs,
            TraitItem::Fn(item) => &item.attrs,
            TraitItem::Type(item) => &item.attrs,
            TraitItem::Macro(item) => &item.attrs,
            _ => return,
        };
        if !is_test(attributes) {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let is_test = match statement {
            Stmt::Local(local) => is_test(&local.attrs),
            Stmt::Macro(statement) => is_test(&statement.attrs),
            Stmt::Item(_) | Stmt::Expr(..) => false,
        };
        if !is_test {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let re_export = !matches!(item.vis, Visibility::Inherited);
        let root = item.leading_colon.map(|_| String::new());
        self.add_tree(&item.tree, root.into_iter().collect(), re_export);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let root = path.leading_colon.map(|_| String::new());
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.unraw().to_string());
        self.code.push(root.into_iter().chain(names).collect());
        visit::visit_path(self, path);
    }

    /// `pub(in crate::a)` names an ancestor, but imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.visit_path(&invocation.path);
        self.add_tokens(TokenBuffer::new2(invocation.tokens.clone()).begin());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.visit_path(&list.path);
            self.add_tokens(TokenBuffer::new2(list.tokens.clone()).begin());
        }
    }
}
