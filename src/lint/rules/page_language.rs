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
    bad: Example::page(r#"{ "languages": ["en"] }"#, r#"<html lang="sv"><body></body></html>"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let tags: Vec<_> = subject.config.languages.iter().map(|language| language.as_str()).collect();
    let fits = |lang: &str| {
        let lang = lang.to_ascii_lowercase();
        // Norwegian without more is read as bokmål.
        let written = lang.split('-').next().unwrap_or_default();
        tags.iter().any(|tag| *tag == lang || *tag == written || (written == "no" && *tag == "nb"))
    };
    let mut findings = Vec::new();
    for page in subject.pages() {
        let Some(html) = page.tags.iter().find(|tag| tag.name == "html") else { continue };
        let expected = format!("one of the site's languages: {}", tags.join(", "));
        match html.value("lang").filter(|lang| !lang.is_empty()) {
            None => findings.push(Finding::in_page(&page.path, html.line, "no lang", expected)),
            Some(lang) if !fits(lang) => {
                findings.push(Finding::in_page(&page.path, html.line, format!("lang=\"{lang}\""), expected));
            }
            Some(_) => {}
        }
    }
    findings
}
