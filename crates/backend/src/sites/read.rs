//! Reading the sites' files, and seeing that they changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use std::{fs, io};

use super::site::{self, Site};
use super::{Component, Hosts, Known};
use crate::declared::{self, ENDING};

/// A file as it was read last, and the last good site that it gave.
pub struct Read {
    /// Of the configuration.
    pub stamp: Stamp,
    /// The declared document beside it, as far as the site's key is known.
    declared: Option<(PathBuf, Stamp)>,
    pub site: Option<Arc<Site>>,
}

/// A file that changed has another one.
pub type Stamp = Option<(SystemTime, u64)>;

fn stamp(path: &Path) -> Stamp {
    fs::metadata(path).ok().and_then(|data| Some((data.modified().ok()?, data.len())))
}

impl Read {
    /// Reads the site; every fault of its files, a line each. The stamps are older than what is read, so that a change
    /// meanwhile is seen at the next look.
    fn read(&mut self, path: &Path, hosts: &Hosts, component: &Component) -> Result<(), Vec<String>> {
        let config = declared::configuration(path).map_err(|error| site::lines(path, error))?;
        self.declared = declared::beside(path, &config).map(|document| {
            let stamp = stamp(&document);
            (document, stamp)
        });
        let document = self.declared.as_ref().map(|(document, _)| document.as_path());
        self.site = Some(Arc::new(Site::new(path, &config, document, hosts, component)?));
        Ok(())
    }

    /// Whether the declared document is as it was when it was read.
    fn declared_as_read(&self) -> bool {
        self.declared.as_ref().is_none_or(|(document, read)| stamp(document) == *read)
    }
}

/// Reads what changed. Gives the sites and what is wrong with the files that changed.
pub fn look(
    source: &Path,
    hosts: &Hosts,
    component: &Component,
    read: &mut BTreeMap<PathBuf, Read>,
) -> (Known, Vec<String>) {
    let mut complaints = Vec::new();
    let paths = match paths(source) {
        Ok(paths) => paths,
        // A folder that cannot be read now is no reason to forget its sites.
        Err(error) if read.is_empty() => {
            complaints.push(format!("{}: expected a file or a folder, found: {error}", source.display()));
            Vec::new()
        }
        Err(_) => read.keys().cloned().collect(),
    };
    if source.is_dir() {
        read.retain(|path, _| paths.contains(path));
    }
    let mut changed = false;
    for path in paths {
        let last = read.get(&path);
        if last.is_some_and(|last| last.stamp == stamp(&path) && last.declared_as_read()) {
            continue;
        }
        changed = true;
        let mut now = Read { stamp: stamp(&path), declared: None, site: None };
        if let Err(faults) = now.read(&path, hosts, component) {
            complaints.extend(faults);
            now.site = last.and_then(|last| last.site.clone());
            now.declared = now.declared.or_else(|| last.and_then(|last| last.declared.clone()));
        }
        read.insert(path, now);
    }
    let mut known = Known::new();
    for (path, read) in read.iter() {
        let Some(site) = &read.site else { continue };
        if known.contains_key(site.key.as_str()) {
            if !changed {
                continue; // said when it was new
            }
            complaints.push(format!(
                "{}: site: found \"{}\", expected a key that no other file has",
                path.display(),
                site.key
            ));
            continue;
        }
        known.insert(site.key.to_string(), Arc::clone(site));
    }
    (known, complaints)
}

fn paths(source: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(source)?.is_dir() {
        return Ok(vec![source.to_owned()]);
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(source)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|end| end == "json") && !name.ends_with(ENDING) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
