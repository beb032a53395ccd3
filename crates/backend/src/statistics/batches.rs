//! Holds small numbers back: what comes on a day is told on the day when it has become enough, together with what was held back
//! before. So the numbers of two periods, however they are chosen, differ by nothing or by at least [`SMALLEST`]: nobody learns what
//! one visitor chose by taking one from the other. In the long run nothing is missing but what is held back at the moment, and
//! what was at the end of each stretch of a year.

use consentry_ledger::day::Day;
use consentry_ledger::sums::Tally;

use super::SMALLEST;

/// How many days a stretch has. Nothing is held back beyond its end, so that a report needs no day before the stretch in which it
/// begins: the oldest ledger is read as fast as a young one.
const STRETCH: u32 = 365;

/// The first day of the stretch that a day is in; the first stretch began in 1970.
pub fn stretch_of(day: Day) -> Day {
    Day::from_number(day.number() / STRETCH * STRETCH)
}

/// What is told of a group on a day: at least [`SMALLEST`] receipts.
pub type Batch = (Day, Tally);

/// What is held back of one number.
#[derive(Default)]
pub struct Batches {
    held: Tally,
    stretch: Option<Day>,
}

impl Batches {
    /// Adds a day, later than those before; what is told on it, if it is enough by now.
    pub fn add(&mut self, day: Day, tally: Tally) -> Option<Tally> {
        let stretch = Some(stretch_of(day));
        if self.stretch != stretch {
            *self = Batches { held: Tally::default(), stretch };
        }
        self.held.add(tally);
        (self.held.decided >= SMALLEST).then(|| std::mem::take(&mut self.held))
    }
}

/// All of them together.
pub fn sum(tallies: impl Iterator<Item = Tally>) -> Tally {
    let mut sum = Tally::default();
    tallies.for_each(|tally| sum.add(tally));
    sum
}
