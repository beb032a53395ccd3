//! What is erased, and what is recorded of it: an entry in the site's log that names the places which say nothing any more. Holds
//! nothing of a receipt, and nothing that leads back to whose it was.

use std::ops::RangeInclusive;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use serde::{Deserialize, Serialize};

use crate::log::{Hash, Salt, entry};
use crate::{Ledger, LedgerError};

/// Which receipts of a site go.
#[derive(Clone, Debug)]
pub enum Erase {
    /// All of a subject. A hold on the subject refuses it.
    Subject(Subject),
    /// Those at these positions, but for the ones of subjects on hold.
    Receipts(Vec<u64>),
}

/// Who asked for an erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErasedBy {
    /// Whoever holds the visitor's secret.
    Visitor,
    /// The site's owner, by a token or a command.
    Owner,
    /// The periods that the owner configured.
    Retention,
}

impl ErasedBy {
    /// The word in records and stores.
    pub fn name(self) -> &'static str {
        match self {
            ErasedBy::Visitor => "visitor",
            ErasedBy::Owner => "owner",
            ErasedBy::Retention => "retention",
        }
    }

    /// The opposite of [`ErasedBy::name`].
    pub fn named(name: &str) -> Option<ErasedBy> {
        [ErasedBy::Visitor, ErasedBy::Owner, ErasedBy::Retention].into_iter().find(|by| by.name() == name)
    }
}

/// An erasure, as it stands in the log of its site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its own place in the log.
    pub leaf: u64,
    /// When it was done, by the server's clock.
    pub received: Time,
    pub by: ErasedBy,
    /// The places of what was erased.
    pub leaves: Leaves,
    /// What hides it in its leaf.
    pub salt: Salt,
}

impl Erasure {
    /// What its leaf was made of.
    pub fn entry(&self, site: &SiteKey) -> Hash {
        entry(&self.salt, &record_text(site, self.by, &self.leaves, self.received))
    }
}

/// What was recorded, as the bytes that are hashed: `{"erasure":{"v":1,"site":…,"by":…,"leaves":[[3,4],[9,9]]},"received":"…"}`,
/// without spaces.
pub fn record_text(site: &SiteKey, by: ErasedBy, leaves: &Leaves, received: Time) -> String {
    let (by, leaves) = (by.name(), leaves.to_text());
    format!(
        "{{\"erasure\":{{\"v\":1,\"site\":\"{site}\",\"by\":\"{by}\",\"leaves\":{leaves}}},\"received\":\"{received}\"}}"
    )
}

/// Places in a log, as runs that neither overlap nor touch, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaves(Vec<(u64, u64)>);

impl Leaves {
    /// Of leaves in any order.
    pub fn of(leaves: impl IntoIterator<Item = u64>) -> Leaves {
        Leaves::of_runs(leaves.into_iter().map(|leaf| (leaf, leaf)).collect())
    }

    /// Of runs in any order, each the first and the last leaf.
    pub fn of_runs(mut runs: Vec<(u64, u64)>) -> Leaves {
        runs.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::new();
        for (first, last) in runs {
            match joined.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        Leaves(joined)
    }

    /// All leaves of several.
    pub fn join<'a>(all: impl IntoIterator<Item = &'a Leaves>) -> Leaves {
        Leaves::of_runs(all.into_iter().flat_map(|leaves| leaves.0.iter().copied()).collect())
    }

    /// The runs.
    pub fn runs(&self) -> impl Iterator<Item = RangeInclusive<u64>> + '_ {
        self.0.iter().map(|(first, last)| *first..=*last)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// The last one.
    pub fn last(&self) -> Option<u64> {
        self.0.last().map(|(_, last)| *last)
    }

    /// Whether this is one of them.
    pub fn contains(&self, leaf: u64) -> bool {
        let at = self.0.partition_point(|(first, _)| *first <= leaf);
        at.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, last)| leaf <= *last)
    }

    /// Those that are not among the others.
    pub fn without(&self, others: &Leaves) -> Leaves {
        let mut left = Vec::new();
        for (first, last) in &self.0 {
            let mut from = *first;
            let at = others.0.partition_point(|(_, other_last)| other_last < first);
            for (other_first, other_last) in others.0.iter().skip(at).take_while(|(other, _)| other <= last) {
                if from < *other_first {
                    left.push((from, other_first - 1));
                }
                from = from.max(other_last + 1);
            }
            if from <= *last {
                left.push((from, *last));
            }
        }
        Leaves(left)
    }

    /// The one text for them: `[[3,4],[9,9]]`.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// Reads [`Leaves::to_text`]; nothing where it is no such text.
    pub fn parse(text: &str) -> Option<Leaves> {
        let runs: Vec<(u64, u64)> = serde_json::from_str(text).ok()?;
        let leaves = Leaves(runs);
        let in_order = leaves.0.iter().all(|(first, last)| first <= last && *last < u64::MAX)
            && leaves.0.windows(2).all(|pair| matches!(pair, [before, after] if before.1 + 1 < after.0));
        in_order.then_some(leaves)
    }
}

/// Erases all receipts of a subject on a site, and answers how many there were, once nothing of them is in any file.
/// For whoever has to hear of it a message is stored in the same moment ([`crate::event`]): it keeps the subject until it is told or
/// given up.
///
/// # Errors
/// They are on hold, or the store failed: then what was begun is ended when the ledger is opened again.
pub async fn erase_subject(
    ledger: &dyn Ledger,
    site: SiteKey,
    subject: Subject,
    by: ErasedBy,
    at: Time,
) -> Result<u64, LedgerError> {
    let erased = ledger.erase(site, Erase::Subject(subject), by, at).await?;
    ledger.wipe().await?;
    Ok(erased)
}

#[cfg(test)]
mod tests {
    use super::Leaves;

    #[test]
    fn leaves_are_runs_in_order() {
        let check = |leaves: &[u64], text: &str| {
            let runs = Leaves::of(leaves.iter().copied());
            assert_eq!(runs.to_text(), text);
            assert_eq!(Leaves::parse(text), Some(runs.clone()));
            assert_eq!(runs.count(), leaves.len() as u64);
            for leaf in 0..20 {
                assert_eq!(runs.contains(leaf), leaves.contains(&leaf), "{leaf} in {text}");
            }
        };
        check(&[], "[]");
        check(&[0], "[[0,0]]");
        check(&[4, 9, 3, 5, 11], "[[3,5],[9,9],[11,11]]");
    }

    #[test]
    fn leaves_without_others_are_those_that_are_left() {
        let of = |leaves: &[u64]| Leaves::of(leaves.iter().copied());
        for (all, others, left) in [
            (&[1, 2, 3, 4, 5][..], &[3][..], "[[1,2],[4,5]]"),
            (&[1, 2, 3, 7, 8], &[1, 2, 3], "[[7,8]]"),
            (&[1, 2, 3, 7, 8], &[0, 1, 3, 4, 5, 6, 7], "[[2,2],[8,8]]"),
            (&[5], &[5], "[]"),
            (&[5], &[], "[[5,5]]"),
        ] {
            assert_eq!(of(all).without(&of(others)).to_text(), left, "{all:?} without {others:?}");
        }
    }

    #[test]
    fn what_is_no_list_of_runs_in_order_is_refused() {
        for text in ["", "{}", "[[2,1]]", "[[1,2],[3,4]]", "[[3,4],[1,1]]", "[[-1,2]]", "[[1]]"] {
            assert_eq!(Leaves::parse(text), None, "{text}");
        }
    }
}
