//! The sites that this server knows, from one configuration file or a folder of them, each with what was declared
//! beside it. Looks at the files again when they changed; a file that became bad leaves its last good configuration
//! in force.

mod site;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io};

use consentry::model::config::Declaration;

pub use self::site::Site;
use crate::declared::{self, ENDING};

/// The component's built file of a name.
pub type Component = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// How often the files are looked at, at most.
const LOOK: Duration = Duration::from_millis(100);

/// Every site by its key.
pub type Known = BTreeMap<String, Arc<Site>>;

/// The known sites, kept up to date.
pub struct Sites {
    source: PathBuf,
    component: Component,
    known: RwLock<Arc<Known>>,
    files: Mutex<Files>,
}

/// What was read, and when.
struct Files {
    looked: Instant,
    read: BTreeMap<PathBuf, Read>,
}

/// A file as it was read last, and the last good site that it gave.
struct Read {
    stamp: Stamp,
    /// The declared document beside it, as far as the site's key is known.
    declared: Option<(PathBuf, Stamp)>,
    site: Option<Arc<Site>>,
}

/// A file that changed has another one.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(path: &Path) -> Stamp {
    fs::metadata(path).ok().and_then(|data| Some((data.modified().ok()?, data.len())))
}

/// Why a declaration was not saved: for the owner to read.
pub type NotDeclared = Vec<String>;

impl Read {
    /// Reads the site; every fault of its files, a line each. The stamps are older than what is read, so that a change
    /// meanwhile is seen at the next look.
    fn read(&mut self, path: &Path, component: &Component) -> Result<(), Vec<String>> {
        let config = declared::configuration(path).map_err(|error| site::lines(path, error))?;
        self.declared = declared::beside(path, &config).map(|document| {
            let stamp = stamp(&document);
            (document, stamp)
        });
        let document = self.declared.as_ref().map(|(document, _)| document.as_path());
        self.site = Some(Arc::new(Site::new(path, &config, document, component)?));
        Ok(())
    }

    /// Whether the declared document is as it was when it was read.
    fn declared_as_read(&self) -> bool {
        self.declared.as_ref().is_none_or(|(document, read)| stamp(document) == *read)
    }
}

impl Sites {
    /// Reads a file, or every `*.json` in a folder.
    ///
    /// # Errors
    /// No good site at all: every fault, a line each. Beside a good one, bad files are logged.
    pub fn open(source: PathBuf, component: Component) -> Result<Sites, Vec<String>> {
        let mut read = BTreeMap::new();
        let (known, complaints) = look(&source, &component, &mut read);
        if known.is_empty() {
            return Err(match complaints.is_empty() {
                true => vec![format!("{}: found no *.json, expected one for each site", source.display())],
                false => complaints,
            });
        }
        complain(&complaints);
        for site in known.values() {
            if let Err(reason) = &site.files {
                tracing::warn!("{}: its files are not served: {reason}", site.key);
            }
        }
        let files = Mutex::new(Files { looked: Instant::now(), read });
        Ok(Sites { source, component, known: RwLock::new(Arc::new(known)), files })
    }

    /// The sites as their files say now.
    pub fn known(&self) -> Arc<Known> {
        // Whoever comes while another looks takes what is there.
        if let Ok(mut files) = self.files.try_lock()
            && files.looked.elapsed() >= LOOK
        {
            self.look(&mut files);
        }
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn look(&self, files: &mut Files) {
        files.looked = Instant::now();
        let (known, complaints) = look(&self.source, &self.component, &mut files.read);
        complain(&complaints);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    /// Saves a declaration to the site's declared document; it is in force when this returns. Reads and writes files.
    ///
    /// # Errors
    /// The site is not known, its files are not good as they are now or would not be, or the document cannot be
    /// written: a line each, and nothing was changed.
    pub fn declare(&self, site: &str, declaration: &Declaration) -> Result<(), NotDeclared> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let of_site = |read: &Read| read.site.as_ref().is_some_and(|known| known.key.as_str() == site);
        // Of two files with one key the first is served.
        let found = files.read.iter_mut().find(|(_, read)| of_site(read));
        let (path, read) =
            found.ok_or_else(|| vec![format!("found no site \"{site}\", expected a known one")])?;
        let config = declared::configuration(path).map_err(|error| site::lines(path, error))?;
        let Some(document) = declared::beside(path, &config) else {
            return Err(vec![format!(
                "{}: missing site: found nothing, expected a site key",
                path.display()
            )]);
        };
        let before = declared::document(&document).map_err(|error| site::lines(path, error))?;
        let before = before.unwrap_or_else(|| "{}".to_owned());
        let after = config
            .declare(&before, declaration)
            .map_err(|faults| site::lines(path, declared::ReadError::Declared(document.clone(), faults)))?;
        if after != before {
            declared::save(&document, &after)
                .map_err(|error| vec![format!("{}: cannot be written: {error}", document.display())])?;
            // Two changes within one tick of the file system's clock have one stamp.
            read.stamp = None;
            self.look(&mut files);
        }
        Ok(())
    }

    /// Whether any site has this origin.
    pub fn allow(&self, origin: &str) -> bool {
        self.known().values().any(|site| site.allows(origin))
    }
}

fn complain(complaints: &[String]) {
    for complaint in complaints {
        tracing::error!("{complaint}");
    }
}

/// Reads what changed. Gives the sites and what is wrong with the files that changed.
fn look(source: &Path, component: &Component, read: &mut BTreeMap<PathBuf, Read>) -> (Known, Vec<String>) {
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
        if let Err(faults) = now.read(&path, component) {
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

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
