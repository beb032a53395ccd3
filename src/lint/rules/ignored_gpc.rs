//! A browser that asks not to sell or share is heard.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "ignored-gpc",
    level: Level::Warning,
    assertion: "G1",
    source: "Global Privacy Control, W3C working draft; CCPA regulations, section 7025",
    finds: "a site that does not follow Global Privacy Control",
    check,
    good: Example::config("{}"),
    bad: Example::config(r#"{ "signals": { "gpc": false } }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.config.signals.gpc {
        return Vec::new();
    }
    vec![Finding::at("signals.gpc", "false", "true")]
}
