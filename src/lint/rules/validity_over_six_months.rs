//! French and Italian visitors are asked again after half a year.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::Days;

pub(super) const RULE: Rule = Rule {
    id: "validity-over-six-months",
    level: Level::Info,
    assertion: "C3",
    source: "CNIL 2020-092, paragraph 39; Garante, guidelines of 10 June 2021, paragraph 6.2",
    finds: "a site in French or Italian on which a decision stands longer than half a year",
    check,
    good: Example::config(r#"{ "languages": ["en"], "validity": 300 }"#),
    bad: Example::config(r#"{ "validity": 300 }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let config = subject.config;
    let asks_so = config.languages.iter().any(|language| matches!(language.as_str(), "fr" | "it"));
    if config.validity <= Days::DEFAULT || !asks_so {
        return Vec::new();
    }
    let found = format!("{} days", config.validity.count());
    vec![Finding::at("validity", found, "at most 185 for visitors in France and Italy")]
}
