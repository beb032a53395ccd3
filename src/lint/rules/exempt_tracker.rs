//! What the gate never touches is not known for measuring or advertising.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::tables::tracker_within;

pub(super) const RULE: Rule = Rule {
    id: "exempt-tracker",
    level: Level::Warning,
    assertion: "P2",
    source: "ePrivacy directive article 5(3)",
    finds: "a host that the gate never touches and the tables know, or one below it, for analytics or advertising",
    check,
    good: Example::config(r#"{ "gate": { "exempt": ["pay.example.org"] } }"#),
    bad: Example::config(r#"{ "gate": { "exempt": ["google.com"] } }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let gate = &subject.config.gate;
    let exempt = gate.exempt.iter().enumerate().map(|(at, host)| (format!("gate.exempt[{at}]"), host));
    let own = gate.first_party.iter().enumerate().map(|(at, host)| (format!("gate.firstParty[{at}]"), host));
    let known = exempt.chain(own).filter_map(|(path, host)| {
        Some(Finding::at(path, tracker_within(host.as_str())?, "a declared service"))
    });
    known.collect()
}
