//! A change that asks nothing leaves every earlier choice in force: it had better be no new purpose or recipient.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "change-without-ask",
    level: Level::Warning,
    assertion: "A4",
    source: "GDPR article 4(11), \"informed\"",
    finds: "a change that asks for nothing again",
    check,
    good: Example::config(
        r#"{ "revision": "2", "changes": [{ "revision": "2", "previous": "1", "summary": "A new statistics tool",
            "asks": ["analytics"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "revision": "2", "changes": [{ "revision": "2", "previous": "1", "summary": "A new statistics tool" }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let changes = subject.config.changes.iter().enumerate().filter(|(_, change)| change.asks.is_empty());
    let expected = "what is asked again, unless no purpose, service or controller is new";
    changes.map(|(at, _)| Finding::missing(format!("changes[{at}].asks"), expected)).collect()
}
