//! What is asked about, with as much as is known of it.

use crate::host::{domain, trimmed};

/// What it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubjectKind {
    #[default]
    Cookie,
    /// A key of local or session storage: the rules of cookies' names.
    Storage,
    /// A host, or the host of a URL.
    Url,
}

impl SubjectKind {
    /// The kind of this name, if there is one.
    pub fn named(name: &str) -> Option<SubjectKind> {
        match name {
            "cookie" => Some(SubjectKind::Cookie),
            "storage" => Some(SubjectKind::Storage),
            "url" => Some(SubjectKind::Url),
            _ => None,
        }
    }
}

/// A cookie, a storage key or a host. Everything but the name may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject<'a> {
    pub kind: SubjectKind,
    /// The name, or the host.
    pub name: &'a str,
    /// The cookie's `Domain`, or the host that it belongs to.
    pub domain: Option<&'a str>,
    /// The host of the page.
    pub site: Option<&'a str>,
    /// The host of the script that set it.
    pub setter: Option<&'a str>,
    /// Whether it belongs to another site than the page's; where nobody says so, the two hosts are compared.
    pub third_party: Option<bool>,
    pub path: Option<&'a str>,
    /// Whole seconds from its setting to its end; of a session cookie none.
    pub lifetime: Option<u64>,
    pub session: Option<bool>,
    pub http_only: Option<bool>,
    pub host_only: Option<bool>,
    pub secure: Option<bool>,
    /// `lax`, `strict`, `no_restriction` or `unspecified`, as browsers' extensions write it.
    pub same_site: Option<&'a str>,
    pub value: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// Only a name.
    pub fn new(kind: SubjectKind, name: &'a str) -> Subject<'a> {
        Subject { kind, name, ..Subject::default() }
    }

    /// Whether it belongs to another site, as far as that is known.
    pub fn is_third_party(&self) -> Option<bool> {
        let compared = || Some(domain(&trimmed(self.domain?)) != domain(&trimmed(self.site?)));
        self.third_party.or_else(compared)
    }

    /// The host that set it, if that was not the page's own site: the script's, or the cookie's.
    pub fn third_party_host(&self) -> Option<String> {
        let site = self.site.map(trimmed);
        let is_third_party = |host: &String| {
            !host.is_empty() && site.as_deref().is_none_or(|site| domain(site) != domain(host))
        };
        let of_cookie = || self.domain.filter(|_| self.is_third_party() != Some(false)).map(trimmed);
        self.setter.map(trimmed).filter(is_third_party).or_else(of_cookie).filter(|host| !host.is_empty())
    }
}
