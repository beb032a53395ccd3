//! Signs the logs soon after receipts came: a proof is there within a second or two, and a busy site is not signed for each
//! receipt.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use consentry::model::config::SiteKey;
use consentry_ledger::Ledger;
use consentry_ledger::log::VerifyingKey;
use consentry_ledger::sealer::Sealer;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::sites::Sites;

/// How long receipts are gathered before their logs are signed.
const GATHER: Duration = Duration::from_millis(500);
/// How often to look for what another node of the same ledger left unsigned.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_secs(5);

/// Whoever signs, and how it is told that something is to be signed.
pub struct Seals {
    sealer: Sealer,
    due: Notify,
    /// Whether the last signing succeeded.
    works: AtomicBool,
}

impl Seals {
    pub fn new(sealer: Sealer) -> Seals {
        Seals { sealer, due: Notify::new(), works: AtomicBool::new(true) }
    }

    /// Tells that receipts came.
    pub fn are_due(&self) {
        self.due.notify_one();
    }

    /// Whether the last signing succeeded. The server's log says why not.
    pub fn work(&self) -> bool {
        self.works.load(Ordering::Relaxed)
    }

    /// When the log of a site was last signed, by this server or by another of its ledger; nothing where it never was.
    pub fn signed_at(&self, site: &SiteKey) -> Option<SystemTime> {
        self.sealer.signed_at(site)
    }

    /// The keys with which the checkpoints of a log of this name are checked.
    pub fn verifying_keys(&self, origin: &str) -> Vec<VerifyingKey> {
        self.sealer.verifying_keys(origin)
    }
}

/// Signs for ever: first what an earlier program left unsigned.
pub async fn keep_sealed(seals: &Seals, ledger: &dyn Ledger, sites: &Sites) {
    loop {
        let pause = match seal(seals, ledger, sites).await {
            true => {
                // Receipts came, or it is time to look; both are fine.
                drop(timeout(LOOK, seals.due.notified()).await);
                GATHER
            }
            false => RETRY,
        };
        sleep(pause).await;
    }
}

/// Signs what is not signed yet; whether that was possible. The log says why not.
pub async fn seal(seals: &Seals, ledger: &dyn Ledger, sites: &Sites) -> bool {
    let sealed = seals.sealer.seal(ledger, |site| log_name(sites, site)).await;
    if let Err(error) = &sealed {
        tracing::error!("the logs were not signed: {error}");
    }
    seals.works.store(sealed.is_ok(), Ordering::Relaxed);
    sealed.is_ok()
}

/// The name of a site's log: the address at which it is public, without its scheme (C2SP tlog-checkpoint, Note text).
fn log_name(sites: &Sites, site: &SiteKey) -> String {
    let sites = sites.current();
    let backend = sites.get(site.as_str()).and_then(|served| served.site.config.backend.as_ref());
    let address = backend.map_or("consentry", |backend| backend.url.as_str());
    let address = address.split_once("://").map_or(address, |(_, address)| address);
    format!("{}/v1/log/{site}", address.trim_end_matches('/'))
}
