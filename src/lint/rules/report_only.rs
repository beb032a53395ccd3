//! A gate that only reports holds nothing.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "report-only",
    level: Level::Warning,
    assertion: "P2",
    source: "ePrivacy directive article 5(3)",
    finds: "a gate that holds nothing and only reports",
    check,
    good: Example::config("{}"),
    bad: Example::config(r#"{ "gate": { "reportOnly": true } }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.config.gate.report_only {
        return Vec::new();
    }
    vec![Finding::at("gate.reportOnly", "true", "false once you have seen what would be held")]
}
