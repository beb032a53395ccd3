//! What a visitor granted, and what follows from it for one verdict.

use crate::constants_macro::constants;
use crate::verdict::{MAX_SERVICES, Verdict, class};

/// What a visitor can grant, every category but the necessary, as a set of `1 << class`.
pub const GRANTABLE: u32 = (1 << class::UNCLASSIFIED) - 1 - (1 << class::NECESSARY);

constants! {
    /// What to do with a third-party host that is in no table (`gate.unknown`). A number that is not here
    /// means [`HOLD`](unknown::HOLD).
    pub mod unknown: u32 {
        /// Hold until every category that the site asks for is granted.
        HOLD = 0, "hold";
        /// Never release.
        DENY = 1, "deny";
        /// Do not hold.
        RELEASE = 2, "release";
    }
}

constants! {
    /// What was decided about one service.
    pub mod decision: u8 {
        /// Nothing: its category's decision holds for it.
        NONE = 0, "none";
        /// It must not act, whatever its category's decision is.
        DENIED = 1, "denied";
        /// It may act, whatever its category's decision is.
        GRANTED = 2, "granted";
    }
}

/// A set of decisions: one for each category, and for services where they differ from their category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    categories: u32,
    services: [u8; SERVICES],
}

/// Numbers that a service can have, and 0, which is none.
pub const SERVICES: usize = MAX_SERVICES as usize + 1;

impl Grants {
    /// Nothing is granted.
    pub const NONE: Grants = Grants::new(0, [decision::NONE; SERVICES]);

    /// Decisions about whole categories, as a set of `1 << class` that are granted (what nobody can grant is
    /// ignored), and about each service, a number of [`decision`] (no service, 0, is ignored: what has none
    /// goes by its category).
    pub const fn new(categories: u32, mut services: [u8; SERVICES]) -> Grants {
        services[0] = decision::NONE;
        Grants { categories: categories & GRANTABLE, services }
    }

    /// Whether anything at all is granted.
    pub fn any(&self) -> bool {
        self.categories != 0 || self.services.contains(&decision::GRANTED)
    }

    /// Whether a tracker with this verdict may act. `asked` is the set of categories that the site asks
    /// for, `unknown` a number of [`unknown`].
    pub fn allow(&self, verdict: Verdict, asked: u32, unknown: u32) -> bool {
        let class = verdict.class();
        if class == class::NECESSARY || (class >= class::UNCLASSIFIED && unknown == unknown::RELEASE) {
            return true;
        }
        if class >= class::UNCLASSIFIED {
            return unknown != unknown::DENY && asked != 0 && self.categories & asked == asked;
        }
        match self.services.get(verdict.service() as usize) {
            None | Some(&decision::NONE) => self.categories & 1 << class != 0,
            Some(decision) => *decision == decision::GRANTED,
        }
    }
}
