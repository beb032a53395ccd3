//! What each configuration file said when it was last put in force, kept apart from the owner's files: a site whose file is
//! broken when a server starts is served from it. Only texts are kept, never what is made from them, so that a newer program
//! makes its own. Does not decide when one is needed.
//!
//! A file of the same name for each configuration: `{"v":1,"configuration":"…","declared":"…"}`, both as they were read;
//! `declared` is null where nothing was.

use std::fs;
use std::io;
use std::iter;
use std::path::{Path, PathBuf};

use consentry::lint::Allowed;
use consentry::model::config::{Config, SiteKey};
use serde_json::{Value, json};

use crate::{ReadError, Site, SiteFiles, replace_file};

/// The version of the kept form.
const VERSION: u64 = 1;

/// What is said in place of a reason that nobody gave: the rule may be newer than the configuration.
const REASON: &str = "in force before its file broke";

/// The name of the folder of kept configurations, beside the ledger.
pub const LAST_GOOD: &str = "last-good";

/// What the configuration of a site said when it was last put in force, as a folder has kept it. Nothing where it has none, or
/// none that can be read: it is asked for to say more, not to decide.
pub fn last_good_configuration(folder: &Path, key: &SiteKey) -> Option<Config> {
    let last_good = LastGood::new(folder.to_owned());
    let paths = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let sites = paths.filter_map(|path| last_good.site(&path, &Allowed::default()).ok().flatten());
    sites.map(|site| (site.key, site.config)).find(|(found, _)| found == key).map(|(_, config)| config)
}

/// A folder of kept configurations.
pub(crate) struct LastGood {
    folder: PathBuf,
}

impl LastGood {
    /// Reads and makes nothing yet.
    pub(crate) fn new(folder: PathBuf) -> LastGood {
        LastGood { folder }
    }

    /// Keeps the texts of a configuration file and of the declared document beside it, unless they are kept already. The
    /// folder is made if it is not there, for the process's user alone.
    pub(crate) fn keep(&self, path: &Path, configuration: &str, declared: Option<&str>) -> io::Result<()> {
        let Some(kept) = self.place(path) else { return Ok(()) };
        let text = json!({ "v": VERSION, "configuration": configuration, "declared": declared }).to_string();
        if fs::read(&kept).is_ok_and(|known| known == text.as_bytes()) {
            return Ok(());
        }
        if !self.folder.is_dir() {
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&self.folder)?; // not what it lies in: a ledger that went away is not made here
        }
        replace_file(&kept, text.as_bytes())
    }

    /// The site that a configuration file gave last; none where nothing is kept.
    ///
    /// # Errors
    /// What is kept cannot be used: a line for each reason.
    pub(crate) fn site(&self, path: &Path, allowed: &Allowed) -> Result<Option<Site>, Vec<String>> {
        let Some(kept) = self.place(path) else { return Ok(None) };
        let text = match fs::read_to_string(&kept) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ReadError::Unreadable { path: kept, error }.lines()),
        };
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let Some(configuration) = json["configuration"].as_str().filter(|_| json["v"] == VERSION) else {
            let kept = kept.display();
            return Err(vec![format!(
                "{kept}: v: found {}, expected {VERSION} with a configuration",
                json["v"]
            )]);
        };
        let site = SiteFiles::parse(&kept, configuration)
            .and_then(|files| Site::of(&files, json["declared"].as_str(), reasons(&files, allowed)?));
        site.map(Some).map_err(|error| error.lines())
    }

    /// Where a configuration file's texts are kept.
    fn place(&self, path: &Path) -> Option<PathBuf> {
        Some(self.folder.join(path.file_name()?))
    }
}

/// The reasons that a configuration needs, and [`REASON`] for each that is not given.
fn reasons(files: &SiteFiles, allowed: &Allowed) -> Result<Allowed, ReadError> {
    match files.reasons_needed(allowed) {
        Err(ReadError::Refused { reports, .. }) => {
            let passed = reports
                .iter()
                .filter_map(|report| Allowed::parse(&format!("{}={REASON}", report.rule.id)).ok());
            files.reasons_needed(&Allowed::all(iter::once(allowed.clone()).chain(passed)))
        }
        reasons => reasons,
    }
}
