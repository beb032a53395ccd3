//! One of the two buttons does not say much more than the other.

use crate::lint::finding::Finding;
use crate::lint::labels::DecidingLabels;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "longer-label",
    level: Level::Warning,
    assertion: "L2",
    source: "CNIL 2020-092, paragraph 34; our threshold",
    finds: "own words for the two buttons of which one is more than twice as long as the other",
    check,
    good: Example::config(
        r#"{ "banner": { "texts": { "en": { "accept-all": "Accept all", "reject-all": "Reject" } } } }"#,
    ),
    bad: Example::config(
        r#"{ "banner": { "texts": { "en": { "accept-all": "Accept and continue", "reject-all": "Reject" } } } }"#,
    ),
};

/// How many times the shorter label the longer one may be.
const MOST_TIMES: usize = 2;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for own in DecidingLabels::of(subject.config) {
        let (Some(accept), Some(reject)) = (own.accept_all, own.reject_all) else { continue };
        let [one, other] = [accept, reject].map(|label| label.trim().chars().count());
        if one.max(other) > one.min(other) * MOST_TIMES {
            let found = format!("{} and {}", quoted(accept), quoted(reject));
            findings.push(Finding::at(own.path, found, "two labels of about the same length"));
        }
    }
    findings
}
