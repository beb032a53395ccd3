//! Turns the configuration of another consent manager into one of ours. What the other file says and ours cannot is told
//! in remarks, so that nothing of meaning is lost in silence. Pure: whoever calls has read the file; if it was a script, has run
//! it, and has written functions as `"[function]"`, what only a browser can tell as `"[unknown]"` and regular
//! expressions as `"/source/flags"`.
//!
//! ```text
//! klaro, vanilla_cookieconsent ─> draft (what will be the configuration) ─> human_text, service_draft, remark
//!                              └> cookies ─> cookie_patterns; category_words, links, keys_told (what both ask)
//! ```
//! Klaro 0.7: <https://klaro.org/docs/integration/annotated-configuration>. vanilla-cookieconsent 3:
//! <https://cookieconsent.orestbida.com/reference/configuration-reference.html>; 2: its branch `v2`, `Readme.md`.

mod category_words;
mod cookie_patterns;
mod cookies;
mod draft;
mod html;
mod human_text;
mod keys_told;
mod klaro;
mod links;
mod remark;
mod service_draft;
mod vanilla_cookieconsent;

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use self::draft::Draft;
pub use self::remark::Remark;
use crate::model::shape::{Fault, Node, quoted};

/// What came out.
#[derive(Clone, Debug, Serialize)]
pub struct Converted {
    /// Our configuration, with only those keys that the other one spoke of. `Config::parse` accepts it.
    pub config: Value,
    /// What could not be carried over, or should be looked at.
    pub remarks: Vec<Remark>,
}

/// Why nothing came out.
#[derive(Clone, Debug)]
pub enum ConvertError {
    /// It is no JSON.
    Syntax(Fault),
    /// It is nobody's configuration, as far as is known here.
    UnknownShape {
        /// What it is instead.
        found: String,
    },
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConvertError::Syntax(fault) => write!(f, "{fault}"),
            ConvertError::UnknownShape { found } => write!(
                f,
                "found {found}, expected a configuration of Klaro (services or apps, each with a name and purposes) or of \
                 vanilla-cookieconsent (categories and language; in version 2 languages with a settings_modal)"
            ),
        }
    }
}

impl std::error::Error for ConvertError {}

/// Recognises whose configuration a file's text is, and converts it.
///
/// # Errors
/// It is no JSON, or the shape is unknown.
pub fn convert_json(text: &str) -> Result<Converted, ConvertError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    convert(&Value::from(&Node::parse(text).map_err(ConvertError::Syntax)?))
}

/// Recognises by its shape whose configuration this is, and converts it.
///
/// # Errors
/// The shape is unknown.
pub fn convert(found: &Value) -> Result<Converted, ConvertError> {
    let unknown = |found: String| ConvertError::UnknownShape { found };
    let Value::Object(config) = found else { return Err(unknown(Node::from(found).excerpt())) };
    let mut draft = Draft::default();
    if klaro::is_one(config) {
        klaro::read(config, &mut draft);
    } else if vanilla_cookieconsent::is_version_3(config) {
        vanilla_cookieconsent::read_version_3(config, &mut draft);
    } else if vanilla_cookieconsent::is_version_2(config) {
        vanilla_cookieconsent::read_version_2(config, &mut draft);
    } else if config.is_empty() {
        return Err(unknown("an empty object".to_owned()));
    } else {
        let keys: Vec<_> = config.keys().take(8).map(|key| quoted(key)).collect();
        let more = if config.len() > keys.len() { " and more" } else { "" };
        return Err(unknown(format!("an object with the keys {}{more}", keys.join(", "))));
    }
    Ok(draft.into_converted())
}
