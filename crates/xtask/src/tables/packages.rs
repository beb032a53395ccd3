//! Fetches pinned packages that no build needs, and unpacks them in [`FOLDER`].

use std::fs;

use crate::workspace::{Outcome, root, run};

/// Where the packages lie, a folder each.
pub const FOLDER: &str = "target/sources";

/// A package of the npm registry.
pub fn fetch_from_npm(package: &str, version: &str) -> Outcome {
    let folder = format!("{FOLDER}/{package}");
    if root().join(&folder).join("package.json").exists() {
        return Ok(());
    }
    make_folder(&folder)?;
    run("npm", &["pack", "--silent", &format!("{package}@{version}"), "--pack-destination", FOLDER])?;
    let archive = format!("{FOLDER}/{package}-{version}.tgz");
    run("tar", &["xzf", &archive, "--strip-components=1", "-C", &folder])
}

/// A package of the Python package index that is a wheel for every platform.
pub fn fetch_from_pypi(package: &str, version: &str) -> Outcome {
    let folder = format!("{FOLDER}/{package}");
    if root().join(&folder).exists() {
        return Ok(());
    }
    make_folder(FOLDER)?;
    let pinned = format!("{package}=={version}");
    run("python3", &["-m", "pip", "download", "--quiet", "--no-deps", "--dest", FOLDER, &pinned])?;
    let wheel = format!("{FOLDER}/{package}-{version}-py3-none-any.whl");
    run("python3", &["-m", "zipfile", "-e", &wheel, &folder])
}

fn make_folder(folder: &str) -> Outcome {
    fs::create_dir_all(root().join(folder)).map_err(|error| format!("{folder}: {error}"))
}
