//! A page that waits for a choice is named as what it is.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "wall",
    level: Level::Warning,
    assertion: "P5",
    source: "GDPR article 7(4); EDPB Opinion 08/2024",
    finds: "a page that cannot be used without a choice",
    check,
    good: Example::config(r#"{ "banner": { "layout": "dialog" } }"#),
    bad: Example::config(r#"{ "banner": { "layout": "dialog", "wall": { "reason": "Members only" } } }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.config.banner.wall.is_none() {
        return Vec::new();
    }
    vec![Finding::at("banner.wall", "a wall", "a page that can be used without a choice")]
}
