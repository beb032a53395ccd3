//! A text that the owner wrote for visitors: one for every language, or one per language.

use super::names::Language;

/// What the owner wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// The same in every language.
    Same(String),
    /// One per language, at least one.
    By(Vec<(Language, String)>),
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
