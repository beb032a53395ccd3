//! What runs without being asked for says on what it rests. Everything else rests on consent.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::LegalBasis;

pub(super) const RULE: Rule = Rule {
    id: "missing-legal-basis",
    level: Level::Error,
    assertion: "S4",
    source: "GDPR article 13(1)(c); EDPB Cookie Banner Taskforce, practice I",
    finds: "a necessary service without a legal basis",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "pay", "category": "necessary", "legalBasis": "contract" },
            { "id": "a", "category": "analytics" }] }"#,
    ),
    bad: Example::config(r#"{ "services": [{ "id": "pay", "category": "necessary" }] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let bases: Vec<_> = LegalBasis::NAMES.iter().filter(|name| **name != "consent").copied().collect();
    let without = subject.necessary_services().filter(|(_, service)| service.legal_basis.is_none());
    let expected = format!("one of {}", bases.join(", "));
    without.map(|(path, _)| Finding::missing(format!("{path}.legalBasis"), expected.as_str())).collect()
}
