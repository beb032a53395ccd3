//! The two buttons weigh the same in words, and each says what it does: an owner who renames one renames the other.

use crate::lint::finding::Finding;
use crate::lint::labels::{DecidingLabels, component_labels};
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::shape::{below, quoted};

pub(super) const RULE: Rule = Rule {
    id: "unbalanced-labels",
    level: Level::Error,
    assertion: "L2",
    source: "EDPB Cookie Banner Taskforce, practices A and C; CNIL 2020-092, paragraph 34",
    finds: "own words for one of the two buttons alone, the same for both, or for one what the other says",
    check,
    good: Example::config(
        r#"{ "banner": { "texts": { "en": { "accept-all": "Accept all", "reject-all": "Reject" } } } }"#,
    ),
    bad: Example::config(
        r#"{ "banner": { "texts": { "en": { "accept-all": "Reject all", "reject-all": "Accept all" } } } }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for own in DecidingLabels::of(subject.config) {
        let path = |name: &str| below(&own.path, name);
        match (own.accept_all, own.reject_all) {
            (Some(accept), Some(reject)) if is_same(accept, reject) => {
                let found = format!("{} for both buttons", quoted(accept));
                findings.push(Finding::at(
                    own.path.as_str(),
                    found,
                    "a label that accepts and one that refuses",
                ));
            }
            (Some(_), Some(_)) | (None, None) => {}
            (Some(label), None) | (None, Some(label)) => {
                let other = if own.accept_all.is_some() { "reject-all" } else { "accept-all" };
                let expected = format!("words to match {}", quoted(label));
                findings.push(Finding::missing(path(other), expected));
            }
        }
        let usual = component_labels(own.language);
        for (name, label, of_the_other) in [
            ("accept-all", own.accept_all, usual.reject_all),
            ("reject-all", own.reject_all, usual.accept_all),
        ] {
            if let Some(label) = label.filter(|label| is_same(label, of_the_other)) {
                let found = format!("{}, the usual words of the other button", quoted(label));
                findings.push(Finding::at(path(name), found, "words that say what this button does"));
            }
        }
    }
    findings
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
