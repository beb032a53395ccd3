//! The sites that this server serves: reads their files again when they changed, and has what their pages
//! load. How the files are read and saved is `consentry_sites`'s.
//!
//! ```text
//! sites ─> file_changes (when to read)      served_files ─> compressor ─> compressed_file ─> built_file
//!       └> served_site <─ served_files (what pages load)
//! ```

mod built_file;
mod compressed_file;
mod compressor;
mod file_changes;
mod served_files;
mod served_site;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak, mpsc};
use std::{io, thread};

use consentry::lint::Allowed;
use consentry::model::declaration::Declaration;
use consentry_sites::{BrokenFile, CurrentSites, DeclareError, LAST_GOOD, WatchedSites};

pub use self::built_file::{BuiltFile, Compressed};
pub use self::compressed_file::{Coding, CompressedFile};
use self::file_changes::FileChanges;
pub use self::served_files::{Life, ServedFiles};
pub use self::served_site::ServedSite;
use crate::free_memory;

/// The component's built file of a name.
pub type Component = Arc<dyn Fn(&str) -> Option<BuiltFile> + Send + Sync>;

/// Of so many sites each script is made before somebody asks for it. Of more, with the first visit.
const FEW: usize = 64;

/// The hosts that each site's pages were seen to contact, by the site's key.
pub type ObservedHosts = BTreeMap<String, Vec<String>>;

/// Every site by its key.
pub type ServedSites = BTreeMap<String, Arc<ServedSite>>;

/// The served sites, kept up to date.
pub struct Sites {
    /// What their pages load.
    pub files: ServedFiles,
    current: RwLock<Arc<ServedSites>>,
    broken: RwLock<Arc<Vec<BrokenFile>>>,
    reading: Mutex<Reading>,
}

/// Lets the thread that has read the sites go on to follow what changes. Dropped, it ends.
pub struct FollowChanges(mpsc::Sender<()>);

impl FollowChanges {
    /// From now on files are written, too: to the ledger's directory.
    pub fn begin(self) {
        let _ = self.0.send(());
    }
}

/// What the sites are made from. Whoever holds its lock is the one who reads the files.
struct Reading {
    watched: WatchedSites,
    observed_hosts: ObservedHosts,
}

impl Sites {
    /// Reads a configuration file, or every `*.json` in a folder, on a thread that reads them again whenever they change, for
    /// as long as somebody has the sites. `allowed`: the errors of the lint that may pass; `data`: the ledger's directory,
    /// where good configurations are kept.
    ///
    /// # Errors
    /// No good site at all: every fault, a line each. Beside a good one, the faults of bad files are logged.
    pub fn open(
        source: PathBuf,
        allowed: Allowed,
        data: &Path,
        component: Component,
    ) -> Result<(Arc<Sites>, FollowChanges), Vec<String>> {
        let watched = WatchedSites::new(source.clone(), allowed).keeping_in(data.join(LAST_GOOD));
        let (opened, outcome) = mpsc::channel();
        let (follow, may_follow) = mpsc::channel();
        // The same thread reads at the start and at each change: glibc gives each its own share of memory, and what the
        // configurations of before took is free for those of now.
        let work = move || {
            let changes = FileChanges::of(&source);
            let sites = match Sites::read_first(watched, component) {
                Ok(sites) => Arc::new(sites),
                Err(lines) => return drop(opened.send(Err(lines))),
            };
            let weak = Arc::downgrade(&sites);
            let _ = opened.send(Ok(sites));
            if let Ok(()) = may_follow.recv() {
                Sites::follow_changes(&weak, changes);
            }
        };
        let no_thread =
            |error: io::Error| vec![format!("the system gives no thread to read the sites: {error}")];
        thread::Builder::new().name("sites".into()).spawn(work).map_err(no_thread)?;
        let sites = outcome.recv().unwrap_or_else(|error| Err(vec![error.to_string()]))?;
        Ok((sites, FollowChanges(follow)))
    }

    fn read_first(watched: WatchedSites, component: Component) -> Result<Sites, Vec<String>> {
        let sites = Sites {
            files: ServedFiles::new(component),
            current: RwLock::default(),
            broken: RwLock::default(),
            reading: Mutex::new(Reading { watched, observed_hosts: ObservedHosts::new() }),
        };
        let faults = sites.read_changes(&mut sites.lock_reading());
        if sites.current().is_empty() {
            let source = sites.lock_reading().watched.source().display().to_string();
            return Err(match faults.is_empty() {
                true => vec![format!("{source}: found no *.json, expected one for each site")],
                false => faults,
            });
        }
        log_faults(&faults);
        Ok(sites)
    }

    /// The sites as they were read last.
    pub fn current(&self) -> Arc<ServedSites> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The configuration files that are not in force as they are now.
    pub fn broken_files(&self) -> Arc<Vec<BrokenFile>> {
        Arc::clone(&self.broken.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads what changed, and waits for whoever reads now.
    pub fn read_now(&self) {
        log_faults(&self.read_changes(&mut self.lock_reading()));
    }

    fn follow_changes(sites: &Weak<Sites>, mut changes: FileChanges) {
        let mut are_built_compressed = false;
        while let Some(sites) = sites.upgrade() {
            sites.read_now();
            sites.prepare_files();
            if !std::mem::replace(&mut are_built_compressed, true) {
                sites.files.compress_built();
            }
            log_faults(&sites.lock_reading().watched.keep_good());
            drop(sites);
            free_memory::give_back();
            changes.wait();
        }
    }

    /// Has the scripts ready, where that takes little.
    fn prepare_files(&self) {
        let sites = self.current();
        if sites.len() <= FEW {
            sites.values().for_each(|site| self.files.prepare(site));
        }
    }

    fn lock_reading(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what changed; what is wrong, a line each.
    fn read_changes(&self, reading: &mut Reading) -> Vec<String> {
        let mut faults = Vec::new();
        while !self.read_and_serve(reading, &self.current(), &mut faults) {}
        faults
    }

    /// Reads what changed, and says whether that was all. A site of `reusable` whose configuration is the same is served as
    /// it was made.
    fn read_and_serve(
        &self,
        reading: &mut Reading,
        reusable: &ServedSites,
        faults: &mut Vec<String>,
    ) -> bool {
        let CurrentSites { sites, faults: new, broken, is_complete } = reading.watched.read_changes();
        faults.extend(new);
        let served = sites.into_iter().map(|(key, site)| {
            let served = match reusable.get(&key).filter(|served| Arc::ptr_eq(&served.site, &site)) {
                Some(served) => Arc::clone(served),
                None => {
                    let hosts = reading.observed_hosts.get(&key).cloned().unwrap_or_default();
                    Arc::new(ServedSite::new(site, hosts))
                }
            };
            (key, served)
        });
        let served = Arc::new(served.collect());
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = served;
        *self.broken.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(broken);
        is_complete
    }

    /// Takes the hosts that the sites' pages were seen to contact, and makes all sites' files again with what
    /// the tables say of them.
    pub fn set_observed_hosts(&self, hosts: ObservedHosts) {
        let mut reading = self.lock_reading();
        reading.observed_hosts = hosts;
        let mut faults = Vec::new();
        if !self.read_and_serve(&mut reading, &ServedSites::new(), &mut faults) {
            faults.extend(self.read_changes(&mut reading));
        }
        log_faults(&faults);
    }

    /// Saves a declaration to the site's declared document; it is in force when this returns. Reads and
    /// writes files.
    ///
    /// # Errors
    /// The site is not known, its files are not good as they are now or would not be, or the document cannot
    /// be written. Nothing was changed.
    pub fn declare(&self, site: &str, declaration: &Declaration) -> Result<(), DeclareError> {
        let mut reading = self.lock_reading();
        reading.watched.declare(site, declaration)?;
        log_faults(&self.read_changes(&mut reading));
        Ok(())
    }

    /// Whether any site has this origin.
    pub fn have_origin(&self, origin: &str) -> bool {
        self.current().values().any(|served| served.site.has_origin(origin))
    }
}

fn log_faults(faults: &[String]) {
    for fault in faults {
        tracing::error!("{fault}");
    }
}
