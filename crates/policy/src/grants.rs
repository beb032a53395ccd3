//! What a visitor granted, and what follows from it for one verdict.

use crate::verdict::{MAX_SERVICES, Verdict, class};

const WORDS: usize = (MAX_SERVICES as usize + 1) / 32;

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
    decided: [u32; WORDS],
    granted: [u32; WORDS],
}

impl Grants {
    /// Nothing is granted.
    pub const NONE: Grants = Grants { categories: 0, decided: [0; WORDS], granted: [0; WORDS] };

    /// Grants of whole categories: a set of `1 << class`; what nobody can grant is ignored.
    pub const fn categories(set: u32) -> Grants {
        Grants { categories: set & GRANTABLE, ..Grants::NONE }
    }

    /// Records a decision about one service, whatever its category's is. No service (0) and one out of
    /// range are ignored: what has none goes by its category.
    pub fn decide_service(&mut self, service: u32, granted: bool) {
        let (word, bit) = (service as usize / 32, 1 << (service % 32));
        if let (Some(decided), Some(grants)) = (self.decided.get_mut(word), self.granted.get_mut(word))
            && service != 0
        {
            *decided |= bit;
            *grants = if granted { *grants | bit } else { *grants & !bit };
        }
    }

    /// Whether anything at all is granted.
    pub fn any(&self) -> bool {
        self.categories != 0 || self.granted.iter().any(|word| *word != 0)
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
        let (word, bit) = (verdict.service() as usize / 32, 1 << (verdict.service() % 32));
        match (self.decided.get(word), self.granted.get(word)) {
            (Some(decided), Some(granted)) if decided & bit != 0 => granted & bit != 0,
            _ => self.categories & 1 << class != 0,
        }
    }
}
