//! Which modules of a crate a file imports from, read from its text. Modules are named by their place in the
//! crate (`["model", "config"]`; the crate's root is the empty list), and only those that are files count.
//! What stands inside a macro's brackets is not read.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{ItemMod, ItemUse, Path, UseTree};

/// A module's place in its crate.
pub type Module = Vec<String>;

/// The modules that `text`, the file of `module`, imports from or calls by path; `files` are all modules of
/// the crate that are files.
pub fn imported_modules(
    module: &Module,
    text: &str,
    files: &BTreeSet<Module>,
) -> Result<BTreeSet<Module>, syn::Error> {
    let mut reader = ImportReader { here: module.clone(), files, found: BTreeSet::new() };
    reader.visit_file(&syn::parse_file(text)?);
    reader.found.remove(module);
    Ok(reader.found)
}

struct ImportReader<'a> {
    /// The module that is being read, inline ones included.
    here: Module,
    files: &'a BTreeSet<Module>,
    found: BTreeSet<Module>,
}

impl ImportReader<'_> {
    /// Notes the file that a path leads into, if it is one of this crate.
    fn note(&mut self, path: &[String]) {
        let Some(mut target) = self.start_of(path) else { return };
        for segment in path {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => drop(target.pop()),
                name => target.push(name.to_owned()),
            }
        }
        // The end of the path is an item, or one of a module inside a file.
        while !self.files.contains(&target) {
            if target.pop().is_none() {
                return;
            }
        }
        self.found.insert(target);
    }

    /// The module from which a path is read; none where it begins with another crate or with a name in scope.
    fn start_of(&self, path: &[String]) -> Option<Module> {
        let first = path.first()?;
        let child: Module = self.here.iter().chain([first]).cloned().collect();
        match first.as_str() {
            "crate" => Some(Module::new()),
            "self" | "super" => Some(self.here.clone()),
            _ if path.len() > 1 && self.files.contains(&child) => Some(self.here.clone()),
            _ => None,
        }
    }

    /// Notes every path of a `use` with braces.
    fn note_tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.note_tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.note(&with(&name.ident)),
            UseTree::Rename(rename) => self.note(&with(&rename.ident)),
            UseTree::Glob(_) => self.note(before),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.note_tree(item, before)),
        }
    }
}

impl<'ast> Visit<'ast> for ImportReader<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.here.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.here.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.note_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.note(&segments);
        }
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str) -> Module {
        path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    fn check(text: &str, expected: &[&str]) {
        let files = ["", "gate", "model", "model::config", "model::config::keys", "model::view"];
        let files = files.into_iter().map(module).collect();
        let found = imported_modules(&module("model::config"), text, &files).unwrap();
        assert_eq!(found, expected.iter().copied().map(module).collect(), "{text}");
    }

    #[test]
    fn a_use_leads_to_the_deepest_file_on_its_path() {
        check("use crate::gate::Rule;", &["gate"]);
        check("use crate::model::view::{self, View};", &["model::view"]);
        check("use crate::{gate, model::view::View, Outcome};", &["", "gate", "model::view"]);
        check("use crate::gate::kinds::Kind as GateKind;", &["gate"]);
        check("pub use super::view::*;", &["model::view"]);
        check("use super::super::gate::Rule;", &["gate"]);
        check("use super::Thing;", &["model"]);
    }

    #[test]
    fn a_child_is_imported_by_its_name() {
        check("mod keys; use keys::Key;", &["model::config::keys"]);
        check("mod keys; pub use self::keys::Key;", &["model::config::keys"]);
        check("mod keys; fn key() -> keys::Key { keys::first() }", &["model::config::keys"]);
        check("mod keys;", &[]);
    }

    #[test]
    fn a_path_in_code_counts_as_an_import() {
        check("fn rule() { crate::gate::rule(super::view::now()) }", &["gate", "model::view"]);
        check("struct Shown(Option<crate::model::view::View>);", &["model::view"]);
        check("impl crate::gate::Rule for Config {}", &["gate"]);
    }

    #[test]
    fn an_inline_module_is_part_of_its_file() {
        check("mod tests { use super::*; use super::super::view::View; }", &["model::view"]);
        check("mod inner { use crate::gate::Rule; mod deep { use super::super::Config; } }", &["gate"]);
    }

    #[test]
    fn other_crates_and_names_in_scope_are_no_imports() {
        check("use std::fmt; use gate::Rule; use serde::{Deserialize, Serialize};", &[]);
        check("fn kind() -> Kind { Kind::First } fn size() -> usize { Self::size() }", &[]);
        check("use crate::model::config::Config; use self::Config as Other;", &[]);
    }
}
