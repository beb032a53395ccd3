//! What public registries say of a tracker may be wrong, but an owner had better know it.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::tables::understated;
use crate::model::category::Category;

pub(super) const RULE: Rule = Rule {
    id: "doubtful-category",
    level: Level::Warning,
    assertion: "S2",
    source: "GDPR article 4(11), \"specific\"",
    finds: "a service that needs consent and whose hosts, scripts, cookies or keys a public registry knows for a category \
            that asks for more",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "ads", "category": "advertising", "hosts": ["rubiconproject.com"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "ads", "category": "analytics", "hosts": ["rubiconproject.com"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Of what is said to be necessary another rule speaks.
    for (path, service) in subject.services().filter(|(_, service)| service.category != Category::Necessary) {
        let doubtful = understated(service).into_iter().filter(|known| !known.is_certain);
        findings.extend(doubtful.map(|known| {
            let expected = format!("a service under {}", known.category);
            Finding::at(format!("{path}.{}", known.path), known.found(), expected)
        }));
    }
    findings
}
