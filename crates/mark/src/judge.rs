//! Who may act on one page for one visitor.

use std::sync::Arc;

use consentry::classify::rules::{Base, Rules};
use consentry_policy::grants::Grants;

use crate::loads;
use crate::tag::Attribute;

/// Who may act: the site's rules and what this visitor granted.
#[derive(Clone)]
pub(crate) struct Judge {
    pub rules: Arc<Rules>,
    pub grants: Arc<Grants>,
    pub base: Base,
    /// How many documents in attributes this one is in.
    pub depth: u8,
}

/// No page has frames in frames in attributes so deep; what does is held unread.
const DEEPEST: u8 = 8;

impl Judge {
    /// For a document inside of this one, unless that is too deep.
    pub fn inside(&self) -> Option<Judge> {
        (self.depth < DEEPEST).then(|| Judge { depth: self.depth + 1, ..self.clone() })
    }

    /// Whether this URL's host must not be contacted now.
    pub fn holds(&self, url: &str) -> bool {
        self.rules.verdict(url, &self.base).is_some_and(|verdict| !self.rules.allow(verdict, &self.grants))
    }

    /// Whether this attribute makes the browser ask such a host.
    pub fn holds_any(&self, attribute: &Attribute) -> bool {
        loads::urls(attribute).iter().any(|url| self.holds(url))
    }

    /// Whether what an owner marked so may act.
    pub fn allows_mark(&self, mark: &str) -> bool {
        self.rules.allow(self.rules.of_mark(mark), &self.grants)
    }
}
