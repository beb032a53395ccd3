//! What cannot be measured is named, for somebody to look at it.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "unmeasured-contrast",
    level: Level::Warning,
    assertion: "L3",
    source: "WCAG 2.2, 1.4.3",
    finds: "text of the shown banner or of its buttons that lies on a picture or a gradient, so that its contrast cannot \
            be computed",
    check,
    good: Example::visit("{}", r#"{ "banner": { "unmeasured": [] } }"#),
    bad: Example::visit("{}", r#"{ "banner": { "unmeasured": ["the button accept-all"] } }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.seen_banner() else { return Vec::new() };
    let found = |what: &String| format!("{what} on a picture or a gradient");
    let unmeasured = banner.unmeasured.iter();
    unmeasured.map(|what| Finding::seen(&visit.address, found(what), "a ground of one colour")).collect()
}
