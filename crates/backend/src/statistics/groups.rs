//! What is told of a grouping: the total of each group in a period, and of the largest groups the numbers along it (`course`).

use std::collections::BTreeMap;

use consentry_ledger::sums::{DaySums, Grouping, Tally};

use super::batches::{Batch, Batches, sum};
use super::{Part, Period, SMALLEST, course};

/// How many groups are told along the period: the largest. More are too many for a plot.
const MOST_COURSES: usize = 5;

/// What is told of a grouping.
#[derive(Debug, Default)]
pub struct Told {
    /// The largest first.
    pub groups: Vec<Group>,
    /// Whether there are receipts that are not told apart, since there are too few of them.
    pub holds_back: bool,
}

/// The receipts that have a value in common.
#[derive(Debug)]
pub struct Group {
    pub value: String,
    pub tally: Tally,
    /// The same in the parts of the period, which add up to it; none where it is not told along the period.
    pub parts: Vec<Part>,
}

/// The numbers of a grouping. `all`: the parts of the period, with what is told of all in each.
pub fn told(days: &[DaySums], period: Period, grouping: Grouping, all: &[Part]) -> Told {
    let mut held: BTreeMap<&str, Batches> = BTreeMap::new();
    let mut counted: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut batches: BTreeMap<&str, Vec<Batch>> = BTreeMap::new();
    for DaySums { day, sums } in days {
        let is_in = period.contains(*day);
        for (value, tally) in sums.groups(grouping) {
            if is_in {
                counted.entry(value).or_default().add(*tally);
            }
            if let Some(tally) = held.entry(value).or_default().add(*day, *tally).filter(|_| is_in) {
                batches.entry(value).or_default().push((*day, tally));
            }
        }
    }
    let told: BTreeMap<&str, Tally> = batches
        .iter()
        .map(|(value, batches)| (*value, sum(batches.iter().map(|(_, tally)| *tally))))
        .collect();
    let mut holds_back = told != counted;
    let group = |(value, tally): (&str, Tally)| Group { value: value.to_owned(), tally, parts: Vec::new() };
    let mut groups: Vec<Group> = told.into_iter().map(group).collect();
    groups.sort_by(|one, other| {
        other.tally.decided.cmp(&one.tally.decided).then_with(|| one.value.cmp(&other.value))
    });
    // Only these add up to all: a receipt has one of each, and `all` counts no withdrawals.
    let adds_up = matches!(grouping, Grouping::Language | Grouping::Revision | Grouping::Layer);
    if adds_up {
        let told = groups.len();
        hold_back_what_tells_the_rest(&mut groups, sum(all.iter().map(|part| part.tally)));
        holds_back |= groups.len() < told;
    }
    let mut largest: Vec<(&mut Vec<Part>, &[Batch])> = groups
        .iter_mut()
        .take(MOST_COURSES)
        .filter_map(|Group { value, parts, .. }| Some((parts, batches.get(value.as_str())?.as_slice())))
        .collect();
    let ends = if adds_up {
        let batches = largest.iter().flat_map(|(_, batches)| *batches).copied();
        course::ends_that_tell_no_rest(all, batches)
    } else {
        Some(course::ends(all))
    };
    if let Some(ends) = ends {
        largest.iter_mut().for_each(|(parts, batches)| **parts = course::along(all, &ends, batches));
    }
    Told { groups, holds_back }
}

/// Whoever knows how many there are in all knows how many are not told: where these are few, the smallest groups are not told
/// either.
fn hold_back_what_tells_the_rest(groups: &mut Vec<Group>, all: Tally) {
    loop {
        let told: u64 = groups.iter().map(|group| group.tally.decided).sum();
        let rest = all.decided.abs_diff(told);
        if rest == 0 || rest >= SMALLEST || groups.pop().is_none() {
            return;
        }
    }
}
