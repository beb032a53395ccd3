//! The banner speaks the language of its page.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "page-language",
    level: Level::Warning,
    assertion: "L9",
    source: "GDPR article 12(1); EDPB Guidelines 03/2022, \"language discontinuity\"",
    finds: "a page in a language that the site does not have, or that does not say its language",
    check,
    good: Example::page(r#"{ "languages": ["en"] }"#, r#"<html lang="en-GB"><body></body></html>"#),
    bad: Example::page(
        r#"{ "languages": ["en"] }"#,
        "<!doctype html><meta charset=utf-8><title>Shop</title>",
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let tags: Vec<_> = subject.config.languages.iter().map(|language| language.as_str()).collect();
    let expected = format!("one of the site's languages: {}", tags.join(", "));
    let mut findings = Vec::new();
    for page in subject.pages().iter().filter(|page| page.is_whole) {
        let html = page.tags.iter().find(|tag| tag.name == "html");
        let lang = html.and_then(|html| html.value("lang")).filter(|lang| !lang.is_empty());
        let found = match lang {
            None => "no lang".to_owned(),
            Some(lang) if subject.language_of(lang).is_none() => format!("lang=\"{lang}\""),
            Some(_) => continue,
        };
        findings.push(Finding::in_page(
            &page.path,
            html.map_or(1, |html| html.line),
            found,
            expected.as_str(),
        ));
    }
    findings
}
