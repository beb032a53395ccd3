//! The shown banner speaks its page's language; else the visitor's, or the fallback that the owner named first.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "banner-language",
    level: Level::Error,
    assertion: "L9",
    source: "GDPR article 12(1); EDPB Guidelines 03/2022, \"language discontinuity\"",
    finds: "a shown banner in another language than its page's, or than the fallback where the site lacks that",
    check,
    good: Example::visit("{}", r#"{ "pageLanguage": "sv-SE", "banner": { "language": "sv" } }"#),
    bad: Example::visit(
        r#"{ "languages": ["sv", "en"] }"#,
        r#"{ "pageLanguage": "fr", "banner": { "language": "en" } }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.seen_banner() else { return Vec::new() };
    let wanted = std::iter::once(&visit.page_language).chain(&visit.visitor_languages);
    let known = wanted.filter_map(|tag| subject.language_of(tag)).next();
    let fallback = subject.config.languages.first().map(|language| language.as_str());
    let (Some(expected), shown) = (known.or(fallback), banner.language.as_str()) else { return Vec::new() };
    if shown.is_empty() || shown == expected {
        return Vec::new();
    }
    let found = format!("a banner in \"{shown}\" on a page in \"{}\"", visit.page_language);
    vec![Finding::seen(&visit.address, found, format!("one in \"{expected}\""))]
}
