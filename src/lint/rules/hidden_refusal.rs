//! The refusal is seen and hit at once, on small screens and large ones.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "hidden-refusal",
    level: Level::Error,
    assertion: "L4",
    source: "WCAG 2.2, 2.5.8; EDPB Cookie Banner Taskforce, practice A",
    finds: "a button that refuses and is smaller than 24 by 24 pixels, off the screen or under something else",
    check,
    good: Example::visit(
        "{}",
        r#"{ "banner": { "screens": [{ "size": "320x568", "buttons": [
            { "does": "reject-all", "width": 100, "height": 44, "isVisible": true }] }] } }"#,
    ),
    bad: Example::visit(
        "{}",
        r#"{ "banner": { "screens": [{ "size": "320x568", "buttons": [
            { "does": "reject-all", "width": 100, "height": 20, "isVisible": true }] }] } }"#,
    ),
};

/// CSS pixels.
const LEAST: f64 = 24.0;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.seen_banner() else { return Vec::new() };
    let mut findings = Vec::new();
    for screen in &banner.screens {
        let Some(reject) = screen.button("reject-all") else { continue };
        if reject.width < LEAST || reject.height < LEAST {
            let found = format!("{} by {} pixels to refuse at {}", reject.width, reject.height, screen.size);
            findings.push(Finding::seen(&visit.address, found, "at least 24 by 24"));
        }
        if !reject.is_visible {
            let found = format!("a button that refuses and cannot be seen whole at {}", screen.size);
            findings.push(Finding::seen(
                &visit.address,
                found,
                "one that is on the screen without scrolling",
            ));
        }
    }
    findings
}
