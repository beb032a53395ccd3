//! The site's rules for one page and one visitor: which address may be asked now. Knows no tag, and reads no
//! configuration: that comes compiled, as [`Rules`].

use std::sync::Arc;

use consentry::classify::rules::{Base, Rules};
use consentry::lint::Contact;
use consentry_policy::grants::Grants;

/// The rules, what the visitor granted, and what the page's relative addresses start from.
#[derive(Clone)]
pub(crate) struct PageRules {
    pub rules: Arc<Rules>,
    pub grants: Arc<Grants>,
    base: Base,
    /// Bases that count if the browser reads the page in another way than this crate does.
    doubtful_bases: Vec<Base>,
    /// In how many documents inside of a document this one is.
    depth: u8,
}

/// No page has frames in frames in attributes so deep; what does is held unread.
const DEEPEST: u8 = 8;

/// More bases in templates than any page has.
const MOST_DOUBTFUL_BASES: usize = 8;

impl PageRules {
    pub fn new(rules: Arc<Rules>, grants: Arc<Grants>, base: Base) -> PageRules {
        PageRules { rules, grants, base, doubtful_bases: Vec::new(), depth: 0 }
    }

    /// Relative addresses start from this path of the site.
    pub fn set_path(&mut self, path: &str) {
        self.base = Base::page(path);
    }

    /// For a document inside of this one, unless that is too deep.
    pub fn inside(&self) -> Option<PageRules> {
        (self.depth < DEEPEST).then(|| PageRules { depth: self.depth + 1, ..self.clone() })
    }

    /// Whether these are the rules of a document inside of another one.
    pub fn are_inside(&self) -> bool {
        self.depth > 0
    }

    /// Takes what `<base href>` says as what relative addresses start from.
    pub fn set_base(&mut self, href: &str) {
        self.base = self.base.with(href);
    }

    /// Takes it as what they may start from too.
    pub fn add_doubtful_base(&mut self, href: &str) {
        if self.doubtful_bases.len() < MOST_DOUBTFUL_BASES {
            self.doubtful_bases.push(self.base.with(href));
        }
    }

    /// Whether the host of this address must not be contacted now.
    pub fn holds(&self, address: &str) -> bool {
        let is_held = |base| {
            let verdict = self.rules.verdict(address, base);
            verdict.is_some_and(|verdict| !self.rules.allow(verdict, &self.grants))
        };
        is_held(&self.base) || self.doubtful_bases.iter().any(is_held)
    }

    /// Whether one of these addresses is held.
    pub fn hold_any(&self, addresses: &[String]) -> bool {
        addresses.iter().any(|address| self.holds(address))
    }

    /// The origins that these addresses name, each once.
    pub fn origins<'a>(&self, addresses: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let named = addresses.into_iter().filter_map(|address| self.rules.origin(address, &self.base));
        let mut origins: Vec<_> = named.collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// Whom this address contacts; nothing where that is nobody.
    pub fn contact(&self, address: &str) -> Option<Contact> {
        Contact::of(address, &self.rules, &self.base)
    }

    /// Whether what an owner marked so may act.
    pub fn allow_mark(&self, mark: &str) -> bool {
        self.rules.allow(self.rules.of_mark(mark), &self.grants)
    }
}
