//! Who refused is left in peace for half a year.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "validity-too-short",
    level: Level::Warning,
    assertion: "A3",
    source: "Garante, guidelines of 10 June 2021, paragraph 6.2; CNIL 2020-092, paragraph 39; EDPB Guidelines 03/2022, \
             \"continuous prompting\"",
    finds: "a decision that stands shorter than half a year, so that who refused is soon asked again",
    check,
    good: Example::config(r#"{ "validity": 180 }"#),
    bad: Example::config(r#"{ "validity": 7 }"#),
};

/// Half a year, the shortest.
const LEAST_DAYS: u16 = 180;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let days = subject.config.validity.count();
    if days >= LEAST_DAYS {
        return Vec::new();
    }
    vec![Finding::at("validity", format!("{days} days"), format!("at least {LEAST_DAYS}"))]
}
