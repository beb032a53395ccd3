//! Holds small numbers back: what comes on a day is told on the day when it has become enough, together with what was held back
//! before. So the numbers of two periods, however they are chosen, differ by nothing or by at least [`SMALLEST`]: nobody learns what
//! one visitor chose by taking one from the other. In the long run nothing is missing but what is held back at the moment.

use consentry_ledger::sums::Tally;

use super::SMALLEST;

/// What is held back of one number.
#[derive(Default)]
pub struct Batches {
    held: Tally,
}

impl Batches {
    /// Adds a day; what is told on it, if it is enough by now.
    pub fn add(&mut self, tally: Tally) -> Option<Tally> {
        self.held.add(tally);
        (self.held.decided >= SMALLEST).then(|| std::mem::take(&mut self.held))
    }
}
