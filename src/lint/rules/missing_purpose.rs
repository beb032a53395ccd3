//! Every service says what it is for.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "missing-purpose",
    level: Level::Error,
    assertion: "C2",
    source: "GDPR article 13(1)(c); CJEU C-673/17 (Planet49)",
    finds: "a service without a purpose",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "purpose": "Counts visits" }] }"#,
    ),
    bad: Example::config(r#"{ "services": [{ "id": "a", "category": "analytics" }] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let without = subject.services().filter(|(_, service)| service.purpose.is_none());
    without
        .map(|(path, _)| Finding::missing(format!("{path}.purpose"), "what it does with the data"))
        .collect()
}
