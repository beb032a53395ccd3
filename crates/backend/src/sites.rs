//! The sites that this server knows, from one configuration file or a folder of them, each with what was declared
//! beside it. Looks at the files again when they changed; a file that became bad leaves its last good configuration
//! in force.

mod read;
mod site;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use consentry::model::config::Declaration;

use self::read::{Read, look};
pub use self::site::Site;
use crate::declared;

/// The component's built file of a name.
pub type Component = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// How often the files are looked at, at most.
const LOOK: Duration = Duration::from_millis(100);

/// The hosts that each site was seen to contact, by its key.
pub type Hosts = BTreeMap<String, Vec<String>>;

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
    hosts: Hosts,
}

impl Sites {
    /// Reads a file, or every `*.json` in a folder.
    ///
    /// # Errors
    /// No good site at all: every fault, a line each. Beside a good one, bad files are logged.
    pub fn open(source: PathBuf, component: Component) -> Result<Sites, Vec<String>> {
        let mut read = BTreeMap::new();
        let (known, complaints) = look(&source, &Hosts::new(), &component, &mut read);
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
        let files = Mutex::new(Files { looked: Instant::now(), read, hosts: Hosts::new() });
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
        let (known, complaints) = look(&self.source, &files.hosts, &self.component, &mut files.read);
        complain(&complaints);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    /// Takes what the sites were seen to contact; their files are made again with what is known of it.
    pub fn observed(&self, hosts: Hosts) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.hosts = hosts;
        files.read.values_mut().for_each(|read| read.stamp = None);
        self.look(&mut files);
    }

    /// Saves a declaration to the site's declared document; it is in force when this returns. Reads and writes files.
    ///
    /// # Errors
    /// The site is not known, its files are not good as they are now or would not be, or the document cannot be
    /// written: a line each, and nothing was changed.
    pub fn declare(&self, site: &str, declaration: &Declaration) -> Result<(), Vec<String>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let of_site = |read: &Read| read.site.as_ref().is_some_and(|known| known.key.as_str() == site);
        // Of two files with one key the first is served.
        let found = files.read.iter_mut().find(|(_, read)| of_site(read));
        let (path, read) =
            found.ok_or_else(|| vec![format!("found no site \"{site}\", expected a known one")])?;
        let config = declared::configuration(path).map_err(|error| site::lines(path, error))?;
        let same = config.site.as_ref().is_some_and(|key| key.as_str() == site);
        let Some(document) = declared::beside(path, &config).filter(|_| same) else {
            return Err(vec![format!("{}: site: found another key, expected \"{site}\"", path.display())]);
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

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
