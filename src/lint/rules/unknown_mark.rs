//! A mark by hand names something on which a visitor decides. Of a typing mistake the gate takes what is held longest.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "unknown-mark",
    level: Level::Error,
    assertion: "A2",
    source: "GDPR article 4(11), \"specific\"",
    finds: "a tag whose data-consent is neither auto nor a category or a service of the site",
    check,
    good: Example::page(
        r#"{ "services": [{ "id": "ga", "category": "analytics" }] }"#,
        r#"<script type="text/plain" data-consent="service:ga" src="/a.js"></script>
           <script type="text/plain" data-consent="analytics" src="/b.js"></script>
           <img data-consent="auto" data-consent-src="https://px.example.net/p.gif">"#,
    ),
    bad: Example::page(
        r#"{ "services": [{ "id": "ga", "category": "analytics" }] }"#,
        r#"<script type="text/plain" data-consent="statistics" src="/a.js"></script>
           <script type="text/plain" data-consent="service:gaa" src="/b.js"></script>"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let categories: Vec<_> = subject.config.categories.iter().map(|(category, _)| category.name()).collect();
    let expected = format!("auto, {} or service:<the id of a declared service>", categories.join(", "));
    let mut findings = Vec::new();
    for page in subject.pages() {
        let marks = page.tags.iter().filter_map(|tag| Some((tag.line, tag.mark_by_hand()?)));
        let unknown = marks.filter(|(_, mark)| subject.of_mark(mark).is_none());
        findings.extend(unknown.map(|(line, mark)| {
            Finding::in_page(&page.path, line, format!("data-consent={}", quoted(mark)), expected.as_str())
        }));
    }
    findings
}
