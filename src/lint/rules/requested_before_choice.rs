//! Before a choice nobody is contacted but whom the visitor asked for.

use consentry_policy::grants::Grants;

use crate::classify::rules::{Base, Rules};
use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "requested-before-choice",
    level: Level::Error,
    assertion: "P2",
    source: "ePrivacy directive article 5(3); EDPB Guidelines 2/2023, paragraphs 3.1 and 3.3",
    finds: "a host that is asked before a choice and is not necessary",
    check,
    good: Example::visit(
        r#"{ "services": [{ "id": "pay", "category": "necessary", "hosts": ["pay.example.org"] }] }"#,
        r#"{ "requestedHosts": ["js.pay.example.org"] }"#,
    ),
    bad: Example::visit("{}", r#"{ "requestedHosts": ["stats.example.net"] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(visit) = subject.visit else { return Vec::new() };
    let rules = Rules::new(subject.config, &[]);
    let nothing: Grants = rules.grants([], []);
    let held = visit.requested_hosts.iter().filter(|host| {
        let verdict = rules.verdict(&format!("https://{host}/"), &Base::page("/"));
        verdict.is_some_and(|verdict| !rules.allow(verdict, &nothing))
    });
    let expected =
        "no request before a choice: mark its tag (consentry mark), or send a policy (consentry csp)";
    held.map(|host| Finding::seen(&visit.address, format!("a request to {host}"), expected)).collect()
}
