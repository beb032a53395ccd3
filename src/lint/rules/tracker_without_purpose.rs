//! Every cookie and storage key says what it is for, by itself or through its service.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "tracker-without-purpose",
    level: Level::Error,
    assertion: "S6",
    source: "CJEU C-673/17 (Planet49); GDPR article 13(1)(c)",
    finds: "a cookie or storage key of which neither it nor its service says the purpose",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "purpose": "Counts visits", "cookies": ["_a"] },
            { "id": "b", "category": "functional", "storage": [{ "name": "volume", "purpose": "How loud" }] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics",
            "cookies": ["_a", { "name": "_b", "purpose": "Counts" }] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, service) in subject.services().filter(|(_, service)| service.purpose.is_none()) {
        let without = service.trackers().filter(|tracker| tracker.purpose.is_none());
        findings.extend(without.map(|tracker| {
            let path = format!("{path}.{}.purpose", tracker.path());
            Finding::missing(path, "what it is for, here or at the service")
        }));
    }
    findings
}
