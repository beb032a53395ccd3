//! A tag with a mark that still acts is held by nobody but the gate, and its request leaves.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "half-marked-tag",
    level: Level::Error,
    assertion: "P2",
    source: "ePrivacy directive article 5(3)",
    finds: "a tag with data-consent whose address is still live, or a script of that kind without type=\"text/plain\"",
    check,
    good: Example::page(
        "{}",
        r#"<script type="text/plain" data-consent="analytics" src="https://stats.example.net/s.js"></script>"#,
    ),
    bad: Example::page(
        "{}",
        r#"<script data-consent="analytics" src="https://stats.example.net/s.js"></script>"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in subject.pages() {
        let half = page.tags.iter().filter(|tag| tag.would_be_marked && tag.value("data-consent").is_some());
        findings.extend(half.map(|tag| {
            let expected = match tag.name.as_str() {
                "script" | "style" => "type=\"text/plain\" beside data-consent",
                _ => "the address under data-consent-<its attribute>",
            };
            Finding::in_page(&page.path, tag.line, tag.excerpt(), expected)
        }));
    }
    findings
}
