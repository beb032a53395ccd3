//! Every service that asks the hosts of others says whether data leave the EU and the EEA, and by which safeguard.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "missing-transfers",
    level: Level::Warning,
    assertion: "C2",
    source: "GDPR article 13(1)(f)",
    finds: "a service with hosts or scripts of others that says nothing of transfers to third countries",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": ["a.example.net"],
            "transfers": "None outside the EU and the EEA" }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": ["a.example.net"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let without = subject.services().filter(|(_, service)| {
        service.transfers.is_none() && service.foreign_hosts(subject.config).next().is_some()
    });
    let expected = "where data go outside the EU and the EEA and by which safeguard, or that they do not";
    without.map(|(path, _)| Finding::missing(format!("{path}.transfers"), expected)).collect()
}
