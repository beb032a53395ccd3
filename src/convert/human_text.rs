//! A text for visitors as the other managers have it: one for every language, or one for each.

use serde_json::{Map, Value};

use crate::model::config::Language;

/// The longest that our configuration takes, in characters.
const LONGEST: usize = 2000;

/// What there is of one text.
#[derive(Clone, Debug, Default)]
pub(super) struct HumanText {
    /// Where there is none of a language's own.
    pub everywhere: Option<String>,
    pub by_language: Vec<(Language, String)>,
}

impl HumanText {
    /// Adds what the other has and this has not.
    pub fn complete_with(&mut self, other: HumanText) {
        if self.everywhere.is_none() {
            self.everywhere = other.everywhere;
        }
        for (language, text) in other.by_language {
            if !self.by_language.iter().any(|(known, _)| *known == language) {
                self.by_language.push((language, text));
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.everywhere.is_none() && self.by_language.is_empty()
    }

    /// As our configuration writes it, for a site with these languages: a text, or one under each language.
    pub fn to_json(&self, languages: &[Language]) -> Option<Value> {
        let own = |language: &Language| {
            let found = self.by_language.iter().find(|(known, _)| known == language);
            found.map(|(_, text)| text).or(self.everywhere.as_ref())
        };
        let texts: Vec<_> =
            languages.iter().filter_map(|language| Some((language, own(language)?))).collect();
        let Some((_, first)) = texts.first() else { return Some(self.everywhere.clone()?.into()) };
        if texts.len() == languages.len() && texts.iter().all(|(_, text)| text == first) {
            return Some(first.as_str().into());
        }
        let by_language =
            texts.iter().map(|(language, text)| (language.as_str().to_owned(), (*text).clone().into()));
        Some(Value::Object(by_language.collect::<Map<_, _>>()))
    }
}

/// The text in the form that our configuration takes, and whether it had to be cut. Nothing where nothing is said.
pub(super) fn fitting(text: &str) -> Option<(String, WasCut)> {
    let plain: String =
        text.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { ' ' } else { c }).collect();
    let plain = plain.trim();
    let short: String = plain.chars().take(LONGEST).collect();
    let was_cut = if short.len() < plain.len() { WasCut::Yes } else { WasCut::No };
    (!plain.is_empty()).then_some((short, was_cut))
}

/// Whether a text was longer than ours may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WasCut {
    Yes,
    No,
}

/// Our language for a tag such as `en-US`, `de_AT` or `no`: with its region, or else without (RFC 4647, 3.4).
pub(super) fn language_tagged(tag: &str) -> Option<Language> {
    let tag = tag.replace('_', "-").to_lowercase();
    let primary = tag.split('-').next().unwrap_or_default();
    let primary = if primary == "no" { "nb" } else { primary };
    Language::named(&tag).or_else(|| Language::named(primary))
}
