//! A moment as receipts write it: RFC 3339, UTC, milliseconds. Reads no clock.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use serde::de::{Deserialize, Deserializer, Error, Unexpected};

/// Milliseconds since 1970-01-01T00:00:00Z, from year 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// 1970-01-01T00:00:00Z. A date with a time of day, not `jiff`'s timestamp, which ends a day before the year
/// 9999 does.
const START: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);
/// 9999-12-31T23:59:59.999Z.
const LAST: u64 = 253_402_300_799_999;

impl Time {
    /// That many milliseconds after 1970, at most the end of the year 9999.
    pub fn from_millis(millis: u64) -> Time {
        Time(millis.min(LAST))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> u64 {
        self.0
    }

    /// Reads exactly `YYYY-MM-DDThh:mm:ss.sssZ`. No leap seconds, as in JavaScript's `toISOString`.
    pub fn parse(text: &str) -> Option<Time> {
        let moment: DateTime = text.strip_suffix('Z')?.parse().ok()?;
        let time = Time(u64::try_from(moment.duration_since(START).as_millis()).ok()?);
        // `jiff` reads more forms than this one: what is not written back as it was is another form.
        (time.to_string() == text).then_some(time)
    }

    /// The day alone, `YYYY-MM-DD`, in UTC.
    pub fn day(self) -> String {
        self.moment().date().to_string()
    }

    /// The date and the time of day.
    fn moment(self) -> DateTime {
        START.saturating_add(SignedDuration::from_millis(self.0 as i64))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}Z", self.moment())
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bad = || D::Error::invalid_value(Unexpected::Str(&text), &"a time in milliseconds and UTC");
        Time::parse(&text).ok_or_else(bad)
    }
}
