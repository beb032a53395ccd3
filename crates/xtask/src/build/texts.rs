//! Writes the texts of each language as files beside the component.

use serde_json::Value;

use super::places::DIST;
use crate::workspace::{Outcome, names_in, read, write};

const FOLDER: &str = "src/ui/texts";

/// Writes `consentry-preferences.<language>.json`, which is fetched when the preferences are opened. Returns
/// the languages with all their texts, sorted.
pub fn write_files() -> Outcome<Vec<(String, Value)>> {
    let mut languages = Vec::new();
    for name in names_in(FOLDER)? {
        let Some(language) = name.strip_suffix(".json") else { continue };
        let texts: Value = serde_json::from_str(&read(&format!("{FOLDER}/{name}"))?)
            .map_err(|error| format!("{FOLDER}/{name}: {error}"))?;
        write(&format!("{DIST}/consentry-preferences.{name}"), texts["preferences"].to_string())?;
        languages.push((language.to_owned(), texts));
    }
    languages.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(languages)
}
