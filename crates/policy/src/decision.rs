//! One visit: what happens, in which order, when a choice is found, made, followed or lapses. The only
//! place that decides order; the gate carries the effects out one after the other.

use crate::grants::Grants;

/// Something that happened to the visitor's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Event {
    /// The page starts with a stored choice in force.
    Found = 0,
    /// The page starts without a choice in force.
    Missing = 1,
    /// The page starts with a choice that held grants and is no longer in force (age, new revision).
    Lapsed = 2,
    /// The visitor, or the page on the visitor's behalf, decides: accept, reject, save or withdraw.
    Decided = 3,
    /// Another tab decided; it stores and reports its decision itself.
    Followed = 4,
}

impl Event {
    /// Every event, in the order of their numbers.
    pub const ALL: [Event; 5] =
        [Event::Found, Event::Missing, Event::Lapsed, Event::Decided, Event::Followed];

    /// The event with this number, if there is one.
    pub const fn from_number(number: u32) -> Option<Event> {
        match number {
            0 => Some(Event::Found),
            1 => Some(Event::Missing),
            2 => Some(Event::Lapsed),
            3 => Some(Event::Decided),
            4 => Some(Event::Followed),
            _ => None,
        }
    }

    /// The number by which the gate's JavaScript speaks of it.
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Event::Found => "found",
            Event::Missing => "missing",
            Event::Lapsed => "lapsed",
            Event::Decided => "decided",
            Event::Followed => "followed",
        }
    }

    /// The name of its constant in JavaScript.
    pub const fn constant(self) -> &'static str {
        match self {
            Event::Found => "FOUND",
            Event::Missing => "MISSING",
            Event::Lapsed => "LAPSED",
            Event::Decided => "DECIDED",
            Event::Followed => "FOLLOWED",
        }
    }
}

/// What the edge has to do, in the order in which it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Effect {
    /// Write the choice and its receipt, synchronously.
    Store = 1,
    /// Let nothing that is denied act any more.
    Hold = 2,
    /// Delete the cookies and storage keys of what is denied.
    Erase = 4,
    /// Let what is granted act: persist its writes, run what was held, in order, once.
    Release = 8,
    /// Start sending receipts. Never waited for.
    Report = 16,
    /// Show the banner.
    Ask = 32,
}

impl Effect {
    /// Every effect, in the order in which they are carried out.
    pub const ALL: [Effect; 6] =
        [Effect::Store, Effect::Hold, Effect::Erase, Effect::Release, Effect::Report, Effect::Ask];

    /// Its bit in a set of effects.
    pub const fn bit(self) -> u32 {
        self as u32
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Effect::Store => "store",
            Effect::Hold => "hold",
            Effect::Erase => "erase",
            Effect::Release => "release",
            Effect::Report => "report",
            Effect::Ask => "ask",
        }
    }

    /// The name of its constant in JavaScript.
    pub const fn constant(self) -> &'static str {
        match self {
            Effect::Store => "STORE",
            Effect::Hold => "HOLD",
            Effect::Erase => "ERASE",
            Effect::Release => "RELEASE",
            Effect::Report => "REPORT",
            Effect::Ask => "ASK",
        }
    }
}

/// What follows from `event`, as a set of [`Effect`]s: the lowest is carried out first. `grants` are the
/// decisions that it brings; afterwards those in force, none for [`Event::Missing`] and [`Event::Lapsed`].
///
/// Nothing is released unless the grant is in force and stored first; what is denied is held before its
/// traces are erased, or it would write them again; and a report comes last, so that no decision waits for a
/// backend (GDPR article 7(3): withdrawing is as easy as giving).
pub fn handle(event: Event, grants: &mut Grants) -> u32 {
    const HOLD: u32 = Effect::Hold as u32;
    const ERASE: u32 = HOLD | Effect::Erase as u32;
    const DECIDE: u32 = ERASE | Effect::Store as u32 | Effect::Report as u32;
    let asks = matches!(event, Event::Missing | Event::Lapsed);
    let effects = match event {
        Event::Found | Event::Followed => ERASE,
        Event::Missing => HOLD,
        Event::Lapsed | Event::Decided => DECIDE,
    };
    if asks {
        *grants = Grants::NONE;
        effects | Effect::Ask as u32
    } else if grants.any() {
        effects | Effect::Release as u32
    } else {
        effects
    }
}

/// Milliseconds in a day.
const DAY: f64 = 86_400_000.0;

/// Whether a choice made at `time` and stored to last until `expires` is in force at `now` (milliseconds
/// since 1970) where the site lets a choice last `validity` milliseconds. A choice from the future (by more
/// than a day, for clocks that disagree) and anything that is not a number is not.
pub fn in_force(time: f64, expires: f64, now: f64, validity: f64) -> bool {
    time <= now + DAY && now < expires && now < time + validity
}
