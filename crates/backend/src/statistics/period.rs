//! A period of whole days, and its equal parts. Reads no clock.

use consentry_ledger::day::Day;

/// How many days each part has at most one of.
const MOST_SINGLE_DAYS: u32 = 31;
/// How many parts a longer period has at most.
const MOST_PARTS: u32 = 40;

/// Days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Day,
    pub to: Day,
}

impl Period {
    /// So many days, of which this is the last.
    pub fn of_days(days: u32, to: Day) -> Period {
        Period { from: to.minus(days.saturating_sub(1)), to }
    }

    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// How many days it has.
    pub fn days(self) -> u32 {
        self.from.days_to(self.to)
    }

    /// As many days before it; nothing where there are none.
    pub fn before(self) -> Option<Period> {
        (self.from > Day::FIRST).then(|| Period::of_days(self.days(), self.from.minus(1)))
    }

    /// Its parts: days, or as many whole weeks each as keep them few.
    pub fn parts(self) -> impl Iterator<Item = Period> {
        let days = match self.days() {
            days if days <= MOST_SINGLE_DAYS => 1,
            days => 7 * days.div_ceil(7 * MOST_PARTS),
        };
        let begins = (0..self.days().div_ceil(days)).map(move |part| self.from.plus(part * days));
        begins.map(move |from| Period { from, to: from.plus(days - 1).min(self.to) })
    }
}
