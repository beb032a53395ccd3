//! Sites' configurations as files, from outside: what is read, joined, watched and saved. The modules mirror
//! the sources.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

mod dependencies;
mod last_good;
mod replace_file;
mod site_files;
mod watched_sites;

use std::fs;

use consentry::lint::Allowed;
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// The names in a folder.
fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The sites of most tests tell visitors nothing.
fn small_sites() -> Allowed {
    let told = "missing-controller,missing-authority,missing-policy-url,missing-purpose,missing-recipient,\
                missing-retention,missing-legal-basis,missing-language-text,tracker-without-purpose,\
                tracker-without-duration,tracker-without-provider";
    Allowed::parse(&format!("{told}=small sites of a test")).unwrap()
}
