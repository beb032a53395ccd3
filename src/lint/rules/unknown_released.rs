//! What nobody described is held.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::Unknown;

pub(super) const RULE: Rule = Rule {
    id: "unknown-released",
    level: Level::Warning,
    assertion: "P2",
    source: "ePrivacy directive article 5(3)",
    finds: "a gate that lets hosts through that nobody described",
    check,
    good: Example::config(r#"{ "gate": { "unknown": "deny" } }"#),
    bad: Example::config(r#"{ "gate": { "unknown": "release" } }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.config.gate.unknown != Unknown::Release {
        return Vec::new();
    }
    vec![Finding::at("gate.unknown", "\"release\"", "\"hold\" or \"deny\"")]
}
