//! Every service says how long the data are kept: a number, or what decides it.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "missing-retention",
    level: Level::Error,
    assertion: "C2",
    source: "GDPR article 13(2)(a)",
    finds: "a service that does not say how long the data are kept",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "retention": "14 months" }] }"#,
    ),
    bad: Example::config(r#"{ "services": [{ "id": "a", "category": "analytics" }] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let without = subject.services().filter(|(_, service)| service.retention.is_none());
    let expected = "how long the data are kept, or what decides it";
    without.map(|(path, _)| Finding::missing(format!("{path}.retention"), expected)).collect()
}
