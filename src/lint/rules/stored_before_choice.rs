//! Before a choice nothing is stored but what is necessary.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::category::Category;
use crate::model::config::matches;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "stored-before-choice",
    level: Level::Error,
    assertion: "P1",
    source: "ePrivacy directive article 5(3)",
    finds: "a cookie or storage key that is there before a choice and no necessary service declares",
    check,
    good: Example::visit(
        r#"{ "services": [{ "id": "login", "category": "necessary", "cookies": ["session_*"] }] }"#,
        r#"{ "stored": [{ "kind": "cookie", "name": "session_1" }] }"#,
    ),
    bad: Example::visit("{}", r#"{ "stored": [{ "kind": "cookie", "name": "_ga" }] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(visit) = subject.visit else { return Vec::new() };
    let services = &subject.config.services;
    let necessary = services.iter().filter(|service| service.category == Category::Necessary);
    let (mut cookies, mut keys) = (Vec::new(), Vec::new());
    for service in necessary {
        cookies.extend(service.cookies.iter().map(|cookie| cookie.name.as_str()));
        keys.extend(service.storage.iter().map(|key| key.name.as_str()));
    }
    let undeclared = visit.stored.iter().filter(|stored| {
        let declared = if stored.kind == "cookie" { &cookies } else { &keys };
        !declared.iter().any(|pattern| matches(pattern, &stored.name))
    });
    let expected = "only what a necessary service declares before a choice";
    undeclared
        .map(|stored| {
            Finding::seen(&visit.address, format!("the {} {}", stored.kind, quoted(&stored.name)), expected)
        })
        .collect()
}
