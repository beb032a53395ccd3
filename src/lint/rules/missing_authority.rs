//! Visitors are told to whom they can complain.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "missing-authority",
    level: Level::Error,
    assertion: "C1",
    source: "GDPR article 13(2)(d)",
    finds: "no supervisory authority to complain to",
    check,
    good: Example::config(
        r#"{ "controller": { "authority": "The data protection authority of your country" } }"#,
    ),
    bad: Example::config("{}"),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.config.controller.authority.is_some() {
        return Vec::new();
    }
    vec![Finding::missing("controller.authority", "the supervisory authority that takes complaints")]
}
