//! What acted on a page though nobody declared it, as a name without a trace of the visitor. Knows no clock
//! and keeps nothing.

mod identifiers;
mod report;

use super::checked_types::words;
use super::config::{Config, CookiePattern, HostPattern, StoragePattern, matches};

use self::identifiers::{host_without_identifiers, is_host, name_without_identifiers, registered};
pub use self::report::Report;

words! {
    /// What was observed.
    ObservationKind {
        /// A host that a page asked.
        Host = "host",
        Cookie = "cookie",
        Storage = "storage",
        /// What a withdrawal could not remove.
        Left = "left",
    }
}

/// One thing that was observed: its runs of digits, and what else looks like an id, are `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    kind: ObservationKind,
    name: String,
}

impl Observation {
    /// The longest name, in characters, before anything in it became `*`.
    pub const LONGEST: usize = 256;

    /// What was observed under this name; nothing where it is no name, or no host where it should be one.
    pub fn new(kind: ObservationKind, name: &str) -> Option<Observation> {
        if kind == ObservationKind::Host && !is_host(name) {
            return None;
        }
        Some(Observation { kind, name: without_identifiers(kind, name)? })
    }

    /// What it is.
    pub fn kind(&self) -> ObservationKind {
        self.kind
    }

    /// As it is stored and shown.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the host is nowhere but in the visitor's own network, which nobody else needs to know of: an
    /// address there, or a name without a dot.
    pub fn is_local(&self) -> bool {
        self.kind == ObservationKind::Host
            && match self.name.parse::<std::net::Ipv4Addr>() {
                Ok(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
                Err(_) => {
                    !self.name.contains('.') || self.name.starts_with('[') || self.name.ends_with(".local")
                }
            }
    }

    /// The narrowest pattern that a configuration can hold which takes it in; nothing where that would take
    /// in far too much, and for what is left of a withdrawal, which is no matter of a declaration.
    pub fn pattern(&self) -> Option<String> {
        let (first, last) = match (self.name.find('*'), self.name.rfind('*')) {
            (Some(first), Some(last)) => (first, last),
            _ => (self.name.len(), self.name.len()),
        };
        if self.kind == ObservationKind::Host {
            let known = self.name.get(last..)?;
            if known.is_empty() {
                return HostPattern::new(&self.name).map(|host| host.as_str().to_owned());
            }
            // A label that is not known whole has no pattern, and those above all who registered there none
            // either.
            let (_, parent) = known.split_once('.')?;
            let labels: Vec<_> = parent.split('.').collect();
            let whole = labels.len() >= registered(&labels);
            return HostPattern::new(parent).filter(|_| whole).map(|host| host.as_str().to_owned());
        }
        let (start, end) = (self.name.get(..first)?, self.name.get(last..)?);
        let pattern = format!("{start}{end}");
        if pattern.contains('*') && pattern.chars().count() <= LEAST_KNOWN {
            return None;
        }
        match self.kind {
            ObservationKind::Cookie => CookiePattern::new(&pattern).map(|it| it.as_str().to_owned()),
            ObservationKind::Storage => StoragePattern::new(&pattern).map(|it| it.as_str().to_owned()),
            ObservationKind::Host | ObservationKind::Left => None,
        }
    }

    /// Whether a pattern of a configuration or a table takes it in.
    pub fn is_in(&self, pattern: &str) -> bool {
        match self.kind {
            ObservationKind::Host => {
                let host = pattern.strip_prefix("*.").unwrap_or(pattern);
                let starred = is_host(host).then(|| host_without_identifiers(host));
                lies_in(&self.name, host) || starred.is_some_and(|host| lies_in(&self.name, &host))
            }
            _ => matches(pattern, &self.name) || matches(&name_without_identifiers(pattern), &self.name),
        }
    }

    /// Whether a site's configuration speaks of it.
    pub fn is_declared(&self, config: &Config) -> bool {
        let services = &config.services;
        match self.kind {
            ObservationKind::Host => {
                let backend = config.backend.as_ref();
                let origins =
                    backend.iter().flat_map(|it| &it.origins).map(|origin| origin.host().to_owned());
                let of_site = origins.chain(backend.map(|it| it.url.host().to_owned()));
                let of_site = of_site.map(|host| host.strip_prefix("www.").unwrap_or(&host).to_owned());
                let gate = config.gate.exempt.iter().chain(&config.gate.first_party);
                let hosts = gate.chain(services.iter().flat_map(|it| &it.hosts));
                hosts.map(|host| host.as_str().to_owned()).chain(of_site).any(|host| self.is_in(&host))
            }
            ObservationKind::Cookie => {
                let cookies = services.iter().flat_map(|it| &it.cookies).map(|it| it.name.as_str());
                cookies.chain(OUR_NAMES).any(|pattern| self.is_in(pattern))
            }
            ObservationKind::Storage => {
                let keys = services.iter().flat_map(|it| &it.storage).map(|it| it.name.as_str());
                keys.chain(OUR_NAMES).any(|pattern| self.is_in(pattern))
            }
            ObservationKind::Left => false,
        }
    }
}

/// The name with `*` for what could be somebody's identifier; nothing where it is no name. Takes the
/// caller's word for it that a host is one.
pub fn without_identifiers(kind: ObservationKind, name: &str) -> Option<String> {
    if !(1..=Observation::LONGEST).contains(&name.chars().count()) || name.contains(char::is_control) {
        return None;
    }
    Some(match kind {
        ObservationKind::Host => host_without_identifiers(name),
        ObservationKind::Cookie | ObservationKind::Storage | ObservationKind::Left => {
            name_without_identifiers(name)
        }
    })
}

/// How many characters a pattern must have beside its `*`: `u*` would be half of a shop's own cookies.
const LEAST_KNOWN: usize = 3;

/// The names of our cookie and our storage keys.
const OUR_NAMES: [&str; 2] = ["consentry", "consentry.*"];

/// Whether a host is another one or below it.
fn lies_in(host: &str, other: &str) -> bool {
    host.strip_suffix(other).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
