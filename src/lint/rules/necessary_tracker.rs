//! What is said to be necessary is not known for measuring or advertising.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::tables::categories_of;
use crate::model::category::Category;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "necessary-tracker",
    level: Level::Warning,
    assertion: "S4",
    source: "ePrivacy directive article 5(3); EDPB Cookie Banner Taskforce, practice I",
    finds: "a necessary service with a host, cookie or key that the tables know for analytics or advertising",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "pay", "category": "necessary", "hosts": ["js.stripe.com"] },
            { "id": "ga", "category": "analytics", "cookies": ["_ga"] }] }"#,
    ),
    bad: Example::config(r#"{ "services": [{ "id": "ga", "category": "necessary", "cookies": ["_ga"] }] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, service) in subject.necessary_services() {
        let trackers =
            categories_of(service).into_iter().filter(|(_, _, category)| *category >= Category::Analytics);
        findings.extend(trackers.map(|(key, pattern, category)| {
            let found = format!("{}, which the tables know for {category}", quoted(&pattern));
            Finding::at(format!("{path}.{key}"), found, "only what the visitor asked for")
        }));
    }
    findings
}
