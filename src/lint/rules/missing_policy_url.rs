//! The first layer leads to the whole of what a visitor may know.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "missing-policy-url",
    level: Level::Error,
    assertion: "L7",
    source: "GDPR article 13; EDPB Guidelines 05/2020",
    finds: "no address of the owner's policy, to which the first layer links",
    check,
    good: Example::config(r#"{ "policyUrl": "/privacy" }"#),
    bad: Example::config("{}"),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.config.policy_url.is_some() {
        return Vec::new();
    }
    vec![Finding::missing("policyUrl", "where visitors read your policy")]
}
