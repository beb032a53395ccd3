//! What runs before the gate runs without it.

use crate::lint::finding::Finding;
use crate::lint::page::Page;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "consent-tag-first",
    level: Level::Error,
    assertion: "P2",
    source: "ePrivacy directive article 5(3)",
    finds: "a page in which consentry.js is missing, waits (async, defer, module), or comes after another script",
    check,
    good: Example::page(
        "{}",
        r#"<!doctype html><html lang="en"><head><script type="application/json" id="consentry-config">{}</script>
           <template><script src="/part.js"></script></template><script type="javascript/blocked" src="/b.js"></script>
           <script src="/consentry.js"></script><script src="/own.js"></script></head></html>"#,
    ),
    bad: Example::page(
        "{}",
        r#"<!doctype html><title>Shop</title><script type="Module" src="/consentry.js"></script>"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject.pages().iter().filter(|page| page.is_whole).filter_map(judge).collect()
}

fn judge(page: &Page) -> Option<Finding> {
    let expected = "<script src=\"/consentry.js\"></script> before every other script in the head";
    let first = page.scripts().next();
    let Some(ours) = page.scripts().find(|tag| tag.loads_consentry) else {
        let line = first.map_or(1, |tag| tag.line);
        return Some(Finding::in_page(&page.path, line, "no tag of consentry.js", expected));
    };
    let waits = ["async", "defer"].into_iter().find(|name| ours.value(name).is_some());
    let is_module = ours.value("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("module"));
    if let Some(word) = waits.or(is_module.then_some("type=\"module\"")) {
        let found = format!("{word} on the tag of consentry.js");
        let expected = "a classic tag, neither async nor deferred";
        return Some(Finding::in_page(&page.path, ours.line, found, expected));
    }
    let first = first.filter(|first| !first.loads_consentry)?;
    let found = format!("{} before consentry.js", first.excerpt());
    Some(Finding::in_page(&page.path, first.line, found, expected))
}
