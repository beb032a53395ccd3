//! Every cookie and storage key says how long it lives.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::CookieKind;

pub(super) const RULE: Rule = Rule {
    id: "tracker-without-duration",
    level: Level::Error,
    assertion: "S6",
    source: "CJEU C-673/17 (Planet49), paragraph 81",
    finds: "a cookie or storage key that does not say how long it lives",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics",
            "cookies": [{ "name": "_a", "duration": "1 year" }, { "name": "_s", "kind": "session" }],
            "storage": [{ "name": "a.queue", "duration": "until it is sent" }] }] }"#,
    ),
    bad: Example::config(r#"{ "services": [{ "id": "a", "category": "analytics", "cookies": ["_a"] }] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, service) in subject.services() {
        let without = service
            .trackers()
            .filter(|tracker| tracker.duration.is_none() && tracker.kind != Some(CookieKind::Session));
        findings.extend(without.map(|tracker| {
            Finding::missing(format!("{path}.{}.duration", tracker.path()), "how long it lives")
        }));
    }
    findings
}
