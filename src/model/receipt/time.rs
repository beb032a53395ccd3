//! A moment as receipts write it: RFC 3339, UTC, milliseconds. Reads no clock.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use serde::ser::{Serialize, Serializer};

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
        const FORM: &[u8; 24] = b"0000-00-00T00:00:00.000Z";
        let bytes: &[u8; 24] = text.as_bytes().try_into().ok()?;
        let mut pairs = FORM.iter().zip(bytes);
        if !pairs.all(|(form, byte)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form }) {
            return None;
        }
        let number = |at, end| {
            bytes[at..end].iter().fold(0, |number: i16, digit| number * 10 + i16::from(digit - b'0'))
        };
        let two = |at| number(at, at + 2) as i8;
        let nanoseconds = i32::from(number(20, 23)) * 1_000_000;
        let moment =
            DateTime::new(number(0, 4), two(5), two(8), two(11), two(14), two(17), nanoseconds).ok()?;
        Some(Time(u64::try_from(moment.duration_since(START).as_millis()).ok()?))
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
        let moment = self.moment();
        let (year, month, day) = (moment.year(), moment.month(), moment.day());
        let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
        let millis = moment.millisecond();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
