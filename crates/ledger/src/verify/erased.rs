//! Leaves without a receipt: those of recorded erasures, and those that the erasures name. Any other was removed.

use std::ops::RangeInclusive;

use consentry::model::config::SiteKey;

use super::{Entries, Findings, PAGE};
use crate::erasure::Leaves;
use crate::{Ledger, LedgerError};

/// What the recorded erasures of a site say.
pub struct Erased {
    /// The leaves of receipts that were erased.
    receipts: Leaves,
    /// Those that were erased before the check began: none of these receipts may have been there.
    before: Leaves,
    /// The erasures' own leaves.
    own: Leaves,
}

impl Erased {
    /// Reads the erasures of a site, and whether each is the one of its leaf. `size`: how many leaves the log had when the check
    /// began.
    pub async fn read(
        ledger: &dyn Ledger,
        site: &SiteKey,
        size: u64,
        findings: &mut Findings,
    ) -> Result<Erased, LedgerError> {
        let (mut receipts, mut before, mut own) = (Leaves::default(), Leaves::default(), Vec::new());
        let (mut entries, mut after) = (Entries::default(), None);
        loop {
            let erasures = ledger.erasures(site.clone(), after, PAGE).await?;
            let Some(last) = erasures.last() else { break };
            after = Some(last.leaf);
            let mut good = Vec::with_capacity(erasures.len());
            for erasure in &erasures {
                let leaf = erasure.leaf;
                let names_earlier = erasure.leaves.last().is_some_and(|last| last < leaf);
                match entries.at(ledger, site, leaf).await? {
                    Some(logged) if logged == erasure.entry(site) && names_earlier => {
                        good.push(erasure);
                        own.push(leaf);
                    }
                    _ => findings.fault(
                        site,
                        format!("the erasure at leaf {leaf} is not the one that was recorded there"),
                    ),
                }
            }
            let earlier = good.iter().filter(|erasure| erasure.leaf < size).map(|erasure| &erasure.leaves);
            before = Leaves::join([&before].into_iter().chain(earlier));
            receipts =
                Leaves::join([&receipts].into_iter().chain(good.iter().map(|erasure| &erasure.leaves)));
        }
        findings.erased += receipts.count();
        Ok(Erased { receipts, before, own: Leaves::of(own) })
    }

    /// Whether the leaves without a receipt are those that should have none.
    pub fn check_missing(&self, site: &SiteKey, missing: &Leaves, findings: &mut Findings) {
        for run in missing.without(&self.receipts).without(&self.own).runs() {
            findings.fault(site, sentence(&run, "was removed", "were removed"));
        }
        for run in self.before.without(missing).runs() {
            findings.fault(
                site,
                sentence(
                    &run,
                    "is there, but its erasure was recorded",
                    "are there, but their erasure was recorded",
                ),
            );
        }
    }
}

/// What is said of the receipts of leaves.
fn sentence(leaves: &RangeInclusive<u64>, of_one: &str, of_several: &str) -> String {
    let (first, last) = (leaves.start(), leaves.end());
    match first == last {
        true => format!("the receipt of leaf {first} {of_one}"),
        false => format!("the receipts of the leaves {first} to {last} {of_several}"),
    }
}
