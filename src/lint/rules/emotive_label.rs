//! What visitors read informs them: it neither stirs feelings nor promotes, and a button says what it does.

use crate::lint::finding::Finding;
use crate::lint::owner_texts::{own_text_path, owner_texts, sayings};
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::wording::{Kind, is_phrase, phrase_in};
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "emotive-label",
    level: Level::Warning,
    assertion: "L8",
    source: "EDPB Guidelines 03/2022, \"emotional steering\" and \"left in the dark\"",
    finds: "a text that stirs feelings or promotes, or a button that does not say what it does",
    check,
    good: Example::config(
        r#"{ "banner": { "texts": { "en": { "accept-all": "Accept everything", "reject-all": "Reject everything" } } },
            "services": [{ "id": "a", "name": "A Statistics", "category": "analytics", "purpose": "Counts visits" }] }"#,
    ),
    bad: Example::config(
        r#"{ "banner": { "texts": { "en": { "accept-all": "Got it", "title": "We love cookies, and so will you" } } } }"#,
    ),
};

/// The buttons whose words must say what they do.
const BUTTONS: [&str; 4] = ["accept-all", "reject-all", "preferences", "save"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (language, texts) in &subject.config.banner.texts {
        for (name, text) in texts {
            let path = own_text_path(*language, name);
            if let Some(phrase) = phrase_in(Kind::Emotive, language.as_str(), text) {
                findings.push(neutral(&path, phrase));
            }
            let is_vague =
                is_phrase(Kind::Vague, language.as_str(), text) || !text.contains(char::is_alphabetic);
            if BUTTONS.contains(&name.as_str()) && is_vague {
                findings.push(Finding::at(path, quoted(text), "words that say what the button does"));
            }
        }
    }
    for (path, text) in owner_texts(subject) {
        let said = sayings(subject, text);
        let phrase = said.into_iter().find_map(|(language, said)| phrase_in(Kind::Emotive, language, said));
        findings.extend(phrase.map(|phrase| neutral(&path, phrase)));
    }
    findings
}

fn neutral(path: &str, phrase: String) -> Finding {
    Finding::at(path, phrase, "words that inform and neither stir feelings nor promote")
}
