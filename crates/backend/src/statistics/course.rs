//! How the groups of a grouping go along a period: which of their batches each part tells. Where the groups add up to all, a batch
//! may be told a part later than it was counted: what they leave out of all is nobody or several in each part too, and in parts
//! that follow each other. So the course tells no more of a visitor than the totals, which it adds up to.

use std::collections::BTreeMap;

use consentry_ledger::day::Day;
use consentry_ledger::sums::Tally;

use super::batches::{Batch, sum};
use super::{Part, SMALLEST};

/// Up to which day each part has told batches; nothing where there are none yet.
pub type Ends = Vec<Option<Day>>;

/// How many decided that no group tells, and how many of these accepted. Below zero where all are told later than the groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rest {
    decided: i64,
    accepted: i64,
}

impl Rest {
    fn of(all: Tally, told: Tally) -> Rest {
        let less = |all: u64, told: u64| all.cast_signed() - told.cast_signed();
        Rest { decided: less(all.decided, told.decided), accepted: less(all.accepted, told.accepted) }
    }

    /// Whether nobody, or several, came to what is not told between the one and the other.
    fn hides_from(self, other: Rest) -> bool {
        self == other || self.decided.abs_diff(other.decided) >= SMALLEST
    }
}

/// Each part tells its own days.
pub fn ends(parts: &[Part]) -> Ends {
    parts.iter().map(|part| Some(part.period.to)).collect()
}

/// Each part tells as many days as it may, the last one all that there are; nothing where that would tell a rest of a few.
/// `all`: the parts with what is told of all. `batches`: those of all groups together.
pub fn ends_that_tell_no_rest(all: &[Part], batches: impl Iterator<Item = Batch>) -> Option<Ends> {
    let (last, earlier) = all.split_last()?;
    let told = told_until(batches);
    let rest = |all: Tally, end: Option<Day>| {
        let days = told.partition_point(|(day, _)| Some(*day) <= end);
        Rest::of(all, days.checked_sub(1).map_or_else(Tally::default, |newest| told[newest].1))
    };
    let whole = rest(sum(all.iter().map(|part| part.tally)), Some(last.period.to));
    let mut rests = vec![Rest::default(), whole];
    let (mut ends, mut end, mut counted) = (Ends::new(), None, Tally::default());
    for part in earlier {
        counted.add(part.tally);
        let newest_first = told.iter().rev().map(|(day, _)| Some(*day));
        let mut new =
            newest_first.skip_while(|day| *day > Some(part.period.to)).take_while(move |day| *day > end);
        let tells_nobody =
            |end: &Option<Day>| rests.iter().all(|other| rest(counted, *end).hides_from(*other));
        end = new.find(tells_nobody).unwrap_or(end);
        rests.push(rest(counted, end));
        ends.push(end);
    }
    // The last part tells what is left. Where that would tell of a few, it also tells what was to be told last before it.
    while !earlier.is_empty() && !rest(counted, end).hides_from(whole) {
        let newest = Some(end?);
        let before = ends.iter().copied().filter(|before| *before < newest).max().unwrap_or_default();
        ends.iter_mut().for_each(|one| *one = (*one).min(before));
        end = before;
    }
    ends.push(Some(last.period.to));
    Some(ends)
}

/// How many there are up to each day on which something is told.
fn told_until(batches: impl Iterator<Item = Batch>) -> Vec<Batch> {
    let mut days: BTreeMap<Day, Tally> = BTreeMap::new();
    batches.for_each(|(day, tally)| days.entry(day).or_default().add(tally));
    let mut so_far = Tally::default();
    let add = |(day, tally)| {
        so_far.add(tally);
        (day, so_far)
    };
    days.into_iter().map(add).collect()
}

/// The parts of a group.
pub fn along(all: &[Part], ends: &Ends, batches: &[Batch]) -> Vec<Part> {
    let mut from = None;
    let part = |(part, end): (&Part, &Option<Day>)| {
        let told = batches.iter().filter(|(day, _)| from < Some(*day) && Some(*day) <= *end);
        let tally = sum(told.map(|(_, tally)| *tally));
        from = *end;
        Part { period: part.period, tally }
    };
    all.iter().zip(ends).map(part).collect()
}
