//! What the owner's commands erase of a ledger, and what they keep from being erased.

use std::fmt::Display;

use consentry::model::config::{Config, SiteKey};
use consentry::model::receipt::Subject;
use consentry_ledger::erasure::{ErasedBy, erase_subject};
use consentry_ledger::hold::Hold;
use consentry_ledger::place::Place;
use consentry_ledger::retention::{RetentionRun, RunMode, run};
use consentry_ledger::{Ledger, LedgerError};

use super::{check_has_receipts, wait_for};
use crate::retention::periods;
use crate::routes::now;

/// How many characters the reason of a hold may have.
const MAX_REASON: usize = 200;

/// Erases a visitor's receipts on a site; how many there were.
///
/// # Errors
/// A sentence for the operator: the ledger cannot be opened or written, the site has no receipts at all, or they are on hold.
pub fn erase(place: &Place, site: SiteKey, subject: Subject) -> Result<u64, String> {
    on_ledger(place, async |ledger| {
        check_has_receipts(ledger, &site).await?;
        let erased = erase_subject(ledger, site, subject, ErasedBy::Owner, now()).await;
        erased.map_err(|error| error.to_string())
    })
}

/// Erases what is past the periods of these configurations, or says what would be. `progress`: up to which position of which.
///
/// # Errors
/// A sentence for the operator: the ledger cannot be opened, read or written. So with all that follow.
pub fn run_retention(
    place: &Place,
    configs: &[Config],
    mode: RunMode,
    progress: impl FnMut(u64, u64),
) -> Result<RetentionRun, String> {
    let periods = periods(configs.iter());
    if periods.is_empty() {
        return Err(
            "found no `backend.retention` in the configuration, expected the days that records are kept"
                .into(),
        );
    }
    match mode {
        RunMode::Dry => {
            on_ledger_to_read(place, async |ledger| run(ledger, &periods, now(), mode, progress).await)
        }
        RunMode::Erase => on_ledger(place, async |ledger| run(ledger, &periods, now(), mode, progress).await),
    }
}

/// The last runs of the retention, the newest first.
///
/// # Errors
/// See [`run_retention`].
pub fn retention_runs(place: &Place, limit: u32) -> Result<Vec<RetentionRun>, String> {
    on_ledger_to_read(place, async |ledger| ledger.retention_runs(limit).await)
}

/// What is on hold, by site.
///
/// # Errors
/// See [`run_retention`].
pub fn holds(place: &Place) -> Result<Vec<Hold>, String> {
    on_ledger_to_read(place, async |ledger| ledger.holds().await)
}

/// Puts a site or a subject on hold.
///
/// # Errors
/// See [`run_retention`]; or it is on hold already, the site has no receipts, or the reason is too long.
pub fn add_hold(
    place: &Place,
    site: SiteKey,
    subject: Option<Subject>,
    reason: String,
) -> Result<(), String> {
    let length = reason.chars().count();
    if length > MAX_REASON || reason.contains(char::is_control) {
        return Err(format!("reason: found {length} characters, expected at most {MAX_REASON} in one line"));
    }
    let hold = Hold { site, subject, reason, since: now() };
    let added = on_ledger(place, async |ledger| {
        check_has_receipts(ledger, &hold.site).await?;
        ledger.add_hold(hold).await.map_err(|error| error.to_string())
    });
    match added? {
        true => Ok(()),
        false => {
            Err("found a hold on the same already, expected none: `consentry retention holds` lists them"
                .into())
        }
    }
}

/// Ends a hold.
///
/// # Errors
/// See [`run_retention`]; or there is none.
pub fn release_hold(place: &Place, site: SiteKey, subject: Option<Subject>) -> Result<(), String> {
    let released = on_ledger(place, async |ledger| {
        let released = ledger.remove_hold(site, subject).await?;
        ledger.wipe().await?;
        Ok::<_, LedgerError>(released)
    });
    match released? {
        true => Ok(()),
        false => Err("found no such hold, expected one: `consentry retention holds` lists them".into()),
    }
}

/// Works on a ledger that has to be there.
fn on_ledger<T, E: Display>(
    place: &Place,
    work: impl AsyncFnOnce(&dyn Ledger) -> Result<T, E>,
) -> Result<T, String> {
    place.check()?;
    wait_for(async {
        let ledger = place.open().await?;
        work(ledger.as_ref()).await.map_err(|error| error.to_string())
    })
}

/// Reads a ledger, and changes nothing.
fn on_ledger_to_read<T>(
    place: &Place,
    work: impl AsyncFnOnce(&dyn Ledger) -> Result<T, LedgerError>,
) -> Result<T, String> {
    wait_for(async {
        let ledger = place.open_to_read().await?;
        work(ledger.as_ref()).await.map_err(|error| error.to_string())
    })
}
