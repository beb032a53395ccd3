//! A service that is called the site's own contacts no host of others: the first layer does not count it.

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
        r#"{ "services": [{ "id": "a", "category": "functional", "firstParty": true, "storage": ["volume"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [
            { "id": "a", "category": "analytics", "firstParty": true, "hosts": ["a.example.net"] }] }"#,
    ),
};

const OWN: &str =
    "false: it is a service of another company; or the host among gate.firstParty, if it is yours";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let own = subject.services().filter(|(_, service)| service.first_party);
    own.filter_map(|(path, service)| {
        let host = service.foreign_hosts(subject.config).next()?;
        let found = format!("true for one that contacts {host}");
        Some(Finding::at(format!("{path}.firstParty"), found, OWN))
    })
    .collect()
}
