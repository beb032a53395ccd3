//! Writes the texts of each language as files beside the component.

use consentry::bundle::BAKED_UNASKED;
use consentry::model::config::LANGUAGES;
use consentry::model::view::Texts;
use serde_json::{Map, Value};

use super::places::DIST;
use crate::workspace::{Outcome, read, write};

const FOLDER: &str = "src/ui/texts";

/// Writes for each language `consentry-banner.<language>.txt`, the first layer's texts as a page carries them, and
/// `consentry-preferences.<language>.json`, which is fetched with the preferences. Returns the first layers' texts of those
/// languages that `consentry.js` carries by itself.
pub fn write_files() -> Outcome<Value> {
    let mut baked = Map::new();
    for language in LANGUAGES {
        let path = format!("{FOLDER}/{language}.json");
        let fault = |error| format!("{path}: {error}");
        let texts: Value = serde_json::from_str(&read(&path)?).map_err(|error| fault(error.to_string()))?;
        let first_layer = Texts::of_part(&texts["banner"]).map_err(fault)?;
        let lines = first_layer.first_layer_lines().map_err(fault)?;
        write(&format!("{DIST}/consentry-banner.{language}.txt"), &lines)?;
        let preferences = Texts::of_preferences(&texts).map_err(fault)?.to_json();
        write(&format!("{DIST}/consentry-preferences.{language}.json"), preferences.to_string())?;
        if BAKED_UNASKED.contains(language) {
            baked.insert((*language).to_owned(), lines.into());
        }
    }
    Ok(baked.into())
}
