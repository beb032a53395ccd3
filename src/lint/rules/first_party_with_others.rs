//! A service that is declared as the site's own must not contact hosts of others: the first layer leaves it out when it
//! says how many services of other companies there are.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "first-party-with-others",
    level: Level::Error,
    assertion: "L7",
    source: "GDPR article 13(1)(e); CJEU C-673/17 (Planet49)",
    finds: "a service with `firstParty` that has hosts or scripts of others",
    check,
    good: Example::config(
        r#"{ "gate": { "firstParty": ["shop-stats.example"] }, "services": [
            { "id": "a", "category": "analytics", "firstParty": true, "hosts": ["a.shop-stats.example"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [
            { "id": "a", "category": "analytics", "firstParty": true, "hosts": ["a.example.net"] }] }"#,
    ),
};

const EXPECTED: &str =
    "false, if it is a service of another company, or the host among gate.firstParty, if it is yours";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let own = subject.services().filter(|(_, service)| service.first_party);
    own.filter_map(|(path, service)| {
        let host = service.foreign_hosts(subject.config).next()?;
        let found = format!("true for one that contacts {host}");
        Some(Finding::at(format!("{path}.firstParty"), found, EXPECTED))
    })
    .collect()
}
