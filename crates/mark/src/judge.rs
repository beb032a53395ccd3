//! Who may act on one page for one visitor.

use std::sync::Arc;

use consentry::classify::rules::{Base, Rules};
use consentry_policy::grants::Grants;

use crate::loads;
use crate::tag::{Attribute, Tag};

/// Who may act: the site's rules and what this visitor granted.
#[derive(Clone)]
pub(crate) struct Judge {
    pub rules: Arc<Rules>,
    pub grants: Arc<Grants>,
    pub base: Base,
    /// Bases that count if the page is not read here as the browser reads it.
    pub others: Vec<Base>,
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
        let may = |verdict| self.rules.allow(verdict, &self.grants);
        let held = |base| self.rules.verdict(url, base).is_some_and(|verdict| !may(verdict));
        held(&self.base) || self.others.iter().any(held)
    }

    /// Whether this attribute makes the browser ask such a host.
    pub fn holds_any(&self, tag: &Tag, attribute: &Attribute) -> bool {
        loads::urls(tag, attribute).iter().any(|url| self.holds(url))
    }

    /// The origins that these URLs name, for the gate: it judges by what it can read in the tag.
    pub fn origins<'a>(&self, urls: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let mut origins: Vec<_> =
            urls.into_iter().filter_map(|url| self.rules.origin(url, &self.base)).collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// Whether what an owner marked so may act.
    pub fn allows_mark(&self, mark: &str) -> bool {
        self.rules.allow(self.rules.of_mark(mark), &self.grants)
    }
}
