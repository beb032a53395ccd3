//! A day in UTC. Reads no clock.

use std::fmt;

use consentry::model::receipt::Time;

/// How long a day is.
const MILLIS: u64 = 86_400_000;

/// A day in UTC, from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// 1970-01-01.
    pub const FIRST: Day = Day(0);

    /// The day of a moment.
    pub fn of(time: Time) -> Day {
        // Years have four digits: the number is far below what fits.
        Day((time.millis() / MILLIS) as u32)
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Day> {
        Time::parse(&format!("{text}T00:00:00.000Z")).map(Day::of)
    }

    /// How many days after 1970-01-01 it is.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The day with this number.
    pub fn from_number(number: u32) -> Day {
        Day::of(Time::from_millis(u64::from(number) * MILLIS))
    }

    /// So many days later, as far as years have four digits.
    pub fn plus(self, days: u32) -> Day {
        Day::from_number(self.0.saturating_add(days))
    }

    /// So many days earlier, as far as 1970.
    pub fn minus(self, days: u32) -> Day {
        Day(self.0.saturating_sub(days))
    }

    /// How many days there are from this one to another, both included; none where that is earlier.
    pub fn days_to(self, last: Day) -> u32 {
        (last.0 + 1).saturating_sub(self.0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Time::from_millis(u64::from(self.0) * MILLIS).day())
    }
}

#[cfg(test)]
mod tests {
    use consentry::model::receipt::Time;

    use super::Day;

    #[test]
    fn a_day_is_the_same_after_being_written() {
        for text in ["1970-01-01", "2024-02-29", "2026-11-21", "9999-12-31"] {
            assert_eq!(Day::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "2026-02-29", "2026-1-1", "1969-12-31", "2026-11-21T", "+026-11-21", "10000-01-01"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day::of(Time::from_millis(u64::MAX)).plus(1).to_string(), "9999-12-31");
        assert_eq!(Day::FIRST.minus(1), Day::FIRST);
    }

    #[test]
    fn days_are_counted_with_both_ends() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(day("2026-11-21").days_to(day("2026-11-21")), 1);
        assert_eq!(day("2026-02-28").days_to(day("2026-03-01")), 2);
        assert_eq!(day("2026-11-21").days_to(day("2026-11-20")), 0);
    }
}
