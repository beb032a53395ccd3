//! What a visitor granted, and what follows from it for one verdict.

use crate::verdict::{MAX_SERVICES, Verdict, class};

/// The three categories that a visitor can grant, as a set of `1 << class`.
pub const GRANTABLE: u32 = 1 << class::FUNCTIONAL | 1 << class::ANALYTICS | 1 << class::ADVERTISING;

/// What to do with a third-party host that is in no table (`gate.unknown`).
pub mod unknown {
    /// Never release.
    pub const DENY: u32 = 1;
    /// Do not hold.
    pub const RELEASE: u32 = 2;
    // Any other number: hold until every category that the site asks for is granted.
}

/// A set of decisions: one for each category, and for services where they differ from their category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    categories: u32,
    services: [Decision; MAX_SERVICES as usize + 1],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Decision {
    None,
    Denied,
    Granted,
}

impl Grants {
    /// Nothing is granted.
    pub const NONE: Grants = Grants::categories(0);

    /// Grants of whole categories: a set of `1 << class`; what nobody can grant is ignored.
    pub const fn categories(set: u32) -> Grants {
        Grants { categories: set & GRANTABLE, services: [Decision::None; MAX_SERVICES as usize + 1] }
    }

    /// Records a decision about one service, whatever its category's is. No service (0) and one out of
    /// range are ignored: what has none goes by its category.
    pub fn decide_service(&mut self, service: u32, granted: bool) {
        if let Some(decision) = self.services.get_mut(service as usize)
            && service != 0
        {
            *decision = if granted { Decision::Granted } else { Decision::Denied };
        }
    }

    /// Whether anything at all is granted.
    pub fn any(&self) -> bool {
        self.categories != 0 || self.services.contains(&Decision::Granted)
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
            None | Some(Decision::None) => self.categories & 1 << class != 0,
            Some(decision) => *decision == Decision::Granted,
        }
    }
}
