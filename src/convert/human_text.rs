//! A text for visitors as the other managers have it: one for every language, or one for each.

use serde_json::{Map, Value};

use crate::model::config::Language;

/// The longest that our configuration takes, in characters.
const LONGEST: usize = 2000;

/// What there is of one text: in a language, or, without one, where there is none of a language's own.
#[derive(Clone, Debug, Default)]
pub(super) struct HumanText(Vec<(Option<Language>, String)>);

impl HumanText {
    /// Adds a text; false where another stands already.
    pub fn add(&mut self, language: Option<Language>, text: String) -> bool {
        if let Some((_, known)) = self.0.iter().find(|(known, _)| *known == language) {
            return *known == text;
        }
        self.0.push((language, text));
        true
    }

    /// Adds what the other has and this has not; false where another stands already.
    pub fn complete_with(&mut self, other: HumanText) -> bool {
        other.0.into_iter().fold(true, |all, (language, text)| self.add(language, text) && all)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As our configuration writes it, for a site with these languages: a text, or one under each language.
    pub fn to_json(&self, languages: &[Language]) -> Option<Value> {
        let text = |language| self.0.iter().find(|(known, _)| *known == language).map(|(_, text)| text);
        let own = |language: &Language| text(Some(*language)).or(text(None));
        let texts: Vec<_> =
            languages.iter().filter_map(|language| Some((language, own(language)?))).collect();
        let Some((_, first)) = texts.first() else { return Some(text(None)?.as_str().into()) };
        if texts.len() == languages.len() && texts.iter().all(|(_, text)| text == first) {
            return Some(first.as_str().into());
        }
        let by_language =
            texts.iter().map(|(language, text)| (language.as_str().to_owned(), (*text).clone().into()));
        Some(Value::Object(by_language.collect::<Map<_, _>>()))
    }
}

/// The text in the form that our configuration takes, and whether it had to be cut. Nothing where nothing is said.
pub(super) fn fitting(text: &str) -> Option<(String, bool)> {
    let plain: String =
        text.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { ' ' } else { c }).collect();
    let plain = plain.trim();
    let short: String = plain.chars().take(LONGEST).collect();
    let was_cut = short.len() < plain.len();
    (!plain.is_empty()).then_some((short, was_cut))
}

/// Our language for a tag such as `en-US`, `de_AT` or `no`: with its region, or else without (RFC 4647, 3.4).
pub(super) fn language_tagged(tag: &str) -> Option<Language> {
    let tag = tag.replace('_', "-").to_lowercase();
    let primary = tag.split('-').next().unwrap_or_default();
    let primary = if primary == "no" { "nb" } else { primary };
    Language::named(&tag).or_else(|| Language::named(primary))
}
