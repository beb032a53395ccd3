//! From a checked document to typed values. Reports nothing: what the check let through is good, and
//! `None` means that the check and a type disagree, which is a defect of ours.

use crate::model::category::Category;
use crate::model::shape::Node;

use super::names::{Days, Language, LegalBasis, Names, Revision, ServiceId, SiteKey, Theme, Unknown};
use super::places::{
    BackendUrl, CookieDomain, CookiePattern, HostPattern, Origin, PolicyUrl, ScriptPattern, StoragePattern,
};
use super::{Backend, Config, Controller, Gate, Mirror, Service, Text, Tracker};

pub(super) fn config(node: &Node) -> Option<Config> {
    let languages = match list(node, "languages", |item| Language::named(item.text()?))? {
        listed if listed.is_empty() => {
            super::LANGUAGES.iter().filter_map(|tag| Language::named(tag)).collect()
        }
        listed => listed,
    };
    Some(Config {
        site: word(node, "site", SiteKey::new)?,
        revision: word(node, "revision", Revision::new)?.or_else(|| Revision::new("1"))?,
        backend: node.get("backend").map_or(Some(None), |node| backend(node).map(Some))?,
        controller: node.get("controller").map_or(Some(Controller::default()), controller)?,
        policy_url: word(node, "policyUrl", PolicyUrl::new)?,
        languages,
        validity: match node.get("validity") {
            Some(days) => Days::new(days.whole()?)?,
            None => Days::DEFAULT,
        },
        categories: categories(node)?,
        services: services(node)?,
        theme: match node.get("banner") {
            Some(banner) => word(banner, "theme", Theme::named)?.unwrap_or(Theme::Auto),
            None => Theme::Auto,
        },
        gate: gate(node.get("gate").unwrap_or(&Node::Null))?,
        mirror: match node.get("cookie").filter(|cookie| cookie.get("mirror") == Some(&Node::Bool(true))) {
            Some(cookie) => Some(Mirror { domain: word(cookie, "domain", CookieDomain::new)? }),
            None => None,
        },
        observe: node.get("observe") == Some(&Node::Bool(true)),
    })
}

fn backend(node: &Node) -> Option<Backend> {
    Some(Backend {
        url: word(node, "url", BackendUrl::new)??,
        origins: list(node, "origins", |item| Origin::new(item.text()?))?,
    })
}

fn controller(node: &Node) -> Option<Controller> {
    Some(Controller {
        name: human(node, "name")?,
        address: human(node, "address")?,
        contact: human(node, "contact")?,
        dpo: human(node, "dpo")?,
        authority: human(node, "authority")?,
    })
}

fn gate(node: &Node) -> Option<Gate> {
    Some(Gate {
        unknown: word(node, "unknown", Unknown::named)?.unwrap_or(Unknown::Hold),
        names: word(node, "names", Names::named)?.unwrap_or(Names::Tables),
        first_party: list(node, "firstParty", |item| HostPattern::new(item.text()?))?,
        exempt: list(node, "exempt", |item| HostPattern::new(item.text()?))?,
        report_only: node.get("reportOnly") == Some(&Node::Bool(true)),
    })
}

/// In the order of [`Category::ALL`], whatever order the owner wrote; all of them if none is named.
fn categories(node: &Node) -> Option<Vec<(Category, Option<Text>)>> {
    let listed = list(node, "categories", |item| match item.text() {
        Some(name) => Some((Category::named(name)?, None)),
        None => Some((word(item, "id", Category::named)??, human(item, "description")?)),
    })?;
    let mut all = Vec::new();
    for category in Category::ALL {
        match listed.iter().find(|(named, _)| *named == category) {
            Some(found) => all.push(found.clone()),
            None if listed.is_empty() || category == Category::Necessary => all.push((category, None)),
            None => {}
        }
    }
    Some(all)
}

pub(super) fn services(node: &Node) -> Option<Vec<Service>> {
    list(node, "services", service)
}

fn service(node: &Node) -> Option<Service> {
    let id = word(node, "id", ServiceId::new)??;
    let category = word(node, "category", Category::named)??;
    let consent = (category != Category::Necessary).then_some(LegalBasis::Consent);
    Some(Service {
        name: human(node, "name")?.unwrap_or_else(|| Text::Same(id.to_string())),
        id,
        category,
        legal_basis: word(node, "legalBasis", LegalBasis::named)?.or(consent),
        purpose: human(node, "purpose")?,
        recipients: match node.get("recipients") {
            Some(Node::List(items)) => items.iter().map(text).collect::<Option<_>>()?,
            Some(one) => vec![text(one)?],
            None => Vec::new(),
        },
        retention: human(node, "retention")?,
        transfers: human(node, "transfers")?,
        hosts: list(node, "hosts", |item| HostPattern::new(item.text()?))?,
        scripts: list(node, "scripts", |item| ScriptPattern::new(item.text()?))?,
        cookies: list(node, "cookies", |item| tracker(item, CookiePattern::new))?,
        storage: list(node, "storage", |item| tracker(item, StoragePattern::new))?,
    })
}

fn tracker<P>(node: &Node, pattern: fn(&str) -> Option<P>) -> Option<Tracker<P>> {
    match node.text() {
        Some(name) => Some(Tracker { name: pattern(name)?, purpose: None, duration: None }),
        None => Some(Tracker {
            name: word(node, "name", pattern)??,
            purpose: human(node, "purpose")?,
            duration: human(node, "duration")?,
        }),
    }
}

fn text(node: &Node) -> Option<Text> {
    if let Some(text) = node.text() {
        return Some(Text::Same(text.to_owned()));
    }
    let by = node.entries().iter().map(|(tag, text)| Some((Language::named(tag)?, text.text()?.to_owned())));
    Some(Text::By(by.collect::<Option<_>>()?))
}

/// The value under a key: outer `None` if it is bad, inner if it is absent.
fn word<T>(node: &Node, key: &str, make: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    node.get(key).map_or(Some(None), |node| make(node.text()?).map(Some))
}

fn human(node: &Node, key: &str) -> Option<Option<Text>> {
    node.get(key).map_or(Some(None), |node| text(node).map(Some))
}

/// The items under a key; empty if it is absent, `None` if one is bad.
fn list<T>(node: &Node, key: &str, make: impl Fn(&Node) -> Option<T>) -> Option<Vec<T>> {
    node.get(key).map_or(Some(Vec::new()), |node| node.items().iter().map(make).collect())
}
