//! Every service that asks the hosts of others says who gets the data. One that asks none is the site's own: it may
//! have no recipient (article 13(1)(e): "if any").

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "missing-recipient",
    level: Level::Error,
    assertion: "C2",
    source: "GDPR article 13(1)(e)",
    finds: "a service with hosts or scripts of others that does not say who receives the data",
    check,
    good: Example::config(
        r#"{ "site": "shop",
            "backend": { "url": "https://consent.example.com", "origins": ["https://www.example.com"] },
            "services": [
            { "id": "a", "category": "analytics", "hosts": ["a.example.net"], "recipients": "A Ltd" },
            { "id": "b", "category": "functional", "storage": ["volume"] },
            { "id": "c", "category": "analytics", "scripts": ["/c.js"], "hosts": ["stats.example.com"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "scripts": ["https://a.example.net/a.js"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let without = subject.services().filter(|(_, service)| {
        service.recipients.is_empty() && service.foreign_hosts(subject.config).next().is_some()
    });
    without.map(|(path, _)| Finding::missing(format!("{path}.recipients"), "who receives the data")).collect()
}
