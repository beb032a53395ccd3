//! Whoever reads of a cookie reads whose it is: an id alone says nothing.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::{Service, Text};
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "tracker-without-provider",
    level: Level::Error,
    assertion: "S6",
    source: "CJEU C-673/17 (Planet49), paragraph 81",
    finds: "a service with cookies or storage keys that has neither a name nor recipients",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "a", "name": "A Statistics", "category": "analytics", "cookies": ["_a"] },
            { "id": "b", "recipients": "B Ltd", "category": "analytics", "cookies": ["_b"] }] }"#,
    ),
    bad: Example::config(r#"{ "services": [{ "id": "a", "category": "analytics", "cookies": ["_a"] }] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let without = subject.services().filter(|(_, service)| {
        let stores = service.trackers().next().is_some();
        let has_name = service.name != Text::Same(service.id.to_string());
        stores && !has_name && service.recipients.is_empty()
    });
    let expected = "a name that says whose its cookies and keys are, or recipients";
    let at = |(path, service): (String, &Service)| {
        Finding::at(format!("{path}.name"), format!("only its id, {}", quoted(service.id.as_str())), expected)
    };
    without.map(at).collect()
}
