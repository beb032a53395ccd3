//! The way back to the choices: where a page has none of its own, the component shows a small button.

use crate::lint::finding::Finding;
use crate::lint::page::Page;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "no-way-back",
    level: Level::Info,
    assertion: "W1",
    source: "GDPR article 7(3); EDPB Cookie Banner Taskforce, practice K",
    finds: "a page without an element of its own that opens the choices, so that the small button appears",
    check,
    good: Example::page(
        "{}",
        r#"<body><a href="/privacy" data-consentry="preferences">Privacy choices</a></body>"#,
    ),
    bad: Example::page(
        "{}",
        r#"<!doctype html><title>Shop</title><p data-consentry="withdraw">Withdraw</p>"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // The gate takes "withdraw" alone for none: it shows nothing.
    let has_way_back =
        |page: &Page| page.tags.iter().any(|tag| tag.value("data-consentry") == Some("preferences"));
    let without = subject.pages().iter().filter(|page| page.is_whole && !has_way_back(page));
    let expected = "data-consentry=\"preferences\" on a link of your own, or the small button that appears";
    without.map(|page| Finding::in_page(&page.path, 1, "no way back of its own", expected)).collect()
}
