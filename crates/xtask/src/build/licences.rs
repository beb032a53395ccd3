//! Whose code is compiled into what the npm package carries, and under which licence: one text file in the package.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::install::WASM_TARGET;
use crate::workspace::{Outcome, output_of, write};

/// Where the file is written.
pub const FILE: &str = "pkg/THIRD-PARTY.txt";

/// The crates whose WebAssembly the package carries.
const CARRIED: [&str; 3] = ["consentry-tools", "consentry-gate", "consentry-page-classifier"];

const HEADER: &str = "\
Whose work is compiled into the WebAssembly of this package, beside our own, and into its twins in JavaScript; under which
licences; and where its sources are. Where there is a choice and a crate brings the MIT licence by itself, that was chosen.
The Rust standard library is in it too, under MIT or Apache-2.0 (https://github.com/rust-lang/rust).
dist/consentry-notices.txt says whose work the classifier's tables are made from.
";

const MIT: &str = "\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    authors: Vec<String>,
    /// Nothing for our own.
    source: Option<String>,
    manifest_path: String,
}

/// Writes the file.
pub fn write_file() -> Outcome {
    let carried = carried();
    let printed = output_of(
        "cargo",
        &["metadata", "--format-version", "1", "--locked", "--filter-platform", WASM_TARGET],
    );
    let metadata: Metadata =
        serde_json::from_str(&printed).map_err(|error| format!("cargo metadata: {error}"))?;
    let is_carried = |package: &&Package| {
        package.source.is_some() && carried.contains(&format!("{} v{}", package.name, package.version))
    };
    let packages: Vec<_> = metadata.packages.iter().filter(is_carried).collect();
    if packages.is_empty() {
        return Err("cargo tree: found no crates, expected those that the package carries".into());
    }
    // Many crates have the same text: it stands once, under all their names.
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for package in &packages {
        let text = match texts_in(package)? {
            text if text.is_empty() => text_for(package, &packages)?,
            text => text,
        };
        let Package { name, version, license, repository, .. } = package;
        let license = license.as_deref().unwrap_or_default();
        let sources = repository.as_deref().unwrap_or_default();
        texts.entry(text).or_default().push_str(&format!("{name} {version} ({license}) {sources}\n"));
    }
    let mut all = HEADER.to_owned();
    for (text, names) in texts {
        let _ = write!(all, "\n{}\n\n{names}\n{text}", "=".repeat(100));
    }
    write(FILE, all)
}

/// The crates in what is carried, as `name v1.2.3`.
fn carried() -> BTreeSet<String> {
    let only = ["tree", "--locked", "--edges", "normal,no-proc-macro", "--target", WASM_TARGET];
    let printed = ["--prefix", "none", "--format", "{p}"];
    let packages = CARRIED.iter().flat_map(|package| ["--package", package]);
    let arguments: Vec<_> = only.into_iter().chain(printed).chain(packages).collect();
    let lines = output_of("cargo", &arguments);
    // Of `name v1.2.3 (path) (*)` the first two words.
    lines.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

/// The licence of a crate that comes without its text: the MIT licence with the crate's authors, or what another crate with the
/// same licence has.
fn text_for(package: &Package, others: &[&Package]) -> Outcome<String> {
    if package.license.as_deref().is_some_and(|license| license.contains("MIT")) {
        return Ok(format!("Copyright (c) {}\n\n{MIT}", package.authors.join(", ")));
    }
    for other in others.iter().filter(|other| other.license == package.license) {
        let text = texts_in(other)?;
        if !text.is_empty() {
            return Ok(text);
        }
    }
    Err(format!("{} {}: found no licence text, expected one", package.name, package.version))
}

/// The texts that a crate comes with, if any: of the MIT licence alone, where that can be chosen.
fn texts_in(package: &Package) -> Outcome<String> {
    let folder = Path::new(&package.manifest_path).parent().unwrap_or(Path::new("."));
    let listed = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let is_licence = |name: &str| {
        ["LICEN", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]
            .iter()
            .any(|word| name.to_uppercase().starts_with(word))
    };
    let mut names: Vec<_> = listed
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| is_licence(name))
        .collect();
    names.sort();
    let may_choose = package
        .license
        .as_deref()
        .is_some_and(|it| it.contains("OR") && it.contains("MIT") && !it.contains("AND"));
    if may_choose && names.iter().any(|name| name.to_uppercase().contains("MIT")) {
        names.retain(|name| name.to_uppercase().contains("MIT"));
    }
    let texts = names
        .iter()
        .map(|name| fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}")));
    Ok(texts.collect::<Outcome<Vec<_>>>()?.iter().map(|text| format!("{}\n", text.trim())).collect())
}
