//! A tracker waits for what it is known to do, whatever its service is called.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::tables::understated;

pub(super) const RULE: Rule = Rule {
    id: "understated-category",
    level: Level::Error,
    assertion: "S2",
    source: "GDPR article 4(11), \"specific\"; ePrivacy directive article 5(3)",
    finds: "a service whose hosts, scripts, cookies or keys our own tables know for a category that asks for more, as \
            advertising under analytics or as necessary",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "ads", "category": "advertising", "hosts": ["doubleclick.net"], "cookies": ["_fbp"] },
            { "id": "count", "category": "necessary", "cookies": ["_pk_id.*"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "ads", "category": "analytics", "hosts": ["doubleclick.net"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, service) in subject.services() {
        let certain =
            understated(service).into_iter().filter(|known| known.is_certain_enough_for(service.category));
        findings.extend(certain.map(|known| {
            let expected = format!("a service under {}", known.category);
            Finding::at(format!("{path}.{}", known.path), known.found(), expected)
        }));
    }
    findings
}
