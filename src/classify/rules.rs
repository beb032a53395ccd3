//! The native twin of what the gate compiles from a configuration (`crates/gate/js/verdicts.js`): whose is
//! this URL or cookie, and may it act? For what works on pages and requests outside of a browser. Must answer
//! as the gate does; where a page's address is not known here and the answers could differ, the stricter one.

mod base;

use consentry_classify::gate_table;
use consentry_classify::lines::PatternKind;
use consentry_policy::grants::{Grants, SERVICES, decision, unknown};
use consentry_policy::table::{Table, pattern};
use consentry_policy::verdict::{Verdict, class, source};
use url::Url;

pub use self::base::Base;
use self::base::{PAGE, trimmed};
use crate::model::category::Category;
use crate::model::config::{Config, HostPattern, Unknown};
use crate::model::receipt::Scope;

/// What a configuration says about every URL and every cookie's name.
pub struct Rules {
    table: Box<Table>,
    /// Ids in the order of the configuration: a verdict's service 1 is the first.
    services: Vec<(String, Category)>,
    asked: u32,
    unknown: u32,
    report_only: bool,
    hosts: Vec<String>,
}

impl Rules {
    /// Compiles a configuration. `hosts`: names under which the site's pages are served, beside those that
    /// `backend.origins` names; URLs that are relative are the site's own without any.
    pub fn new(config: &Config, hosts: &[HostPattern]) -> Rules {
        let origins = config.backend.iter().flat_map(|backend| &backend.origins);
        let origins = origins.filter_map(|origin| host_of(origin.as_str()));
        let own: Vec<String> = hosts
            .iter()
            .map(|host| host.as_str().to_owned())
            .chain(origins)
            .chain([PAGE.to_owned()])
            .collect();
        let asked = config.categories.iter().map(|(category, _)| *category);
        let mut rules = Rules {
            table: Box::new(Table::EMPTY),
            services: Vec::new(),
            asked: asked
                .filter(|category| *category != Category::Necessary)
                .fold(0, |set, category| set | 1 << category.number()),
            unknown: match config.gate.unknown {
                Unknown::Hold => unknown::HOLD,
                Unknown::Deny => unknown::DENY,
                Unknown::Release => unknown::RELEASE,
            },
            report_only: config.gate.report_only,
            hosts: Vec::new(),
        };
        // In the order of their sources: of equal rules the last counts.
        for rule in gate_table::rules() {
            let verdict = Verdict::new(rule.category.number(), source::TABLE, 0);
            match rule.kind {
                PatternKind::Host => rules.host(rule.pattern, verdict),
                PatternKind::Name => rules.name(rule.pattern, verdict),
            }
        }
        for host in &config.gate.exempt {
            rules.host(host.as_str(), Verdict::new(class::NECESSARY, source::OWNER, 0));
        }
        for (at, service) in config.services.iter().enumerate() {
            let verdict = Verdict::new(service.category.number(), source::OWNER, at as u32 + 1);
            rules.services.push((service.id.as_str().to_owned(), service.category));
            for host in &service.hosts {
                rules.host(host.as_str(), verdict);
            }
            for script in &service.scripts {
                rules.script(script.as_str(), &own, verdict);
            }
            for cookie in &service.cookies {
                rules.name(cookie.name.as_str(), verdict);
            }
        }
        for own in ["consentry", "consentry.*"] {
            rules.name(own, Verdict::new(class::NECESSARY, source::FIRST_PARTY, 0));
        }
        let backend = config.backend.iter().filter_map(|backend| host_of(backend.url.as_str()));
        let first_party = config.gate.first_party.iter().map(|host| host.as_str().to_owned());
        for host in first_party.chain(own.iter().cloned()).chain(backend) {
            let host = host.strip_prefix("www.").unwrap_or(&host);
            rules.host(host, Verdict::new(class::NECESSARY, source::FIRST_PARTY, 0));
        }
        rules
    }

    /// The same rules as if `gate.reportOnly` were off.
    #[must_use]
    pub fn that_hold(self) -> Rules {
        Rules { report_only: false, ..self }
    }

    fn host(&mut self, host: &str, verdict: Verdict) {
        self.table.insert(pattern::HOST, format!("{}*", dotted(host)).as_bytes(), verdict);
        if host != PAGE && !self.hosts.iter().any(|known| known == host) {
            self.hosts.push(host.to_owned());
        }
    }

    fn name(&mut self, name: &str, verdict: Verdict) {
        self.table.insert(pattern::COOKIE, name.as_bytes(), verdict);
    }

    /// A script without a host is on the page's, whatever that is called.
    fn script(&mut self, script: &str, own: &[String], verdict: Verdict) {
        for host in own {
            let host = host.strip_prefix("www.").unwrap_or(host);
            for page in [format!("https://{host}/"), format!("https://www.{host}/")] {
                let url = Url::parse(&page).and_then(|page| page.join(script)).ok();
                if let Some(url) = url.as_ref().and_then(bare) {
                    self.table.insert(pattern::HOST, url.as_bytes(), verdict);
                }
            }
        }
    }

    /// The verdict on who `url` contacts, read as a browser reads it (URL standard). `None` where it
    /// contacts nobody: `data:`, `blob:`, `about:`, `javascript:`. What cannot be read and may still mean
    /// a host to a browser is unclassified.
    pub fn verdict(&self, url: &str, base: &Base) -> Option<Verdict> {
        let url = trimmed(url);
        match base.join(&url) {
            Ok(url) if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") => None,
            Ok(url) => {
                Some(self.table.find(pattern::HOST, bare(&url)?.as_bytes()).unwrap_or(Verdict::UNKNOWN))
            }
            Err(_) => {
                let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
                let host =
                    url.starts_with("//") || matches!(scheme.as_str(), "http" | "https" | "ws" | "wss");
                host.then_some(Verdict::UNKNOWN)
            }
        }
    }

    /// The origin that `url` contacts, if that is not the page's own: `https://stats.example.net`.
    pub fn origin(&self, url: &str, base: &Base) -> Option<String> {
        let url = base.join(&trimmed(url)).ok()?;
        let web = matches!(url.scheme(), "http" | "https" | "ws" | "wss");
        url.host_str().filter(|host| web && *host != PAGE).map(|host| format!("https://{host}"))
    }

    /// The verdict on a cookie's name; `None` where nobody calls it a tracker's or anybody else's.
    pub fn cookie(&self, name: &str) -> Option<Verdict> {
        self.table.find(pattern::COOKIE, name.as_bytes())
    }

    /// The verdict that a mark by hand stands for: a category, or `service:<id>`; of a typing mistake,
    /// what is held longest.
    pub fn of_mark(&self, mark: &str) -> Verdict {
        let service = mark.strip_prefix("service:");
        let at = service.and_then(|id| self.services.iter().position(|(known, _)| known == id));
        let named = at.and_then(|at| Some((self.services.get(at)?.1, at as u32 + 1)));
        match named.or_else(|| Some((Category::named(mark)?, 0))) {
            Some((category, service)) => Verdict::new(category.number(), source::OWNER, service),
            None => Verdict::new(class::UNCLASSIFIED, source::OWNER, 0),
        }
    }

    /// The grants that these decisions make. What is both granted and denied is granted, as in the gate;
    /// services that the configuration does not have are passed over.
    pub fn grants<'a>(
        &self,
        granted: impl IntoIterator<Item = &'a Scope>,
        denied: impl IntoIterator<Item = &'a Scope>,
    ) -> Grants {
        let (mut categories, mut services) = (0, [decision::NONE; SERVICES]);
        let denied = denied.into_iter().map(|scope| (scope, false));
        for (scope, granted) in denied.chain(granted.into_iter().map(|scope| (scope, true))) {
            match scope {
                Scope::Category(category) => categories |= u32::from(granted) << category.number(),
                Scope::Service(id) => {
                    let at = self.services.iter().position(|(known, _)| known == id.as_str());
                    if let Some(decision) = at.and_then(|at| services.get_mut(at + 1)) {
                        *decision = if granted { decision::GRANTED } else { decision::DENIED };
                    }
                }
            }
        }
        Grants::new(categories, services)
    }

    /// Whether what has this verdict may act. With `gate.reportOnly` everything may.
    pub fn allow(&self, verdict: Verdict, grants: &Grants) -> bool {
        self.report_only || grants.allow(verdict, self.asked, self.unknown)
    }

    /// Every host that the rules speak of, without `*.`: the table's, the declared, the site's own.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(String::as_str)
    }
}

/// Host and path, as the gate looks them up.
fn bare(url: &Url) -> Option<String> {
    Some(format!("{}{}", dotted(url.host_str()?), url.path()))
}

/// A host as the table knows it: however it is written, with a dot before it.
fn dotted(host: &str) -> String {
    let host = host.strip_prefix("*.").unwrap_or(host);
    format!(".{}", host.strip_suffix('.').unwrap_or(host))
}

fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}
