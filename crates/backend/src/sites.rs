//! The sites that this server serves: reads their files again when they changed, and makes what their pages
//! load. How the files are read and saved is `consentry_sites`'s.

mod served_site;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use consentry::lint::Allowed;
use consentry::model::declaration::Declaration;
use consentry_sites::{CurrentSites, DeclareError, WatchedSites};

pub use self::served_site::ServedSite;

/// The component's built file of a name.
pub type Component = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// How often the files are looked at, at most.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// The hosts that each site's pages were seen to contact, by the site's key.
pub type ObservedHosts = BTreeMap<String, Vec<String>>;

/// Every site by its key.
pub type ServedSites = BTreeMap<String, Arc<ServedSite>>;

/// The served sites, kept up to date.
pub struct Sites {
    component: Component,
    current: RwLock<Arc<ServedSites>>,
    reading: Mutex<Reading>,
}

/// What the sites are made from. Whoever holds its lock is the one who reads the files.
struct Reading {
    last_look: Instant,
    watched: WatchedSites,
    observed_hosts: ObservedHosts,
}

impl Sites {
    /// Reads a configuration file, or every `*.json` in a folder. `allowed`: the errors of the lint that may pass.
    ///
    /// # Errors
    /// No good site at all: every fault, a line each. Beside a good one, the faults of bad files are logged.
    pub fn open(source: PathBuf, allowed: Allowed, component: Component) -> Result<Sites, Vec<String>> {
        let reading = Reading {
            last_look: Instant::now(),
            watched: WatchedSites::new(source, allowed),
            observed_hosts: ObservedHosts::new(),
        };
        let sites = Sites { component, current: RwLock::default(), reading: Mutex::new(reading) };
        let faults = sites.read_changes(&mut sites.lock_reading());
        let current = sites.latest();
        if current.is_empty() {
            let source = sites.lock_reading().watched.source().display().to_string();
            return Err(match faults.is_empty() {
                true => vec![format!("{source}: found no *.json, expected one for each site")],
                false => faults,
            });
        }
        log_faults(&faults);
        for served in current.values() {
            if let Err(reason) = &served.files {
                tracing::warn!("{}: its files are not served: {reason}", served.site.key);
            }
        }
        Ok(sites)
    }

    /// The sites as their files say now.
    pub fn current(&self) -> Arc<ServedSites> {
        // Whoever comes while another one reads takes what is there.
        if let Ok(mut reading) = self.reading.try_lock()
            && reading.last_look.elapsed() >= LOOK_INTERVAL
        {
            log_faults(&self.read_changes(&mut reading));
        }
        self.latest()
    }

    /// Reads what changed, and waits for whoever reads now.
    pub fn read_now(&self) {
        log_faults(&self.read_changes(&mut self.lock_reading()));
    }

    /// The sites as they were read last.
    fn latest(&self) -> Arc<ServedSites> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock_reading(&self) -> std::sync::MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what changed and makes those sites' files again; what is wrong, a line each.
    fn read_changes(&self, reading: &mut Reading) -> Vec<String> {
        self.read_and_serve(reading, &self.latest())
    }

    /// Reads what changed. A site of `reusable` whose configuration is the same is served as it was made.
    fn read_and_serve(&self, reading: &mut Reading, reusable: &ServedSites) -> Vec<String> {
        reading.last_look = Instant::now();
        let CurrentSites { sites, faults } = reading.watched.read_changes();
        let served = sites.into_iter().map(|(key, site)| {
            let served = match reusable.get(&key).filter(|served| Arc::ptr_eq(&served.site, &site)) {
                Some(served) => Arc::clone(served),
                None => {
                    let hosts = reading.observed_hosts.get(&key).map_or(&[][..], Vec::as_slice);
                    Arc::new(ServedSite::new(site, hosts, &self.component))
                }
            };
            (key, served)
        });
        let served = Arc::new(served.collect());
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = served;
        faults
    }

    /// Takes the hosts that the sites' pages were seen to contact, and makes all sites' files again with what
    /// the tables say of them.
    pub fn set_observed_hosts(&self, hosts: ObservedHosts) {
        let mut reading = self.lock_reading();
        reading.observed_hosts = hosts;
        log_faults(&self.read_and_serve(&mut reading, &ServedSites::new()));
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
