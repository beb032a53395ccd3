//! What a receipt's own time is beside the time when it came. Reads no clock.

use super::Time;
use crate::model::checked_types::words;

/// How far the two may be from each other before it is said, in milliseconds.
const A_DAY: u64 = 86_400_000;
/// How long ago a decision may have been made for it to be a page's that had no connection.
const LONGEST_OFFLINE: u64 = 30 * A_DAY;

words! {
    /// What is said of a receipt whose time is more than a day from when it came. The receipt is kept as the page made it,
    /// since it may be the only proof; the time when it came, by the server's clock, is the one to go by.
    ClockFlag {
        /// Decided at most 30 days before: the page could not send it earlier.
        Late = "late",
        /// Decided longer ago, if the visitor's clock is right.
        Behind = "behind",
        /// Decided after it came: the visitor's clock is wrong.
        Ahead = "ahead",
    }
}

impl ClockFlag {
    /// What is to be said of a receipt of this time that came at `received`; nothing where they are within a day.
    pub fn of(time: Time, received: Time) -> Option<ClockFlag> {
        let (time, received) = (time.millis(), received.millis());
        if received.saturating_add(A_DAY) < time {
            Some(ClockFlag::Ahead)
        } else if time.saturating_add(LONGEST_OFFLINE) < received {
            Some(ClockFlag::Behind)
        } else {
            (time.saturating_add(A_DAY) < received).then_some(ClockFlag::Late)
        }
    }
}
