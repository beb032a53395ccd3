//! One visit: what happens, in which order, when a choice is found, made, followed or lapses. The only
//! place that decides order; the gate carries the effects out one after the other.

use crate::grants::Grants;

/// Something that happened to the visitor's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The page starts with a stored choice in force.
    Found,
    /// The page starts without a choice in force.
    Missing,
    /// The page starts with a choice that held grants and is no longer in force (age, new revision).
    Lapsed,
    /// The visitor, or the page on the visitor's behalf, decides: accept, reject, save or withdraw.
    Decided,
    /// Another tab decided; it stores and reports its decision itself.
    Followed,
}

/// What the edge has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Effect {
    /// Write the choice and its receipt, synchronously.
    Store = 1,
    /// Let nothing that is denied act any more.
    Hold = 2,
    /// Delete the cookies and storage keys of what is denied.
    Erase = 3,
    /// Let what is granted act: persist its writes, run what was held, in order, once.
    Release = 4,
    /// Start sending receipts. Never waited for.
    Report = 5,
    /// Show the banner.
    Ask = 6,
}

/// At most eight effects, first one first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects(u32, u8);

impl Effects {
    fn then(self, effect: Effect) -> Effects {
        Effects(self.0 | (effect as u32) << (4 * self.1), self.1 + 1)
    }

    fn then_if(self, condition: bool, effect: Effect) -> Effects {
        if condition { self.then(effect) } else { self }
    }

    /// Four bits an effect, the first in the lowest; 0 ends the list.
    pub const fn to_bits(self) -> u32 {
        self.0
    }
}

/// The grants in force on this page.
#[derive(Clone, Debug)]
pub struct Session {
    grants: Grants,
}

impl Session {
    /// A visit before anything is known: nothing is granted.
    pub const NEW: Session = Session { grants: Grants::NONE };

    /// The grants in force.
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    /// What follows from `event`, with `grants` the decisions it brings (none for [`Event::Missing`] and
    /// [`Event::Lapsed`], whatever is passed).
    ///
    /// Nothing is released unless the grant is in force and stored first; what is denied is held before
    /// its traces are erased, or it would write them again; and a report comes last, so that no decision
    /// waits for a backend (GDPR article 7(3): withdrawing is as easy as giving).
    pub fn handle(&mut self, event: Event, grants: &Grants) -> Effects {
        let decided = matches!(event, Event::Found | Event::Decided | Event::Followed);
        self.grants = if decided { grants.clone() } else { Grants::NONE };
        let acts = matches!(event, Event::Decided | Event::Lapsed);
        Effects::default()
            .then_if(acts, Effect::Store)
            .then(Effect::Hold)
            .then_if(event != Event::Missing, Effect::Erase)
            .then_if(self.grants.any(), Effect::Release)
            .then_if(acts, Effect::Report)
            .then_if(!decided, Effect::Ask)
    }
}

/// Milliseconds in a day.
const DAY: f64 = 86_400_000.0;

/// Whether a choice made at `time` and stored to last until `expires` is in force at `now` (milliseconds
/// since 1970) where the site lets a choice last `validity` days. A choice from the future (by more than
/// a day, for clocks that disagree) and anything that is not a number is not.
pub fn in_force(time: f64, expires: f64, now: f64, validity: f64) -> bool {
    time <= now + DAY && now < expires && now < time + validity * DAY
}
