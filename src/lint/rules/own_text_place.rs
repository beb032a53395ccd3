//! An owner's wording says what the component's says: the controller, the purposes, the way back.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::lint::finding::Finding;
use crate::lint::owner_texts::own_text_path;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "own-text-place",
    level: Level::Error,
    assertion: "L7",
    source: "GDPR article 13; CJEU C-673/17 (Planet49)",
    finds: "own words that leave out a place, such as {controller}, that the component's words have, or have another",
    check,
    good: Example::config(
        r#"{ "banner": { "texts": { "en": { "withdrawal": "Change your mind at any time under “{reopen}”." } } } }"#,
    ),
    bad: Example::config(
        r#"{ "banner": { "texts": { "en": { "withdrawal": "Change your mind at any time." } } } }"#,
    ),
};

/// The component's texts in its first language: every language has the same places.
const TEXTS: &str = include_str!("../../ui/texts/en.json");

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let own = &subject.config.banner.texts;
    if own.is_empty() {
        return Vec::new();
    }
    let originals: Map<String, Value> = serde_json::from_str(TEXTS).unwrap_or_default();
    let mut findings = Vec::new();
    for (language, texts) in own {
        for (name, text) in texts {
            let original = originals.values().find_map(|layer| layer.get(name));
            let Some(original) = original.and_then(|text| text.get("other").unwrap_or(text).as_str()) else {
                continue;
            };
            let (wanted, found) = (places(original), places(text));
            let path = own_text_path(*language, name);
            for place in wanted.difference(&found) {
                findings.push(Finding::missing(path.as_str(), format!("{{{place}}} somewhere in it")));
            }
            for place in found.difference(&wanted) {
                findings.push(Finding::at(path.as_str(), quoted(&format!("{{{place}}}")), "no such place"));
            }
        }
    }
    findings
}

/// The names between braces.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}
