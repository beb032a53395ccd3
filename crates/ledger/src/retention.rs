//! What is kept no longer: the periods of each site, and the run that erases what is past them. Reads no clock and no configuration.
//!
//! A receipt is in force until it ends by age or the next one of its visitor replaces it, and is then kept for the proof: so long
//! the owner must be able to show that there was consent (GDPR article 7(1)).

use std::collections::{BTreeMap, BTreeSet};

use consentry::model::config::SiteKey;
use consentry::model::observation::Observation;
use consentry::model::receipt::{Subject, Time};
use serde::{Deserialize, Serialize};

use crate::erasure::{Erase, ErasedBy};
use crate::hold::Hold;
use crate::{Ledger, LedgerError, ReceiptRange};

/// How many receipts are erased at a time: few, so that those that come wait no more than milliseconds.
const BATCH: usize = 200;
const DAY: u64 = 86_400_000;

/// How many days the records of a site are kept; for ever where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Periods {
    /// Receipts, after they ended.
    pub receipts: Option<u32>,
    /// What pages observed, after the day when it was last seen.
    pub observations: Option<u32>,
}

/// What has a period of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordClass {
    Receipts,
    Observations,
}

impl RecordClass {
    /// The word for it, as in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            RecordClass::Receipts => "receipts",
            RecordClass::Observations => "observations",
        }
    }
}

/// What a run did, or would do, with the records of a class on a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedRecords {
    pub site: String,
    pub class: RecordClass,
    /// How many were erased.
    pub erased: u64,
    /// How many were kept though their time is over: they are on hold.
    pub held: u64,
}

/// A run of the retention, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionRun {
    pub at: Time,
    /// Sites and classes of which something was past its period.
    pub erased: Vec<ErasedRecords>,
}

impl RetentionRun {
    /// What it erased, as a store keeps it.
    pub(crate) fn erased_text(&self) -> String {
        serde_json::to_string(&self.erased).unwrap_or_default()
    }

    /// The run of which a store kept this. What only a later program understands is left out.
    pub(crate) fn stored(at: Time, erased: &str) -> RetentionRun {
        RetentionRun { at, erased: serde_json::from_str(erased).unwrap_or_default() }
    }
}

/// Receipts that are not in force any more.
#[derive(Clone, Debug, Default)]
pub struct EndedReceipts {
    pub receipts: Vec<EndedReceipt>,
    /// Behind which position the next part begins; nothing at the end of the ledger.
    pub next: Option<u64>,
}

/// A receipt that is not in force any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedReceipt {
    pub position: u64,
    pub site: SiteKey,
    pub subject: Subject,
    /// When it ended, counted from when it came: the visitor's clock says nothing of how long it is kept.
    pub ended: Time,
}

/// Whether a run erases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// Counts what would be erased, and changes nothing.
    Dry,
    Erase,
}

/// Goes through the ledger, and erases what is past the periods of its site. What it did is kept in the ledger. `progress` is told
/// how far it is: up to which position, of which.
///
/// # Errors
/// The store failed. What was erased until then is gone; the next run goes on.
pub async fn run(
    ledger: &dyn Ledger,
    periods: &BTreeMap<SiteKey, Periods>,
    now: Time,
    mode: RunMode,
    mut progress: impl FnMut(u64, u64),
) -> Result<RetentionRun, LedgerError> {
    let holds = Holds::of(ledger.holds().await?);
    let mut counts = Counts::default();
    erase_observations(ledger, periods, &holds, now, mode, &mut counts).await?;
    let ends: BTreeMap<&SiteKey, Time> = periods
        .iter()
        .filter_map(|(site, periods)| Some((site, days_before(now, periods.receipts?))))
        .collect();
    if let Some(latest) = ends.values().max() {
        let newest = ledger.receipts(ReceiptRange { before: None, limit: 1 }).await?;
        let last = newest.first().map_or(0, |newest| newest.position);
        let mut next = Some(0);
        while let Some(after) = next {
            let part = ledger.ended_receipts(after, *latest).await?;
            let mut over: BTreeMap<&SiteKey, Vec<u64>> = BTreeMap::new();
            for receipt in &part.receipts {
                if ends.get(&receipt.site).is_none_or(|end| receipt.ended >= *end) {
                    continue;
                }
                if holds.has(&receipt.site, &receipt.subject) {
                    counts.of(&receipt.site, RecordClass::Receipts).held += 1;
                } else {
                    over.entry(&receipt.site).or_default().push(receipt.position);
                }
            }
            for (site, positions) in over {
                for batch in positions.chunks(BATCH) {
                    let erased = erase_batch(ledger, site, batch, now, mode).await?;
                    counts.of(site, RecordClass::Receipts).erased += erased;
                }
            }
            next = part.next;
            progress(next.unwrap_or(last).min(last), last);
        }
    }
    let run = RetentionRun { at: now, erased: counts.0.into_values().collect() };
    if mode == RunMode::Erase {
        ledger.wipe().await?;
        ledger.add_retention_run(run.clone()).await?;
    }
    Ok(run)
}

/// How many receipts of a batch were erased, or would be.
async fn erase_batch(
    ledger: &dyn Ledger,
    site: &SiteKey,
    batch: &[u64],
    now: Time,
    mode: RunMode,
) -> Result<u64, LedgerError> {
    if mode == RunMode::Dry {
        return Ok(batch.len() as u64);
    }
    match ledger.erase(site.clone(), Erase::Receipts(batch.to_vec()), ErasedBy::Retention, now).await {
        // A hold came since the run began.
        Err(LedgerError::Held(_)) => Ok(0),
        erased => erased,
    }
}

async fn erase_observations(
    ledger: &dyn Ledger,
    periods: &BTreeMap<SiteKey, Periods>,
    holds: &Holds,
    now: Time,
    mode: RunMode,
    counts: &mut Counts,
) -> Result<(), LedgerError> {
    for (site, periods) in periods {
        let Some(days) = periods.observations else { continue };
        let first_kept = days_before(now, days).day();
        let observations = ledger.observations(site.clone()).await?;
        let over = observations.into_iter().filter(|stored| stored.last < first_kept);
        let over: Vec<Observation> = over.map(|stored| stored.observation).collect();
        if over.is_empty() {
            continue;
        }
        let count = counts.of(site, RecordClass::Observations);
        if holds.sites.contains(site) {
            count.held += over.len() as u64;
            continue;
        }
        count.erased += over.len() as u64;
        if mode == RunMode::Erase {
            ledger.forget_observations(site.clone(), over).await?;
        }
    }
    Ok(())
}

fn days_before(now: Time, days: u32) -> Time {
    Time::from_millis(now.millis().saturating_sub(u64::from(days) * DAY))
}

/// What is on hold, for looking up.
struct Holds {
    sites: BTreeSet<SiteKey>,
    subjects: BTreeSet<(SiteKey, Subject)>,
}

impl Holds {
    fn of(holds: Vec<Hold>) -> Holds {
        let mut of = Holds { sites: BTreeSet::new(), subjects: BTreeSet::new() };
        for Hold { site, subject, .. } in holds {
            match subject {
                Some(subject) => drop(of.subjects.insert((site, subject))),
                None => drop(of.sites.insert(site)),
            }
        }
        of
    }

    fn has(&self, site: &SiteKey, subject: &Subject) -> bool {
        self.sites.contains(site) || self.subjects.contains(&(site.clone(), subject.clone()))
    }
}

/// How many records of each site and class were past their period.
#[derive(Default)]
struct Counts(BTreeMap<(SiteKey, RecordClass), ErasedRecords>);

impl Counts {
    fn of(&mut self, site: &SiteKey, class: RecordClass) -> &mut ErasedRecords {
        let none = || ErasedRecords { site: site.to_string(), class, erased: 0, held: 0 };
        self.0.entry((site.clone(), class)).or_insert_with(none)
    }
}
