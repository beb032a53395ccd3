//! What a visitor granted, and what follows from it for one verdict.

use crate::verdict::{Class, MAX_SERVICES, Verdict};

const WORDS: usize = (MAX_SERVICES as usize + 1) / 32;

/// What to do with a third-party host that is in no table (`gate.unknown`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Hold until every category that the site asks for is granted.
    Hold,
    /// Never release.
    Deny,
    /// Do not hold.
    Release,
}

/// A set of decisions: one for each category, and for services where they differ from their category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    categories: u8,
    decided: [u32; WORDS],
    granted: [u32; WORDS],
}

impl Grants {
    /// Nothing is granted.
    pub const NONE: Grants = Grants { categories: 0, decided: [0; WORDS], granted: [0; WORDS] };

    /// Grants of whole categories: a set of [`Class::bit`]s.
    pub const fn categories(bits: u8) -> Grants {
        Grants { categories: bits, ..Grants::NONE }
    }

    /// Records a decision about one service, whatever its category's is. Services out of range are
    /// ignored: they stay as denied as their category.
    pub fn decide_service(&mut self, service: u16, granted: bool) {
        let (word, bit) = (usize::from(service) / 32, 1u32 << (service % 32));
        let (Some(decided), Some(grants)) = (self.decided.get_mut(word), self.granted.get_mut(word)) else {
            return;
        };
        *decided |= bit;
        *grants = if granted { *grants | bit } else { *grants & !bit };
    }

    /// Whether anything at all is granted.
    pub fn any(&self) -> bool {
        self.categories != 0 || self.granted.iter().any(|word| *word != 0)
    }

    /// Whether a tracker with this verdict may act. `asked` is the set of categories that the site asks
    /// for, `unknown` what it wants for hosts that nobody described.
    pub fn allow(&self, verdict: Verdict, asked: u8, unknown: Unknown) -> bool {
        let (word, bit) = (usize::from(verdict.service) / 32, 1u32 << (verdict.service % 32));
        match verdict.class {
            Class::Necessary => true,
            Class::Unclassified => match unknown {
                Unknown::Hold => asked != 0 && self.categories & asked == asked,
                Unknown::Deny => false,
                Unknown::Release => true,
            },
            class => match (self.decided.get(word), self.granted.get(word)) {
                (Some(decided), Some(granted)) if verdict.service != 0 && decided & bit != 0 => {
                    granted & bit != 0
                }
                _ => self.categories & class.bit() != 0,
            },
        }
    }
}
