//! Where one click grants everything, one click beside it refuses everything.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "no-refusal",
    level: Level::Error,
    assertion: "L1",
    source: "EDPB Cookie Banner Taskforce, practices A and C; CNIL 2020-092, paragraph 34",
    finds: "a first layer without a button that refuses everything, like the one that accepts it and beside it",
    check,
    good: Example::visit(
        "{}",
        r#"{ "banner": { "screens": [{ "size": "320x568", "buttons": [
            { "does": "accept-all", "element": "button", "container": "1" },
            { "does": "reject-all", "element": "button", "container": "1" }] }] } }"#,
    ),
    bad: Example::visit(
        "{}",
        r#"{ "banner": { "screens": [{ "size": "320x568", "buttons": [
            { "does": "accept-all", "element": "button", "container": "1" },
            { "does": "reject-all", "element": "a", "container": "2" }] }] } }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.seen_banner() else { return Vec::new() };
    let mut findings = Vec::new();
    for screen in &banner.screens {
        let mut wrong = |found: String, expected: &str| {
            findings.push(Finding::seen(&visit.address, format!("{found} at {}", screen.size), expected));
        };
        match (screen.button("accept-all"), screen.button("reject-all")) {
            (None, None) => wrong("neither of the two buttons".into(), "both, side by side"),
            (Some(_), None) => wrong("no button that refuses".into(), "one beside the one that accepts"),
            (Some(accept), Some(reject)) if accept.element != reject.element => {
                wrong(format!("<{}> and <{}>", accept.element, reject.element), "two elements of one kind");
            }
            (Some(accept), Some(reject)) if accept.container != reject.container => {
                wrong("the two buttons apart".into(), "both in one container");
            }
            _ => {}
        }
    }
    findings
}
