//! What the two buttons say that decide everything: in the owner's words, and in the component's. Knows no rule.

use crate::model::config::{Config, DECIDING_LABELS, Language};

/// The owner's words for the two buttons in one language.
pub(super) struct DecidingLabels<'a> {
    pub language: Language,
    /// The path of the language's texts.
    pub path: String,
    pub accept_all: Option<&'a str>,
    pub reject_all: Option<&'a str>,
}

impl<'a> DecidingLabels<'a> {
    /// In each language that has words of the owner's.
    pub fn of(config: &'a Config) -> impl Iterator<Item = DecidingLabels<'a>> {
        config.banner.texts.iter().map(|(language, texts)| {
            let own =
                |wanted: &str| texts.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
            DecidingLabels {
                language: *language,
                path: format!("banner.texts.{}", language.as_str()),
                accept_all: own("accept-all"),
                reject_all: own("reject-all"),
            }
        })
    }
}

/// The component's own words for them.
pub(super) fn component_labels(language: Language) -> ComponentLabels {
    let found = DECIDING_LABELS.iter().find(|(tag, _, _)| *tag == language.as_str());
    let (_, accept_all, reject_all) = found.copied().unwrap_or_default();
    ComponentLabels { accept_all, reject_all }
}

/// The component's words for the two buttons.
pub(super) struct ComponentLabels {
    pub accept_all: &'static str,
    pub reject_all: &'static str,
}
