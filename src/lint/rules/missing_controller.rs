//! Visitors are told who is responsible: name, address and how to reach them.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "missing-controller",
    level: Level::Error,
    assertion: "C1",
    source: "GDPR article 13(1)(a) and (b)",
    finds: "a controller without a legal name, a postal address or a way to reach it",
    check,
    good: Example::config(
        r#"{ "controller": { "name": "Shop Ltd", "address": "1 Street, Town", "contact": "privacy@shop.example" } }"#,
    ),
    bad: Example::config(r#"{ "controller": { "name": "Shop Ltd" } }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let controller = &subject.config.controller;
    let wanted = [
        ("name", &controller.name, "the controller's legal name"),
        ("address", &controller.address, "its postal address"),
        ("contact", &controller.contact, "how to reach it"),
    ];
    let missing = wanted.into_iter().filter(|(_, text, _)| text.is_none());
    missing.map(|(key, _, expected)| Finding::missing(format!("controller.{key}"), expected)).collect()
}
