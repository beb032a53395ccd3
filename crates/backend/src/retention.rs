//! Erases what is past the periods that the sites' configurations say: when the server starts, and once a day.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use consentry::model::config::{Config, SiteKey};
use consentry_ledger::retention::{Periods, RunMode, run};
use consentry_ledger::{Ledger, LedgerError};
use tokio::time::sleep;

use crate::routes::{AppState, now};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_secs(10 * 60);

/// Runs for ever.
pub async fn keep_to_periods(state: Arc<AppState>) {
    loop {
        let kept = keep_once(&state).await;
        if let Err(error) = &kept {
            tracing::error!("what is past its period was not erased: {error}");
        }
        sleep(if kept.is_ok() { DAY } else { RETRY }).await;
    }
}

async fn keep_once(state: &AppState) -> Result<(), LedgerError> {
    let ledger: &dyn Ledger = state.ledger.as_ref();
    let sites = state.sites.current();
    let periods = periods(sites.values().map(|served| &served.site.config));
    drop(sites);
    if periods.is_empty() {
        return ledger.wipe().await;
    }
    let done = run(ledger, &periods, now(), RunMode::Erase, |_, _| {}).await?;
    for erased in &done.erased {
        let (site, class, count, held) = (&erased.site, erased.class.name(), erased.erased, erased.held);
        tracing::info!("{site}: {count} {class} were past their period and erased, {held} are on hold");
    }
    state.seals.are_due();
    Ok(())
}

/// The periods of sites that say any.
pub fn periods<'a>(configs: impl Iterator<Item = &'a Config>) -> BTreeMap<SiteKey, Periods> {
    let of_site = |config: &Config| {
        let retention = config.backend.as_ref()?.retention;
        let periods = Periods { receipts: retention.receipts, observations: retention.observations };
        config.site.clone().filter(|_| periods != Periods::default()).map(|site| (site, periods))
    };
    configs.filter_map(of_site).collect()
}
