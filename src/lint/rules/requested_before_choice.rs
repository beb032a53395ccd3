//! Before a choice nobody is contacted but whom the visitor asked for.

use std::collections::BTreeSet;

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "requested-before-choice",
    level: Level::Error,
    assertion: "P2",
    source: "ePrivacy directive article 5(3); EDPB Guidelines 2/2023, paragraphs 3.1 and 3.3",
    finds: "a host, or a script of the site's own, that is asked before a choice and is not necessary",
    check,
    good: Example::visit(
        r#"{ "services": [{ "id": "pay", "category": "necessary", "hosts": ["pay.example.org"],
            "scripts": ["https://cdn.example.net/pay/*"] }] }"#,
        r#"{ "requested": ["https://js.pay.example.org/", "https://cdn.example.net/pay/1.js", "/own.js"] }"#,
    ),
    bad: Example::visit("{}", r#"{ "requested": ["https://stats.example.net/s.js"] }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(visit) = subject.visit else { return Vec::new() };
    let held = visit.contacts.iter().filter(|contact| contact.is_held);
    let asked: BTreeSet<_> = held.map(|it| it.host.as_deref().unwrap_or(&it.address)).collect();
    let expected =
        "no request before a choice: mark its tag (consentry mark), or send a policy (consentry csp)";
    let found = |asked: &str| Finding::seen(&visit.address, format!("a request to {asked}"), expected);
    asked.into_iter().map(found).collect()
}
