//! One site as it is served: its configuration, and what of its files is known without making them. Reads and writes
//! nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Once, OnceLock};

use consentry::classify::rules::Rules;
use consentry::model::config::{Backend, Config};
use consentry_sites::Site;

use crate::rate_limit::RateLimit;

/// A site with everything that is made from its configuration.
pub struct ServedSite {
    pub site: Arc<Site>,
    /// No other site of this process has it, and no other configuration of this one: the files made from it go by it.
    pub(super) number: u64,
    /// Those that its pages were seen to contact.
    pub(super) observed_hosts: Vec<String>,
    /// Known once its files were first asked for.
    pub(super) texts: OnceLock<Texts>,
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

/// The files with texts that a configuration makes.
pub(super) struct Texts {
    /// Other texts have another one.
    pub digest: String,
    pub names: Vec<String>,
}

impl ServedSite {
    /// A site whose pages were seen to contact these hosts.
    pub(super) fn new(site: Arc<Site>, observed_hosts: Vec<String>) -> ServedSite {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        ServedSite {
            limits: SiteLimits::of(&site.config),
            site,
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            observed_hosts,
            texts: OnceLock::new(),
            rules: OnceLock::new(),
            observations_full: Once::new(),
        }
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
