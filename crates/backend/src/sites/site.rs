//! One site as its files say: what is configured, and what its pages load.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Once, OnceLock};

use consentry::bundle::bundle;
use consentry::classify::rules::Rules;
use consentry::model::config::{Config, Service, SiteKey};
use sha2::{Digest, Sha256};

use super::{Component, Hosts, hex};
use crate::declared::{self, ReadError};

/// One site: its configuration, and the files that its pages load.
pub struct Site {
    /// The site key.
    pub key: SiteKey,
    /// The configuration in force, with what was declared.
    pub config: Config,
    /// How many of its services are the configuration's own; those after them were declared.
    own: usize,
    /// By name; a sentence for the operator if the bundle could not be made.
    pub files: Result<BTreeMap<String, File>, String>,
    rules: OnceLock<Rules>,
    /// Whether the log says that there is no room for what is observed.
    full: Once,
}

/// A file that pages load.
pub struct File {
    pub content: Vec<u8>,
    /// Quoted, as the header writes it.
    pub etag: String,
}

impl Site {
    /// The site of a configuration, whose file and declared document are here; every fault, a line each.
    pub(super) fn new(
        path: &Path,
        own: &Config,
        declared: Option<&Path>,
        hosts: &Hosts,
        component: &Component,
    ) -> Result<Site, Vec<String>> {
        let Some(key) = own.site.clone() else {
            return Err(vec![format!(
                "{}: missing site: found nothing, expected a site key to serve it under",
                path.display()
            )]);
        };
        let config = match declared {
            Some(declared) => declared::together(own, declared).map_err(|error| lines(path, error))?,
            None => own.clone(),
        };
        let files =
            bundle(&config, hosts.get(key.as_str()).map_or(&[], Vec::as_slice), &|name| component(name))
                .map_err(|error| error.to_string());
        let files = files.map(|files| {
            let tagged = files.into_iter().map(|(name, content)| {
                let digest = Sha256::digest(&content);
                let etag = format!("\"{}\"", hex(&digest[..16]));
                (name, File { content, etag })
            });
            tagged.collect()
        });
        let own = own.services.len();
        Ok(Site { key, config, own, files, rules: OnceLock::new(), full: Once::new() })
    }

    /// What its configuration and the built-in table say, compiled when it is first asked for.
    pub fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| Rules::new(&self.config, &[]))
    }

    /// Whether pages of this origin may send this site's receipts: the very bytes that are configured.
    pub fn allows(&self, origin: &str) -> bool {
        let backend = self.config.backend.as_ref();
        backend.is_some_and(|backend| backend.origins.iter().any(|allowed| allowed.as_str() == origin))
    }

    /// The services that were declared in `/admin`.
    pub fn declared(&self) -> &[Service] {
        self.config.services.get(self.own..).unwrap_or_default()
    }

    /// Logs that observations are dropped, the first time.
    pub fn say_full(&self) {
        self.full.call_once(|| {
            tracing::warn!("{}: found no room for more observations: declare some in /admin", self.key);
        });
    }
}

/// What is wrong with a site's files, a line each.
pub(super) fn lines(path: &Path, error: ReadError) -> Vec<String> {
    let (path, faults) = match error {
        ReadError::Unreadable(reason) => return vec![reason],
        ReadError::Config(faults) => (path.to_owned(), faults),
        ReadError::Declared(declared, faults) => (declared, faults),
    };
    faults.iter().map(|fault| format!("{}: {} {fault}", path.display(), fault.code)).collect()
}
