//! The preload scanner asks for a static tag before any script can act: only a marked one is not asked for.

use std::collections::BTreeSet;

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "unmarked-tag",
    level: Level::Warning,
    assertion: "P2",
    source: "ePrivacy directive article 5(3); EDPB Guidelines 2/2023, paragraphs 3.1 and 3.3",
    finds: "a static tag, or what is in it, that asks another host before there is consent",
    check,
    good: Example::page("{}", r#"<img data-consent="auto" data-consent-src="https://px.example.net/p.gif">"#),
    bad: Example::page("{}", r#"<link rel="preconnect" href="https://px.example.net">"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in subject.pages() {
        let unmarked =
            page.tags.iter().filter(|tag| tag.would_be_marked && tag.value("data-consent").is_none());
        findings.extend(unmarked.map(|tag| {
            let hosts = tag.contacts.iter().filter(|it| it.is_held).filter_map(|it| it.host.as_deref());
            let hosts: BTreeSet<_> = hosts.collect();
            let mut found = tag.excerpt();
            if !hosts.is_empty() {
                let hosts: Vec<_> = hosts.into_iter().collect();
                found.push_str(&format!(", which asks {}", hosts.join(", ")));
            }
            let expected = "a marked tag: consentry lint --fix, or consentry mark";
            Finding::in_page(&page.path, tag.line, found, expected)
        }));
    }
    findings
}
