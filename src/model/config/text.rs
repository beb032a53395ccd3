//! A text that the owner wrote for visitors: one for every language, or one per language.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value};

use super::values::Language;

/// What the owner wrote.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// The same in every language.
    Same(String),
    /// One per language, at least one.
    By(#[serde(deserialize_with = "by_language")] Vec<(Language, String)>),
}

/// The texts of an object with a language under each key, in the order in which they are written.
fn by_language<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(Language, String)>, D::Error> {
    let written = Map::<String, Value>::deserialize(deserializer)?;
    let text = |(tag, text): (&String, &Value)| Some((Language::named(tag)?, text.as_str()?.to_owned()));
    let texts = written.iter().map(text).collect::<Option<_>>();
    texts.ok_or_else(|| D::Error::custom("expected a text for each of the component's languages"))
}

impl Text {
    /// The text in this language; else in the first of `order` that has one; else any.
    pub fn in_language(&self, language: &str, order: &[Language]) -> &str {
        let texts = match self {
            Text::Same(text) => return text,
            Text::By(texts) => texts,
        };
        let find = |tag: &str| texts.iter().find(|(known, _)| known.as_str() == tag);
        find(language)
            .or_else(|| order.iter().find_map(|language| find(language.as_str())))
            .or(texts.first())
            .map_or("", |(_, text)| text)
    }

    /// What a text may hold: 1 to 2,000 characters, not only spaces, no control characters but line
    /// ends and tabs.
    pub(super) fn holds(text: &str) -> bool {
        !text.trim().is_empty()
            && text.chars().count() <= 2000
            && !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    }
}
