//! The shown banner speaks its page's language, or the fallback that the owner named first.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "banner-language",
    level: Level::Error,
    assertion: "L9",
    source: "GDPR article 12(1); EDPB Guidelines 03/2022, \"language discontinuity\"",
    finds: "a shown banner in another language than its page, although the site has that language",
    check,
    good: Example::visit("{}", r#"{ "pageLanguage": "sv-SE", "banner": { "language": "sv" } }"#),
    bad: Example::visit("{}", r#"{ "pageLanguage": "sv-SE", "banner": { "language": "en" } }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.visit.and_then(|visit| Some((visit, visit.banner.as_ref()?))) else {
        return Vec::new();
    };
    let page = visit.page_language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let has_it = subject.config.languages.iter().any(|language| language.as_str() == page);
    let shown = banner.language.split('-').next().unwrap_or_default();
    if !has_it || shown.is_empty() || shown == page {
        return Vec::new();
    }
    let found = format!("a banner in \"{shown}\" on a page in \"{page}\"");
    vec![Finding::seen(&visit.address, found, "the page's language")]
}
