//! All sites of one configuration file or of a folder of them, read again when their files changed. A file
//! that became bad leaves its last good configuration in force, across a restart too where it is kept. Decides neither when
//! to look nor what is done with a fault.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use std::{fs, io};

use consentry::lint::Allowed;
use consentry::model::config::{Config, SiteKey};
use consentry::model::declaration::Declaration;

use crate::last_good::LastGood;
use crate::site_files::{is_declared_document, read_declared};
use crate::{DeclareError, ReadError, Site, SiteFiles};

/// So many files are read before what they say is given out: of a thousand files that change, those of before and those
/// of now need not be in memory at a time.
const MOST_AT_A_TIME: usize = 50;

/// Every site by its key. A site whose files did not change is the same `Arc` as before.
pub type SitesByKey = BTreeMap<String, Arc<Site>>;

/// The sites that a file or a folder holds.
pub struct WatchedSites {
    source: PathBuf,
    files: BTreeMap<PathBuf, WatchedFile>,
    allowed: Allowed,
    last_good: Option<LastGood>,
    /// Whether a file has changed since two files with one key were last looked for.
    has_changed: bool,
}

/// The sites in force, and what is wrong with their files.
pub struct CurrentSites {
    pub sites: SitesByKey,
    /// A line for each fault of a file that changed since the last look.
    pub faults: Vec<String>,
    /// Every file that is not in force as it is now, in the order of their paths.
    pub broken: Vec<BrokenFile>,
    /// Whether that was all: otherwise look again at once.
    pub is_complete: bool,
}

/// A configuration file that is not in force as it is.
#[derive(Clone, Debug)]
pub struct BrokenFile {
    pub path: PathBuf,
    /// The site that is served from what the file said before.
    pub site: Option<SiteKey>,
    /// A line for each fault, with its file.
    pub faults: Vec<String>,
}

impl BrokenFile {
    /// A line for each fault, which says first what that means for the site.
    pub fn lines(&self) -> Vec<String> {
        let line = |fault: &String| match &self.site {
            Some(site) => format!("{site}: served from its last good configuration: {fault}"),
            None => fault.clone(),
        };
        self.faults.iter().map(line).collect()
    }
}

/// A configuration file as it was read last, and the last good site that it gave.
struct WatchedFile {
    stamp: Stamp,
    /// The declared document beside it, where the site's key is known.
    declared: Option<(PathBuf, Stamp)>,
    site: Option<Arc<Site>>,
    /// Why the site, if there is one, is not what the files say now.
    faults: Vec<String>,
    /// Whether the last good texts are those of now.
    is_kept: bool,
}

/// The time and size of a file: a file that changed has another stamp. Nothing where there is no file.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(path: &Path) -> Stamp {
    fs::metadata(path).ok().and_then(|data| Some((data.modified().ok()?, data.len())))
}

impl WatchedSites {
    /// The sites of a configuration file, or of every `*.json` in a folder. One in which the lint finds errors is as bad
    /// as one with faults, but for what is allowed. Reads nothing yet.
    pub fn new(source: PathBuf, allowed: Allowed) -> WatchedSites {
        WatchedSites { source, files: BTreeMap::new(), allowed, last_good: None, has_changed: false }
    }

    /// Keeps good configurations in a folder of the caller's, by [`keep_good`](Self::keep_good), and takes a site from there
    /// whose file is broken at the first look.
    pub fn keeping_in(self, folder: PathBuf) -> WatchedSites {
        WatchedSites { last_good: Some(LastGood::new(folder)), ..self }
    }

    /// The file or folder.
    pub fn source(&self) -> &Path {
        &self.source
    }

    /// Reads files that changed since the last call, at the first any; of very many only some.
    pub fn read_changes(&mut self) -> CurrentSites {
        let mut faults = Vec::new();
        let paths = match configuration_files(&self.source) {
            Ok(paths) => paths,
            Err(error) if self.files.is_empty() => {
                let source = self.source.display();
                faults.push(format!("{source}: expected a file or a folder, found: {error}"));
                Vec::new()
            }
            // A folder that cannot be read now is no reason to forget its sites.
            Err(_) => self.files.keys().cloned().collect(),
        };
        if self.source.is_dir() {
            self.files.retain(|path, _| paths.binary_search(path).is_ok());
        }
        let mut read = 0;
        for path in paths {
            let last = self.files.get(&path);
            if last.is_some_and(|last| last.is_as_read(&path)) {
                continue;
            }
            read += 1;
            if read > MOST_AT_A_TIME {
                break;
            }
            let file = WatchedFile::read(&path, last, &self.allowed, self.last_good.as_ref());
            faults.extend(file.as_broken(&path).iter().flat_map(BrokenFile::lines));
            self.files.insert(path, file);
        }
        let (sites, duplicates) = self.sites_by_key();
        let is_complete = read <= MOST_AT_A_TIME;
        self.has_changed |= read > 0;
        if is_complete && std::mem::take(&mut self.has_changed) {
            faults.extend(duplicates); // an old one was reported when it was new
        }
        let broken = self.files.iter().filter_map(|(path, file)| file.as_broken(path)).collect();
        CurrentSites { sites, faults, broken, is_complete }
    }

    /// Keeps the texts of the files that are good and are not kept yet; a line for each that cannot be. Writes, and waits
    /// for the disk.
    pub fn keep_good(&mut self) -> Vec<String> {
        let Some(last_good) = &self.last_good else { return Vec::new() };
        let to_keep = self.files.iter_mut().filter(|(_, file)| file.faults.is_empty() && !file.is_kept);
        to_keep
            .filter_map(|(path, file)| Some((path, file.keep(path, last_good).err()?)))
            .map(|(path, error)| {
                format!("{}: its last good configuration cannot be kept: {error}", path.display())
            })
            .collect()
    }

    /// Of two files with one key the first is in force, and a good one before one that was; for each other one there is a
    /// line.
    fn sites_by_key(&self) -> (SitesByKey, Vec<String>) {
        let (mut sites, mut duplicates) = (SitesByKey::new(), Vec::new());
        let (good, broken): (Vec<_>, Vec<_>) =
            self.files.iter().partition(|(_, file)| file.faults.is_empty());
        for (path, file) in good.into_iter().chain(broken) {
            let Some(site) = &file.site else { continue };
            if sites.contains_key(site.key.as_str()) {
                let (path, key) = (path.display(), &site.key);
                duplicates
                    .push(format!("{path}: site: found \"{key}\", expected a key that no other file has"));
            } else {
                sites.insert(site.key.to_string(), Arc::clone(site));
            }
        }
        (sites, duplicates)
    }

    /// Saves a declaration to a site's declared document. The next [`read_changes`](Self::read_changes) has
    /// it.
    ///
    /// # Errors
    /// The site is not known, its files are not good as they are now or would not be, or the document cannot
    /// be written. Nothing was changed.
    pub fn declare(&mut self, site: &str, declaration: &Declaration) -> Result<(), DeclareError> {
        let has_key = |file: &WatchedFile| file.site.as_ref().is_some_and(|known| known.key.as_str() == site);
        let Some((path, file)) = self.files.iter_mut().find(|(_, file)| has_key(file)) else {
            return Err(DeclareError::UnknownSite(site.to_owned()));
        };
        SiteFiles::read(path)?.declare(site, declaration)?;
        // Two changes within one tick of the file system's clock have one stamp.
        file.stamp = None;
        Ok(())
    }
}

impl WatchedFile {
    /// Reads a file that changed. The stamps are taken before the content is read, so that a change meanwhile
    /// is seen at the next look. Where something is wrong, what was in force last stays so.
    fn read(
        path: &Path,
        last: Option<&WatchedFile>,
        allowed: &Allowed,
        last_good: Option<&LastGood>,
    ) -> WatchedFile {
        let stamp = stamp(path);
        let mut file = WatchedFile { stamp, declared: None, site: None, faults: Vec::new(), is_kept: false };
        let Err(error) = file.read_site(path, allowed) else { return file };
        file.faults = error.lines();
        if let Some(last) = last {
            file.declared = file.declared.or_else(|| last.declared.clone());
            file.site = last.site.clone();
        }
        if let (None, Some(last_good)) = (&file.site, last_good) {
            match last_good.site(path, allowed) {
                Ok(site) => file.site = site.map(Arc::new),
                Err(lines) => file.faults.extend(lines),
            }
        }
        file
    }

    fn read_site(&mut self, path: &Path, allowed: &Allowed) -> Result<(), ReadError> {
        let files = SiteFiles::read(path)?;
        self.declared = files.declared_path().map(|declared| (declared.to_owned(), stamp(declared)));
        self.site = Some(Arc::new(Site::read(&files, allowed)?));
        Ok(())
    }

    /// Keeps both texts, if they are still those that were found good.
    fn keep(&mut self, path: &Path, last_good: &LastGood) -> io::Result<()> {
        let configuration = fs::read_to_string(path)?;
        let declared =
            self.declared.as_ref().map(|(declared, _)| read_declared(declared).map_err(io::Error::other));
        let declared = declared.transpose()?.flatten();
        if self.is_as_read(path) {
            last_good.keep(path, &configuration, declared.as_deref())?;
            self.is_kept = true;
        }
        Ok(())
    }

    fn as_broken(&self, path: &Path) -> Option<BrokenFile> {
        let site = self.site.as_ref().map(|site| site.key.clone());
        let is_broken = !self.faults.is_empty();
        is_broken.then(|| BrokenFile { path: path.to_owned(), site, faults: self.faults.clone() })
    }

    /// Whether both files are as they were when they were read.
    fn is_as_read(&self, path: &Path) -> bool {
        let mut declared = self.declared.iter();
        self.stamp == stamp(path) && declared.all(|(declared, read)| stamp(declared) == *read)
    }
}

/// The configurations in a file, or in every `*.json` of a folder that is no declared document; without what was declared.
///
/// # Errors
/// One cannot be read, or every fault of the first that has any.
pub fn read_configurations(source: &Path) -> Result<Vec<Config>, ReadError> {
    let unreadable = |error| ReadError::Unreadable { path: source.to_owned(), error };
    let paths = configuration_files(source).map_err(unreadable)?;
    paths.iter().map(|path| Ok(SiteFiles::read(path)?.configuration().clone())).collect()
}

/// The file itself, or every `*.json` in the folder that is no declared document.
fn configuration_files(source: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(source)?.is_dir() {
        return Ok(vec![source.to_owned()]);
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(source)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "json") && !is_declared_document(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
