//! A visitor reads everything in one language.

use crate::lint::finding::Finding;
use crate::lint::owner_texts::{owner_names, owner_texts};
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::Text;

pub(super) const RULE: Rule = Rule {
    id: "missing-language-text",
    level: Level::Error,
    assertion: "L9",
    source: "GDPR article 12(1); EDPB Guidelines 03/2022, \"language discontinuity\"",
    finds: "a text that is written by language and lacks one of the site's languages",
    check,
    good: Example::config(
        r#"{ "languages": ["en", "sv"], "services": [{ "id": "a", "name": "A", "category": "analytics",
            "purpose": { "en": "Counts visits", "sv": "Räknar besök" } }] }"#,
    ),
    bad: Example::config(
        r#"{ "languages": ["en", "sv"], "services": [{ "id": "a", "category": "analytics",
            "purpose": { "en": "Counts visits" } }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in owner_names(subject).into_iter().chain(owner_texts(subject)) {
        let Text::By(texts) = text else { continue };
        let is_missing = |tag: &&str| !texts.iter().any(|(language, _)| language.as_str() == *tag);
        let tags = subject.config.languages.iter().map(|language| language.as_str());
        let missing: Vec<_> = tags.filter(is_missing).collect();
        if !missing.is_empty() {
            let found: Vec<_> = texts.iter().map(|(language, _)| language.as_str()).collect();
            let expected = format!("{} too, or only these under languages", missing.join(", "));
            findings.push(Finding::at(path, found.join(", "), expected));
        }
    }
    findings
}
