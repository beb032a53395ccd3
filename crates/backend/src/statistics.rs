//! What a site's receipts add up to, as it may be told: over a period, along it, and by what tells them apart. Small numbers are held
//! back (`batches`), and what comes today is told a few receipts at a time. Knows no HTTP.

mod batches;
mod course;
mod groups;
mod period;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use consentry::model::config::SiteKey;
use consentry_ledger::day::Day;
use consentry_ledger::sums::{DaySums, Grouping, Sums, Tally};
use consentry_ledger::{Ledger, LedgerError};

use self::batches::{Batches, stretch_of};
pub use self::groups::{Group, Told};
pub use self::period::Period;

/// Numbers below this are not told (`batches`).
pub const SMALLEST: u64 = 5;

/// What is told of a period.
#[derive(Debug)]
pub struct Report {
    pub period: Period,
    /// The decisions that visitors made by their own act.
    pub all: Tally,
    /// The same of the period of the same length before.
    pub before: Tally,
    /// The period in equal parts, the oldest first. The last one may be shorter.
    pub parts: Vec<Part>,
    groups: BTreeMap<Grouping, Told>,
}

/// A part of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub period: Period,
    pub tally: Tally,
}

impl Report {
    /// What is told of a grouping.
    pub fn groups(&self, grouping: Grouping) -> &Told {
        static NOTHING: Told = Told { groups: Vec::new(), holds_back: false };
        self.groups.get(&grouping).unwrap_or(&NOTHING)
    }

    /// The first day that a report on a period is made from.
    fn first_day(period: Period) -> Day {
        stretch_of(period.before().unwrap_or(period).from)
    }

    /// The report on a period, from the sums of the days from [`first_day`](Self::first_day) on up to its end.
    fn new(days: &[DaySums], period: Period) -> Report {
        let before = period.before();
        let mut parts: Vec<Part> =
            period.parts().map(|period| Part { period, tally: Tally::default() }).collect();
        let (mut all, mut all_before) = (Tally::default(), Tally::default());
        let mut batches = Batches::default();
        for DaySums { day, sums } in days {
            let Some(tally) = batches.add(*day, sums.all()) else { continue };
            if period.contains(*day) {
                all.add(tally);
                if let Some(part) = parts.iter_mut().find(|part| part.period.contains(*day)) {
                    part.tally.add(tally);
                }
            } else if before.is_some_and(|before| before.contains(*day)) {
                all_before.add(tally);
            }
        }
        let groups =
            Grouping::ALL.map(|grouping| (grouping, groups::told(days, period, grouping, &parts))).into();
        Report { period, all, before: all_before, parts, groups }
    }
}

/// The statistics of all sites, with what was told of today.
#[derive(Default)]
pub struct Statistics {
    today: Mutex<BTreeMap<SiteKey, DaySums>>,
}

impl Statistics {
    /// The report on a period of a site; without one, on everything that there is. `today` is the current day.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn report(
        &self,
        ledger: &dyn Ledger,
        site: &SiteKey,
        period: Option<Period>,
        today: Day,
    ) -> Result<Report, LedgerError> {
        let (first, last) =
            period.map_or((Day::FIRST, today), |period| (Report::first_day(period), period.to));
        let mut days = ledger.statistics(site.clone(), first, last).await?;
        self.hold_today(site, &mut days, today);
        let everything = || {
            let first = days.first().map_or(today, |first| first.day.min(today));
            Period { from: first, to: today }
        };
        Ok(Report::new(&days, period.unwrap_or_else(everything)))
    }

    /// Puts what was told of today in place of what is known, until enough receipts more have come: nobody learns what one visitor
    /// chose by asking before and after.
    fn hold_today(&self, site: &SiteKey, days: &mut [DaySums], today: Day) {
        // What is too little to be told by itself, with nothing held back from earlier days, was not told.
        let was_told = |told: &Sums| days.len() > 1 || told.receipts() >= SMALLEST;
        let mut all_told = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let told = all_told.get(site).filter(|told| told.day == today && was_told(&told.sums));
        let Some(newest) = days.last_mut().filter(|newest| newest.day == today) else { return };
        match told {
            Some(told) if newest.sums.receipts() < told.sums.receipts() + SMALLEST => {
                newest.sums = told.sums.clone();
            }
            _ => drop(all_told.insert(site.clone(), newest.clone())),
        }
    }
}

/// Which share of the decisions granted something, from 0 to 1; nothing where nobody decided.
pub fn rate(tally: Tally) -> Option<f64> {
    (tally.decided > 0).then(|| tally.accepted as f64 / tally.decided as f64)
}

#[cfg(test)]
mod tests;
