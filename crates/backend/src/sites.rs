//! The sites that this server knows, from one configuration file or a folder of them. Looks at the files
//! again when they changed; a file that became bad leaves its last good configuration in force.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io};

use consentry::bundle::bundle;
use consentry::classify::rules::Rules;
use consentry::model::config::Config;
use sha2::{Digest, Sha256};

/// The component's built file of a name.
pub type Component = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// How often the files are looked at, at most.
const LOOK: Duration = Duration::from_millis(100);

/// One site: its configuration, and the files that its pages load.
pub struct Site {
    /// The site key.
    pub key: String,
    /// The configuration in force.
    pub config: Config,
    /// By name; a sentence for the operator if the bundle could not be made.
    pub files: Result<BTreeMap<String, File>, String>,
    rules: OnceLock<Rules>,
}

/// A file that pages load.
pub struct File {
    pub content: Vec<u8>,
    /// Quoted, as the header writes it.
    pub etag: String,
}

impl Site {
    /// What its configuration and the built-in table say, compiled when it is first asked for.
    pub fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| Rules::new(&self.config, &[]))
    }

    /// Whether pages of this origin may send this site's receipts: the very bytes that are configured.
    pub fn allows(&self, origin: &str) -> bool {
        let backend = self.config.backend.as_ref();
        backend.is_some_and(|backend| backend.origins.iter().any(|allowed| allowed.as_str() == origin))
    }
}

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
    site: Option<Arc<Site>>,
}

/// A file that changed has another one.
type Stamp = Option<(SystemTime, u64)>;

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
            files.looked = Instant::now();
            let (known, complaints) = look(&self.source, &self.component, &mut files.read);
            complain(&complaints);
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        }
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
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
        let stamp = fs::metadata(&path).ok().and_then(|data| Some((data.modified().ok()?, data.len())));
        let last = read.get(&path);
        if last.is_some_and(|last| last.stamp == stamp) {
            continue;
        }
        changed = true;
        let site = match read_site(&path, component) {
            Ok(site) => Some(Arc::new(site)),
            Err(faults) => {
                complaints.extend(faults);
                last.and_then(|last| last.site.clone())
            }
        };
        read.insert(path, Read { stamp, site });
    }
    let mut known = Known::new();
    for (path, read) in read.iter() {
        let Some(site) = &read.site else { continue };
        if known.contains_key(&site.key) {
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
        known.insert(site.key.clone(), Arc::clone(site));
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
        if path.extension().is_some_and(|end| end == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// One site, or every fault of its file, a line each.
fn read_site(path: &Path, component: &Component) -> Result<Site, Vec<String>> {
    let name = path.display();
    let json = fs::read_to_string(path)
        .map_err(|error| vec![format!("{name}: expected a readable file, found: {error}")])?;
    let config = Config::parse(&json).map_err(|faults| {
        faults.iter().map(|fault| format!("{name}: {} {fault}", fault.code)).collect::<Vec<_>>()
    })?;
    let Some(key) = config.site.as_ref().map(ToString::to_string) else {
        return Err(vec![format!(
            "{name}: missing site: found nothing, expected a site key to serve it under"
        )]);
    };
    let files = bundle(&config, &|name| component(name)).map_err(|error| error.to_string());
    let files = files.map(|files| {
        let tagged = files.into_iter().map(|(name, content)| {
            let digest = Sha256::digest(&content);
            let etag = format!("\"{}\"", hex(&digest[..16]));
            (name, File { content, etag })
        });
        tagged.collect()
    });
    Ok(Site { key, config, files, rules: OnceLock::new() })
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
