//! Finds files of a crate that import each other in a circle. None of them can be read, tested or moved
//! without the rest. A module and one below it may name each other, since they are one idea in two files: so
//! circles are looked for twice, once without the imports upwards and once without those downwards.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

use super::imports::{Module, imported_modules};
use crate::workspace::{Outcome, names_in, read, root};

/// Fails with every circle among the sources of each crate.
pub fn check() -> Outcome {
    let members = names_in("crates")?.into_iter().map(|name| format!("crates/{name}/src"));
    let mut found = Vec::new();
    for folder in members.chain(["src".to_owned()]) {
        let files = source_files(&folder)?;
        let modules: BTreeSet<_> = files.keys().cloned().collect();
        let mut imports = Imports::new();
        for (module, file) in &files {
            let imported = imported_modules(module, &read(file)?, &modules)
                .map_err(|error| format!("{file}: {error}"))?;
            imports.insert(module.clone(), imported);
        }
        let file_names =
            |circle: Vec<Module>| circle.iter().map(|module| files[module].clone()).collect::<Vec<_>>();
        found.extend(circles(&imports).into_iter().map(|circle| file_names(circle).join(" -> ")));
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("found {} circles, expected none\n{}", found.len(), found.join("\n")))
}

/// The modules that each module imports from.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

/// The Rust files below a folder of the workspace, by the modules that they are.
fn source_files(folder: &str) -> Outcome<BTreeMap<Module, String>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder_read) = folders.pop() {
        for name in names_in(&folder_read)? {
            let path = format!("{folder_read}/{name}");
            if fs::metadata(root().join(&path)).is_ok_and(|data| data.is_dir()) {
                folders.push(path);
            } else if let Some(module) = module_of(&path, folder) {
                files.insert(module, path);
            }
        }
    }
    Ok(files)
}

/// The module that a file is; none where it is no Rust.
fn module_of(path: &str, folder: &str) -> Option<Module> {
    let inside = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".rs")?;
    if inside == "lib" || inside == "main" {
        return Some(Module::new());
    }
    Some(Path::new(inside).iter().map(|part| part.to_string_lossy().into_owned()).collect())
}

/// The shortest circle through each module that is in one, but none through a module that was named before.
/// The first module of a circle stands at its end again.
fn circles(imports: &Imports) -> Vec<Vec<Module>> {
    let downwards = without(imports, |from, to| from.starts_with(to));
    let upwards = without(imports, |from, to| to.starts_with(from));
    let mut found: Vec<Vec<Module>> = Vec::new();
    for imports in [downwards, upwards] {
        for module in imports.keys() {
            if !found.iter().flatten().any(|seen| seen == module) {
                found.extend(shortest_circle(module, &imports));
            }
        }
    }
    found
}

/// The imports but for those that `is_left_out` names, by the module that imports and the imported one.
fn without(imports: &Imports, is_left_out: fn(&Module, &Module) -> bool) -> Imports {
    let keep = |(from, to): (&Module, &BTreeSet<Module>)| {
        (from.clone(), to.iter().filter(|to| !is_left_out(from, to)).cloned().collect())
    };
    imports.iter().map(keep).collect()
}

/// The shortest way from a module back to itself.
fn shortest_circle(start: &Module, imports: &Imports) -> Option<Vec<Module>> {
    let mut reached_from: BTreeMap<&Module, &Module> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(module) = waiting.pop_front() {
        for next in imports.get(module).into_iter().flatten() {
            if next == start {
                let back = std::iter::successors(Some(module), |at| {
                    if *at == start { None } else { reached_from.get(at).copied() }
                });
                let mut circle: Vec<Module> = back.cloned().collect();
                circle.reverse();
                circle.push(start.clone());
                return Some(circle);
            }
            if !reached_from.contains_key(next) {
                reached_from.insert(next, module);
                waiting.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` has a line for each module: `a: b c` for one that imports two.
    fn check(text: &str, expected: &[&str]) {
        let module = |name: &str| name.split('/').map(str::to_owned).collect::<Module>();
        let line = |line: &str| {
            let (name, imported) = line.split_once(':').unwrap();
            (module(name.trim()), imported.split_whitespace().map(module).collect())
        };
        let imports: Imports = text.trim().lines().map(line).collect();
        let name =
            |circle: &Vec<Module>| circle.iter().map(|module| module.join("/")).collect::<Vec<_>>().join(" ");
        let found: Vec<_> = circles(&imports).iter().map(name).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn modules_in_one_direction_are_no_circle() {
        check("a: b c\nb: c\nc:", &[]);
        check("a: b c\nb: d\nc: d\nd:", &[]);
    }

    #[test]
    fn two_modules_that_import_each_other_are_a_circle() {
        check("a: b\nb: a", &["a b a"]);
    }

    #[test]
    fn every_module_in_a_circle_is_named_in_a_shortest_one() {
        check("a: b c\nb: c\nc: a", &["a c a", "b c a b"]);
        check("a: b\nb: c d\nc: a\nd: e\ne: a", &["a b c a", "d e a b d"]);
    }

    #[test]
    fn a_module_beside_the_circle_is_not_named() {
        check("a: b\nb: c\nc: b", &["b c b"]);
    }

    #[test]
    fn two_circles_are_both_named() {
        check("a: b\nb: a\nc: d\nd: c", &["a b a", "c d c"]);
    }

    #[test]
    fn a_module_and_one_below_it_may_name_each_other() {
        check("a: a/b\na/b: a", &[]);
        check("a: a/b\na/b: a/c\na/c: a", &[]);
    }

    #[test]
    fn a_circle_through_a_module_above_or_below_is_named() {
        check("a: a/b\na/b: c\nc: a", &["a a/b c a"]);
        check("a: c\na/b: a\nc: a/b", &["a c a/b a"]);
        check("a:\na/b: a/c\na/c: a/b", &["a/b a/c a/b"]);
    }

    #[test]
    fn a_file_is_the_module_of_its_path() {
        let module = |path: &str| module_of(path, "crates/mark/src").map(|module| module.join("::"));
        assert_eq!(module("crates/mark/src/lib.rs").as_deref(), Some(""));
        assert_eq!(module("crates/mark/src/css.rs").as_deref(), Some("css"));
        assert_eq!(module("crates/mark/src/css/embedded.rs").as_deref(), Some("css::embedded"));
        assert_eq!(module("crates/mark/src/css/notes.txt"), None);
    }
}
