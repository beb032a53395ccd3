//! The site's pages in a folder: read for the rules, and mended where that is certain. Follows no links.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use consentry::classify::rules::Rules;
use consentry::lint::Page;
use consentry_mark::consent::Consent;
use consentry_mark::{Marker, survey};

use crate::Failure;
use crate::mark::rewrite;

/// Every page below a folder, or the one page. With `fix` those that marking changes are marked first.
pub fn read(folder: &Path, rules: &Arc<Rules>, fix: bool) -> Result<Vec<Page>, Failure> {
    let mut files = Vec::new();
    find(folder, &mut files).map_err(|reason| Failure::because(format!("{}: {reason}", folder.display())))?;
    if files.is_empty() {
        let reason = format!("{}: found no *.html, expected the site's pages", folder.display());
        return Err(Failure::because(reason));
    }
    files.sort();
    files.iter().map(|file| read_page(file, rules, fix)).collect()
}

fn find(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable = |error| format!("expected a readable folder, found: {error}");
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(unreadable)?);
        let is_page = path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"));
        if kind.is_dir() {
            find(&path, files)?;
        } else if is_page {
            files.push(path);
        }
    }
    Ok(())
}

fn read_page(file: &Path, rules: &Arc<Rules>, fix: bool) -> Result<Page, Failure> {
    let name = file.display().to_string();
    let fail = |reason: String| Failure::because(format!("{name}: {reason}"));
    let read = || {
        let html =
            fs::read(file).map_err(|error| fail(format!("expected a readable file, found: {error}")))?;
        Ok(survey(&name, &html, rules))
    };
    let page = read()?;
    if !fix || !page.tags.iter().any(|tag| tag.would_be_marked) {
        return Ok(page);
    }
    let marker = Marker::new(Arc::clone(rules), &Consent::default().grants(rules));
    let marked = rewrite(file, marker).map_err(fail)?;
    eprintln!("fixed: {marked:>5} {name}");
    read()
}
