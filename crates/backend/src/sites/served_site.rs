//! One site as it is served: its configuration, and the files that its pages load. Reads and writes nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Once, OnceLock};

use consentry::bundle::bundle;
use consentry::classify::rules::Rules;
use consentry::lint::Allowed;
use consentry::model::config::{Backend, Config};
use consentry_sites::Site;

use super::Component;
use crate::rate_limit::RateLimit;
use crate::short_digest::short_digest;

/// A site with everything that is made from its configuration.
pub struct ServedSite {
    pub site: Arc<Site>,
    /// The files that its pages load, by name; a sentence for the operator if the bundle could not be made.
    pub files: Result<BTreeMap<String, ServedFile>, String>,
    /// What a network may send; counted anew when the configuration changes.
    pub limits: SiteLimits,
    rules: OnceLock<Rules>,
    observations_full: Once,
}

/// What a network may send to a site in a minute. Each has the configured limit for itself: what pages observe never keeps a
/// decision from being stored.
pub struct SiteLimits {
    /// Receipts, and requests to expire cookies.
    pub decisions: RateLimit,
    /// Observations.
    pub observations: RateLimit,
}

impl SiteLimits {
    fn of(config: &Config) -> SiteLimits {
        let most = config.backend.as_ref().map_or(Backend::usual_rate_limit(), |backend| backend.rate_limit);
        SiteLimits { decisions: RateLimit::a_minute(most), observations: RateLimit::a_minute(most) }
    }
}

/// A file that pages load.
pub struct ServedFile {
    pub content: Vec<u8>,
    /// The entity tag, quoted as the header writes it.
    pub etag: String,
}

impl ServedSite {
    /// Makes the files of a site. `observed_hosts`: those that its pages were seen to contact.
    pub(super) fn new(site: Arc<Site>, observed_hosts: &[String], component: &Component) -> ServedSite {
        let files = bundle(&site.config, observed_hosts, &|name| component(name));
        let files = files.map_err(|error| error.to_string()).map(|mut files| {
            if !site.reasons.is_empty() {
                files.push((Allowed::FILE.to_owned(), site.reasons.to_json().into_bytes()));
            }
            let tagged = files.into_iter().map(|(name, content)| {
                let etag = format!("\"{}\"", short_digest(&content));
                (name, ServedFile { content, etag })
            });
            tagged.collect()
        });
        let limits = SiteLimits::of(&site.config);
        ServedSite { site, files, limits, rules: OnceLock::new(), observations_full: Once::new() }
    }

    /// What its configuration and the built-in table say, compiled when it is first asked for.
    pub fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| Rules::new(&self.site.config, &[]))
    }

    /// Logs that new observations are dropped, the first time.
    pub fn warn_that_observations_are_full(&self) {
        self.observations_full.call_once(|| {
            tracing::warn!("{}: found no room for more observations: declare some in /admin", self.site.key);
        });
    }
}
