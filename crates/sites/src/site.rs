//! One site as its files say, for a server that serves it under its key. How files are read is said in
//! `site_files`.

use consentry::lint::Allowed;
use consentry::model::config::{Config, Fault, Service, SiteKey};

use crate::site_files::read_declared;
use crate::{ReadError, SiteFiles};

/// A site: its key, and the configuration in force.
#[derive(Clone, Debug)]
pub struct Site {
    /// The key under which it is served.
    pub key: SiteKey,
    /// The configuration, with what was declared.
    pub config: Config,
    /// How many of its services the configuration itself names. Those after them come from the declared
    /// document.
    configured_services: usize,
    /// Why it is in force although the lint finds errors in it, if it does.
    pub reasons: Allowed,
}

impl Site {
    /// The site of two files. Reads the declared document.
    ///
    /// # Errors
    /// The configuration has no site key, the lint finds errors in it that are not allowed, or the declared document is
    /// not a good one.
    pub fn read(files: &SiteFiles, allowed: &Allowed) -> Result<Site, ReadError> {
        let declared = files.declared_path().map(read_declared).transpose()?.flatten();
        Site::of(files, declared.as_deref(), files.reasons_needed(allowed)?)
    }

    /// The site of a configuration and of the text of a declared document.
    pub(crate) fn of(files: &SiteFiles, declared: Option<&str>, reasons: Allowed) -> Result<Site, ReadError> {
        let Some(key) = files.configuration().site.clone() else {
            let fault = Fault::new("site", "missing", "nothing", "a site key to serve it under");
            return Err(ReadError::Configuration { path: files.path().to_owned(), faults: vec![fault] });
        };
        let configured_services = files.configuration().services.len();
        Ok(Site { key, config: files.join_with(declared)?, configured_services, reasons })
    }

    /// The services that were declared in `/admin`.
    pub fn declared_services(&self) -> &[Service] {
        self.config.services.get(self.configured_services..).unwrap_or_default()
    }

    /// Whether pages of this origin are the site's: compared byte by byte with what is configured.
    pub fn has_origin(&self, origin: &str) -> bool {
        let backend = self.config.backend.as_ref();
        backend.is_some_and(|backend| backend.origins.iter().any(|allowed| allowed.as_str() == origin))
    }
}
