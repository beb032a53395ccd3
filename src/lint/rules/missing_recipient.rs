//! Every service that has hosts of its own says who gets the data. A service without any is the site's own: it may
//! have none (article 13(1)(e): "if any").

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "missing-recipient",
    level: Level::Error,
    assertion: "C2",
    source: "GDPR article 13(1)(e)",
    finds: "a service with hosts that does not say who receives the data",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": ["a.example.net"],
            "recipients": "A Ltd" }, { "id": "b", "category": "functional", "storage": ["volume"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": ["a.example.net"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let without = subject.services().filter(|(_, service)| {
        let has_foreign_script = service.scripts.iter().any(|script| !script.as_str().starts_with('/'));
        service.recipients.is_empty() && (!service.hosts.is_empty() || has_foreign_script)
    });
    without.map(|(path, _)| Finding::missing(format!("{path}.recipients"), "who receives the data")).collect()
}
