//! Nothing is switched on before the visitor switches it on.

use crate::lint::finding::Finding;
use crate::lint::page::Tag;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "pre-ticked",
    level: Level::Error,
    assertion: "S1",
    source: "CJEU C-673/17 (Planet49); EDPB Cookie Banner Taskforce, practice B",
    finds: "a choice that is on before the visitor made it",
    check,
    good: Example::page("{}", r#"<input type="checkbox" data-consentry-category="analytics">"#),
    bad: Example::page(
        "{}",
        r#"<button role="switch" aria-checked="true" data-consentry-category="analytics">Statistics</button>"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in subject.pages() {
        let ticked = page.tags.iter().filter(|tag| {
            let asks = ["data-consentry-category", "data-consentry-service"];
            let asks = asks.into_iter().find_map(|name| tag.value(name));
            asks.is_some_and(|asked| asked != "necessary") && is_on(tag)
        });
        let found = |line| Finding::in_page(&page.path, line, "checked", "a choice that is off at first");
        findings.extend(ticked.map(|tag| found(tag.line)));
    }
    if let Some(visit) = subject.visit.filter(|visit| !visit.switches_on.is_empty()) {
        let found = format!("{} switched on", visit.switches_on.join(", "));
        findings.push(Finding::seen(&visit.address, found, "every switch off at first"));
    }
    findings
}

/// Whether a control is on: a checkbox, or an element that plays one or a switch.
fn is_on(tag: &Tag) -> bool {
    let plays = tag.value("role").is_some_and(|role| matches!(role, "switch" | "checkbox"));
    tag.value("checked").is_some() || (plays && tag.value("aria-checked") == Some("true"))
}
