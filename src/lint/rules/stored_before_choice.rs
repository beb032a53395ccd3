//! Before a choice nothing is stored but what is necessary.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::visit::Stored;
use crate::model::config::matches;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "stored-before-choice",
    level: Level::Error,
    assertion: "P1",
    source: "ePrivacy directive article 5(3)",
    finds: "a cookie, storage key, database, cache or service worker that is there before a choice and no necessary \
            service declares",
    check,
    good: Example::visit(
        r#"{ "services": [{ "id": "login", "category": "necessary", "cookies": ["session_*"],
            "storage": ["drafts"] }] }"#,
        r#"{ "stored": [{ "kind": "cookie", "name": "session_1" }, { "kind": "database", "name": "drafts" }] }"#,
    ),
    bad: Example::visit("{}", r#"{ "stored": [{ "kind": "database", "name": "visits" }] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(visit) = subject.visit else { return Vec::new() };
    let necessary: Vec<_> = subject.necessary_services().collect();
    let is_declared = |stored: &Stored| {
        let list = if stored.kind == "cookie" { "cookies" } else { "storage" };
        let mut named = necessary.iter().flat_map(|(_, service)| service.trackers());
        named.any(|tracker| tracker.list == list && matches(tracker.name, &stored.name))
    };
    let undeclared = visit.stored.iter().filter(|stored| !is_declared(stored));
    let expected = "only what a necessary service declares before a choice";
    let found = |stored: &Stored| format!("the {} {}", stored.kind, quoted(&stored.name));
    undeclared.map(|stored| Finding::seen(&visit.address, found(stored), expected)).collect()
}
