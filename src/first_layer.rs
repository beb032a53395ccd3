//! The banner's first layer for the bundler: packs a language's texts as the page carries them, and writes the artefact
//! that its notice is the hash of. What is said is decided in `consentry-notice`, for the page and for this alike.

use consentry_notice::{FirstLayer, ItemKind, KEYS, Lines, Screen};
use serde_json::Value;

use crate::model::category::Category;
use crate::model::config::Config;

/// A language's texts, one line each, in the order of [`KEYS`].
///
/// # Errors
/// Names the text that is missing or has no room on one line.
pub fn lines(texts: &Value) -> Result<String, String> {
    let line = |key: &str| {
        let text = texts[key].as_str().filter(|text| !text.is_empty() && !text.contains(char::is_control));
        text.ok_or_else(|| format!("found {} at {key:?}, expected a text on one line", texts[key]))
    };
    Ok(KEYS.into_iter().map(line).collect::<Result<Vec<_>, _>>()?.join("\n"))
}

/// The artefact of the first layer on a page of this host: one item a line, in the order of the screen. `texts` as
/// [`lines`] packs them.
pub fn artefact(config: &Config, language: &str, texts: &str, host: &str) -> String {
    let site = config.site_json(language);
    let text = |pointer: &str| site.pointer(pointer).and_then(Value::as_str);
    let facts = [language, text("/policyUrl").unwrap_or_default(), text("/controller/name").unwrap_or(host)];
    let asked = config.categories.iter().fold(0, |set, (category, _)| set | 1 << *category as u32);
    let need_consent = config.services.iter().filter(|service| service.category != Category::Necessary);
    let lines = [&[texts], &facts[..]].concat().join("\n");
    let layer = FirstLayer {
        lines: Lines(lines.as_bytes()),
        asked,
        services: u32::try_from(need_consent.count()).unwrap_or(u32::MAX),
    };
    let mut artefact = Artefact(format!("consentry notice 1\nlanguage: {language}\nlayer: 1\n").into_bytes());
    layer.content(&mut artefact);
    layer.controls(&mut artefact);
    String::from_utf8_lossy(&artefact.0).into_owned()
}

/// The lines of an artefact.
struct Artefact(Vec<u8>);

impl Screen for Artefact {
    fn begin(&mut self, kind: ItemKind, name: &[u8]) {
        for piece in [kind.word().as_bytes(), b" ", name, b": "] {
            self.text(piece);
        }
    }

    fn text(&mut self, piece: &[u8]) {
        self.0.extend_from_slice(piece);
    }

    fn end(&mut self, _: ItemKind) {
        self.text(b"\n");
    }
}
