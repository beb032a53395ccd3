//! A tag that waits for another consent manager waits for ever: nobody here reads its mark.

use crate::lint::finding::Finding;
use crate::lint::page::Tag;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "foreign-mark",
    level: Level::Warning,
    assertion: "A2",
    source: "GDPR article 4(11), \"specific\"",
    finds: "a tag that is marked for another consent manager, and so is never released",
    check,
    good: Example::page(
        "{}",
        r#"<script type="text/plain" data-consent="analytics" data-cookieconsent="statistics" src="/a.js"></script>
           <script data-cookieconsent="ignore" src="/b.js"></script><div data-category="analytics"></div>"#,
    ),
    bad: Example::page(
        "{}",
        r#"<script type="text/plain" data-cookieconsent="statistics" src="/a.js"></script>
           <iframe data-name="youtube" data-src="https://www.youtube.com/embed/1"></iframe>
           <script type="text/plain" class="optanon-category-C0004" src="/c.js"></script>"#,
    ),
};

/// What other managers call a category, beside those whose names are ours.
const CATEGORIES: [(&str, &str); 11] = [
    ("preferences", "functional"),
    ("functionality", "functional"),
    ("personalization", "functional"),
    ("C0003", "functional"),
    ("statistics", "analytics"),
    ("C0002", "analytics"),
    ("marketing", "advertising"),
    ("ads", "advertising"),
    ("C0004", "advertising"),
    ("C0005", "advertising"),
    ("C0001", "necessary"),
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in subject.pages() {
        let unmarked = page.tags.iter().filter(|tag| tag.value("data-consent").is_none());
        let foreign = unmarked.filter_map(|tag| Some((tag.line, foreign_mark(tag)?)));
        findings.extend(foreign.map(|(line, (found, expected))| {
            let expected =
                format!("data-consent=\"{expected}\", and an address under data-consent-<its attribute>");
            Finding::in_page(&page.path, line, found, expected)
        }));
    }
    findings
}

/// Another manager's mark as it is written, and what it is called here.
fn foreign_mark(tag: &Tag) -> Option<(String, String)> {
    let written = |name: &'static str| Some((name, tag.value(name)?));
    let is_inert = tag.value("type") == Some("text/plain");
    let waits = is_inert || tag.value("data-src").is_some();
    let by_category = |(name, value): (&str, &str)| (format!("{name}={}", quoted(value)), category(value));
    let by_service =
        |(name, value): (&str, &str)| (format!("{name}={}", quoted(value)), "service:<its id>".to_owned());
    // Cookiebot, whose `ignore` lets a tag act.
    let cookiebot = written("data-cookieconsent").filter(|(_, value)| *value != "ignore");
    // vanilla-cookieconsent, which reads scripts alone.
    let vanilla = written("data-category").filter(|_| tag.name == "script" && is_inert);
    let onetrust = written("class").filter(|_| waits).and_then(|(name, value)| {
        let id = value.split_whitespace().find_map(|class| class.strip_prefix("optanon-category-"))?;
        Some((format!("{name}={}", quoted(value)), category(id)))
    });
    let klaro = written("data-name").filter(|_| waits);
    let usercentrics = written("data-usercentrics");
    let held_address = written("data-cookieblock-src");
    cookiebot
        .or(vanilla)
        .map(by_category)
        .or(onetrust)
        .or_else(|| klaro.or(usercentrics).map(by_service))
        .or_else(|| {
            held_address.map(|(name, value)| (format!("{name}={}", quoted(value)), "auto".to_owned()))
        })
}

/// Our name for another manager's category; of several the first.
fn category(name: &str) -> String {
    let name = name.split([',', '-', ' ']).next().unwrap_or_default().trim();
    let known = CATEGORIES.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(name));
    known.map_or(name, |(_, ours)| ours).to_owned()
}
