//! What no single key shows: two keys that cannot both be meant. Works on the document as written, so
//! that contradictions are reported together with the other faults.

use std::collections::HashMap;

use crate::model::category::Category;
use crate::model::shape::{Fault, Node, below};

use super::addresses::{CookieDomain, Origin};
use super::patterns::HostPattern;
use super::values::{LANGUAGES, Layout, Position, Revision, Scope};

/// Appends every contradiction. Values that are bad by themselves are passed over.
pub(super) fn find(node: &Node, faults: &mut Vec<Fault>) {
    if node.get("backend").is_some() && node.get("site").is_none() {
        faults.push(Fault::new("site", "missing", "nothing", "a site key, since there is a backend"));
    }
    if node.get("observe") == Some(&Node::Bool(true)) && node.get("backend").is_none() {
        faults.push(Fault::new("backend", "missing", "nothing", "a backend, since observe is true"));
    }
    let categories = categories(node, faults);
    let mut services = Services { categories, ..Services::default() };
    if let Some(gate) = node.get("gate") {
        services.first_party = hosts(gate, "firstParty");
        services.exempt = hosts(gate, "exempt");
    }
    let listed = node.get("services").map_or(&[][..], Node::items);
    if listed.len() > MOST_SERVICES {
        faults.push(Fault::new("services", "bad-value", listed.len().to_string(), "at most 1,000 services"));
    }
    let mut patterns = services.first_party.len() + services.exempt.len();
    for (at, service) in listed.iter().enumerate() {
        services.read(at, service, faults);
        patterns += PATTERNS.iter().filter_map(|key| Some(service.get(key)?.items().len())).sum::<usize>();
    }
    if patterns > MOST_PATTERNS {
        let expected = "at most 6,000 hosts, scripts, cookies and storage keys in all";
        faults.push(Fault::new("services", "bad-value", patterns.to_string(), expected));
    }
    languages(node, faults);
    domain(node, faults);
    banner(node, faults);
    changes(node, &services.categories, faults);
}

/// Each layout has places of its own, and only a dialog can let the page wait.
fn banner(node: &Node, faults: &mut Vec<Fault>) {
    let Some(banner) = node.get("banner") else { return };
    let word = |key: &str| banner.get(key).and_then(Node::text);
    let layout = match word("layout").map(Layout::named) {
        Some(None) => return,
        Some(Some(layout)) => layout,
        None => Layout::default(),
    };
    let position = word("position").and_then(Position::named);
    if let Some(position) = position.filter(|position| !layout.positions().contains(position)) {
        let places: Vec<_> = layout.positions().iter().map(|position| position.name()).collect();
        let expected = format!("a place of the layout {}: {}", layout.name(), places.join(", "));
        faults.push(Fault::new(
            "banner.position",
            "contradiction",
            format!("\"{}\"", position.name()),
            expected,
        ));
    }
    if banner.get("wall").is_some() && layout != Layout::Dialog {
        let expected = "nothing, or banner.layout \"dialog\"";
        faults.push(Fault::new("banner.wall", "contradiction", "a wall", expected));
    }
}

/// Changes lead from one revision to the next, up to the present one, without coming back to one, and ask only for what
/// needs consent here.
fn changes(node: &Node, categories: &[Category], faults: &mut Vec<Fault>) {
    let revision_under = |node: &Node, key: &str| Revision::new(node.get(key)?.text()?);
    let services = node.get("services").map_or(&[][..], Node::items);
    let category_of = |id: &str| {
        let named = services.iter().find(|service| service.get("id").and_then(Node::text) == Some(id))?;
        named.get("category").and_then(Node::text)
    };
    let (mut seen, mut last) = (Vec::new(), None);
    for (at, change) in node.get("changes").map_or(&[][..], Node::items).iter().enumerate() {
        let mut wrong = |key: &str, found: &str, expected: String| {
            let path = format!("changes[{at}].{key}");
            faults.push(Fault::new(path, "contradiction", format!("\"{found}\""), expected));
        };
        let (previous, revision) = (revision_under(change, "previous"), revision_under(change, "revision"));
        if let (Some(previous), Some(last)) = (&previous, &last)
            && previous != last
        {
            wrong("previous", previous.as_str(), format!("\"{last}\", the revision of the change before"));
        }
        seen.extend(previous);
        if let Some(known) = revision.as_ref().filter(|revision| seen.contains(revision)) {
            wrong("revision", known.as_str(), "a revision that no change before it names".into());
        }
        last = revision;
        seen.extend(last.clone());
        for (ask_at, ask) in change.get("asks").map_or(&[][..], Node::items).iter().enumerate() {
            let Some(ask) = ask.text().filter(|ask| Scope::new(ask).is_some()) else { continue };
            let expected = match ask.strip_prefix("service:").map(category_of) {
                None if categories.iter().any(|category| category.name() == ask) => continue,
                None => {
                    let asked = categories.iter().filter(|category| **category != Category::Necessary);
                    let names: Vec<_> = asked.map(|category| category.name()).collect();
                    format!("one of this file's categories: {}", names.join(", "))
                }
                Some(None) => "a service of this file".into(),
                Some(Some("necessary")) => "a service that needs consent".into(),
                Some(Some(_)) => continue,
            };
            wrong(&format!("asks[{ask_at}]"), ask, expected);
        }
    }
    let present = node.get("revision").map_or(Some(Revision::first()), |_| revision_under(node, "revision"));
    if let (Some(last), Some(present)) = (last, present)
        && last != present
    {
        let expected = format!("\"{last}\", the revision of the last change");
        faults.push(Fault::new("revision", "contradiction", format!("\"{present}\""), expected));
    }
}

/// A browser refuses a cookie for a domain that the page does not lie in.
fn domain(node: &Node, faults: &mut Vec<Fault>) {
    let Some(domain) = node.get("cookie").and_then(|cookie| cookie.get("domain")?.text()) else { return };
    let origins = node.get("backend").and_then(|backend| backend.get("origins")).map_or(&[][..], Node::items);
    if CookieDomain::new(domain).is_none() {
        return;
    }
    for origin in origins.iter().filter_map(|item| Origin::new(item.text()?)) {
        let below = origin.host().strip_suffix(domain);
        if !below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.')) {
            let expected = format!("a host that {origin} lies in, which backend.origins names");
            faults.push(Fault::new("cookie.domain", "contradiction", format!("\"{domain}\""), expected));
        }
    }
}

/// What a receipt can name, and a little less than the gate can tell apart.
pub(super) const MOST_SERVICES: usize = 1000;

/// Fits the gate's table (7,168 places, one for each pattern) together with the built-in rules.
pub(super) const MOST_PATTERNS: usize = 6000;

/// The lists of a service that become rules of the gate.
const PATTERNS: [&str; 4] = ["hosts", "scripts", "cookies", "storage"];

/// The categories in use; all of them if none is named.
fn categories(node: &Node, faults: &mut Vec<Fault>) -> Vec<Category> {
    let mut named = Vec::new();
    for (at, item) in node.get("categories").map_or(&[][..], Node::items).iter().enumerate() {
        let Some(category) = id(item, "id").and_then(Category::named) else { continue };
        // Equal strings are the shape's to report; here an object repeats a string or an object.
        if named.contains(&category) && item.text().is_none() {
            let path = format!("categories[{at}].id");
            faults.push(Fault::new(path, "duplicate", format!("\"{category}\""), "each category once"));
        }
        named.push(category);
    }
    if named.is_empty() {
        return Category::ALL.to_vec();
    }
    named.push(Category::Necessary);
    Category::ALL.into_iter().filter(|category| named.contains(category)).collect()
}

/// The string, or the string under `key` of the object.
fn id<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.text().or_else(|| node.get(key)?.text())
}

fn hosts(node: &Node, key: &str) -> Vec<HostPattern> {
    let items = node.get(key).map_or(&[][..], Node::items);
    items.iter().filter_map(|item| HostPattern::new(item.text()?)).collect()
}

/// What the services before this one have said.
#[derive(Default)]
struct Services {
    categories: Vec<Category>,
    first_party: Vec<HostPattern>,
    exempt: Vec<HostPattern>,
    /// Id to the service's place.
    ids: HashMap<String, usize>,
    /// Key and pattern to the service's place and category.
    patterns: HashMap<(&'static str, String), (usize, Category)>,
}

impl Services {
    fn read(&mut self, at: usize, service: &Node, faults: &mut Vec<Fault>) {
        let mut wrong = |key: &str, code, found: &str, expected: String| {
            faults.push(Fault::new(format!("services[{at}].{key}"), code, format!("\"{found}\""), expected));
        };
        if let Some(id) = service.get("id").and_then(Node::text) {
            match self.ids.get(id) {
                Some(first) => wrong("id", "duplicate", id, format!("another id: services[{first}] has it")),
                None => drop(self.ids.insert(id.to_owned(), at)),
            }
        }
        let category = service.get("category").and_then(Node::text).and_then(Category::named);
        let Some(category) = category else { return };
        if !self.categories.contains(&category) {
            let names: Vec<_> = self.categories.iter().map(|category| category.name()).collect();
            let expected = format!("one of this file's categories: {}", names.join(", "));
            wrong("category", "contradiction", category.name(), expected);
        }
        if let Some(basis) = service.get("legalBasis").and_then(Node::text) {
            // ePrivacy directive, article 5(3): what is not strictly necessary needs consent, and what
            // is necessary is never asked for.
            match (category, basis) {
                (Category::Necessary, "consent") => {
                    wrong(
                        "legalBasis",
                        "contradiction",
                        basis,
                        "another basis: nobody is asked for the necessary".into(),
                    );
                }
                (Category::Necessary, _) | (_, "consent") => {}
                _ => {
                    let expected =
                        format!("\"consent\", which {category} needs (ePrivacy directive, article 5(3))");
                    wrong("legalBasis", "contradiction", basis, expected);
                }
            }
        }
        if category == Category::Necessary && service.get("separate") == Some(&Node::Bool(true)) {
            wrong("separate", "contradiction", "true", "false: nobody is asked for the necessary".into());
        }
        for key in PATTERNS {
            for (item_at, item) in service.get(key).map_or(&[][..], Node::items).iter().enumerate() {
                let Some(written) = id(item, "name") else { continue };
                let path = format!("{key}[{item_at}]");
                let host = HostPattern::new(written).filter(|_| key == "hosts");
                let pattern = host.as_ref().map_or(written, HostPattern::as_str).to_owned();
                match self.patterns.get(&(key, pattern.clone())) {
                    Some((first, _)) if *first == at => {
                        // Equal strings are the shape's to report.
                        if item.text().is_none() || pattern != written {
                            wrong(&path, "duplicate", written, "each item once".into());
                        }
                    }
                    Some((first, other)) if *other != category => {
                        let expected = format!(
                            "one category for it: services[{first}] says {other}, this one {category}"
                        );
                        wrong(&path, "contradiction", written, expected);
                    }
                    Some(_) => {}
                    None => drop(self.patterns.insert((key, pattern), (at, category))),
                }
                let Some(host) = host.filter(|_| category != Category::Necessary) else { continue };
                if self.first_party.contains(&host) {
                    wrong(
                        &path,
                        "contradiction",
                        written,
                        "a host that gate.firstParty does not name".into(),
                    );
                }
                if self.exempt.iter().any(|exempt| exempt.covers(&host)) {
                    wrong(
                        &path,
                        "contradiction",
                        written,
                        "a host that gate.exempt does not let through".into(),
                    );
                }
            }
        }
    }
}

/// Texts in languages that the site does not offer would never be read.
fn languages(node: &Node, faults: &mut Vec<Fault>) {
    let listed = node.get("languages").map_or(&[][..], Node::items);
    let offered: Vec<_> =
        listed.iter().filter_map(Node::text).filter(|tag| LANGUAGES.contains(tag)).collect();
    if offered.is_empty() {
        return;
    }
    walk(node, String::new(), &offered, faults);
}

fn walk(node: &Node, path: String, offered: &[&str], faults: &mut Vec<Fault>) {
    for (at, item) in node.items().iter().enumerate() {
        walk(item, format!("{path}[{at}]"), offered, faults);
    }
    for (key, value) in node.entries() {
        let path = below(&path, key);
        if LANGUAGES.contains(&key.as_str()) && !offered.contains(&key.as_str()) {
            let expected = format!("a text in one of this file's languages: {}", offered.join(", "));
            faults.push(Fault::new(path, "contradiction", format!("\"{key}\""), expected));
        } else {
            walk(value, path, offered, faults);
        }
    }
}
