//! Writes the texts of each language as files beside the component.

use consentry::bundle::BAKED_UNASKED;
use consentry::model::config::LANGUAGES;
use consentry::model::view::Texts;
use serde_json::{Map, Value};

use super::places::DIST;
use crate::workspace::{Outcome, read, write};

const FOLDER: &str = "src/ui/texts";

/// What the preferences say too, of the first layer's texts.
const ALSO_IN_PREFERENCES: [&str; 5] = ["direction", "reopen", "policy", "reject-all", "accept-all"];

/// Writes for each language `consentry-banner.<language>.txt`, the first layer's texts as a page carries them, and
/// `consentry-preferences.<language>.json`, which is fetched with the preferences. Returns the first layers' texts of those
/// languages that `consentry.js` carries by itself.
pub fn write_files() -> Outcome<Value> {
    let mut baked = Map::new();
    for language in LANGUAGES {
        let path = format!("{FOLDER}/{language}.json");
        let fault = |error| format!("{path}: {error}");
        let texts: Value = serde_json::from_str(&read(&path)?).map_err(|error| fault(error.to_string()))?;
        let part = |name: &str| Texts::of_part(&texts[name]).map_err(fault);
        let lines = part("banner")?.first_layer_lines().map_err(fault)?;
        write(&format!("{DIST}/consentry-banner.{language}.txt"), &lines)?;
        let mut preferences = part("preferences")?.to_json();
        for name in ALSO_IN_PREFERENCES {
            preferences[name] = texts["banner"][name].clone();
        }
        write(&format!("{DIST}/consentry-preferences.{language}.json"), preferences.to_string())?;
        if BAKED_UNASKED.contains(language) {
            baked.insert((*language).to_owned(), lines.into());
        }
    }
    Ok(baked.into())
}
