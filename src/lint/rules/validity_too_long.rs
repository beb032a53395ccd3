//! A choice is asked for again within a year.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "validity-too-long",
    level: Level::Warning,
    assertion: "C3",
    source: "EDPB Guidelines 05/2020; our threshold",
    finds: "a decision that stands longer than a year",
    check,
    good: Example::config(r#"{ "validity": 365 }"#),
    bad: Example::config(r#"{ "validity": 395 }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let days = subject.config.validity.count();
    if days <= 365 {
        return Vec::new();
    }
    vec![Finding::at("validity", format!("{days} days"), "at most 365")]
}
