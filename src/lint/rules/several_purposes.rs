//! One switch is for one purpose: what stands under statistics does not advertise as well.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::tables::known_of;
use crate::model::category::Category;

pub(super) const RULE: Rule = Rule {
    id: "several-purposes",
    level: Level::Error,
    assertion: "S2",
    source: "GDPR article 4(11), \"specific\"; EDPB Guidelines 05/2020, paragraph 42",
    finds: "a service under which, beside what its category names, something of a further reaching purpose stands",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "ga", "category": "analytics", "hosts": ["www.google-analytics.com"], "cookies": ["_ga"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "ga", "category": "analytics", "scripts": ["https://www.google-analytics.com/a.js"],
            "hosts": ["doubleclick.net"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Of what is said to be necessary another rule speaks.
    for (path, service) in subject.services().filter(|(_, service)| service.category != Category::Necessary) {
        let known = known_of(service);
        let is_what_it_says = known.iter().any(|known| known.category == service.category);
        let further = known.iter().filter(|known| is_what_it_says && known.category > service.category);
        findings.extend(further.map(|known| {
            let expected = format!("a service of its own under {}", known.category);
            Finding::at(format!("{path}.{}", known.path), known.found(), expected)
        }));
    }
    findings
}
