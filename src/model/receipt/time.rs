//! A moment as receipts write it: RFC 3339, UTC, milliseconds. Reads no clock.

use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z, from year 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

const DAY: u64 = 86_400_000;
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
        let bytes = text.as_bytes();
        let shape = b"0000-00-00T00:00:00.000Z";
        let fits = |(b, s): (&u8, &u8)| if *s == b'0' { b.is_ascii_digit() } else { b == s };
        if bytes.len() != shape.len() || !bytes.iter().zip(shape).all(fits) {
            return None;
        }
        let number =
            |from: usize, to: usize| bytes[from..to].iter().fold(0, |n, b| n * 10 + u64::from(b - b'0'));
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
        if year < 1970 || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let millis = ((hour * 60 + minute) * 60 + second) * 1000 + number(20, 23);
        let time = Time(days(year, month.clamp(1, 12), day) * DAY + millis);
        // A day that the month does not have comes out as another date.
        (time.date() == (year, month, day)).then_some(time)
    }

    /// The day alone, `YYYY-MM-DD`, in UTC.
    pub fn day(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Year, month and day.
    fn date(self) -> (u64, u64, u64) {
        // Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March.
        let z = self.0 / DAY + 719_468;
        let (era, of_era) = (z / 146_097, z % 146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let march = (5 * of_year + 2) / 153;
        let month = if march < 10 { march + 3 } else { march - 9 };
        (year + era * 400 + u64::from(month <= 2), month, of_year - (153 * march + 2) / 5 + 1)
    }
}

/// Days from 1970-01-01.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = year - u64::from(month <= 2);
    let (era, of_era) = (year / 400, year % 400);
    let march = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * march + 2) / 5 + day;
    // Day 0 comes out a day early, so that the caller sees that it is none; `day` counts from 1.
    (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year).saturating_sub(719_469)
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let (seconds, millis) = (self.0 % DAY / 1000, self.0 % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}
