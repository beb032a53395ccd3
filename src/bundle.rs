//! Joins a site's configuration with the built component: the files that a site puts beside its pages.
//! Reads and writes nothing itself; where the built files come from is the caller's affair.

use std::fmt;

use serde_json::{Map, Value};

use crate::model::config::Config;

/// Stands once in the built `consentry.js`, where the configuration goes.
pub const MARKER: &str = "/*config*/null";

/// Why a bundle could not be made. Always a fault of the build, never of the configuration.
#[derive(Debug, PartialEq, Eq)]
pub enum BundleError {
    /// The component's file of this name is not there.
    Missing(String),
    /// The file of this name is not what the build makes; the text says what was expected.
    Unfit(String, &'static str),
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BundleError::Missing(name) => write!(
                f,
                "found no {name}: this program was built without the component: run `cargo xtask build`"
            ),
            BundleError::Unfit(name, expected) => {
                write!(f, "{name}: expected {expected}: run `cargo xtask build` again")
            }
        }
    }
}

impl std::error::Error for BundleError {}

/// The files of a site, `consentry.js` first, as name and content. `component` gives the built file of a
/// name. Languages that are not configured are left out.
///
/// # Errors
/// A file of the component is missing or is not what the build makes.
pub fn bundle(
    config: &Config,
    component: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Vec<(String, Vec<u8>)>, BundleError> {
    let file = |name: &str| component(name).ok_or_else(|| BundleError::Missing(name.to_owned()));
    let mut files = vec![("consentry.js".to_owned(), bake(config, file("consentry.js")?)?)];
    for name in ["consentry-report.js", "consentry-ui.js", "consentry-ui.wasm"] {
        files.push((name.to_owned(), file(name)?));
    }
    for language in config.languages.iter().map(|language| language.as_str()) {
        let name = format!("consentry-ui.{language}.json");
        let texts = file(&name)?;
        let Ok(mut texts) = serde_json::from_slice::<Map<String, Value>>(&texts) else {
            return Err(BundleError::Unfit(name, "a JSON object of texts"));
        };
        texts.insert("site".to_owned(), config.site_json(language));
        // `notices` belongs here: the hashes of what the banner shows in this language.
        files.push((name, Value::Object(texts).to_string().into_bytes()));
    }
    Ok(files)
}

/// The script with the gate's part of the configuration in the marker's place.
fn bake(config: &Config, script: Vec<u8>) -> Result<Vec<u8>, BundleError> {
    let unfit = |expected| BundleError::Unfit("consentry.js".to_owned(), expected);
    let script = String::from_utf8(script).map_err(|_| unfit("UTF-8"))?;
    let Some((before, after)) = script.split_once(MARKER) else {
        return Err(unfit("the marker /*config*/null"));
    };
    if after.contains(MARKER) {
        return Err(unfit("the marker /*config*/null once"));
    }
    let json = script_safe(&config.gate_json().to_string());
    Ok(format!("{before}/*config*/{json}{after}").into_bytes())
}

/// JSON in ASCII alone, so that no charset can change it, and without `<`, so that it can also stand
/// inline in a page: nothing in it closes a script element or opens a comment.
fn script_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '<' && c != '\u{7f}' {
            safe.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    safe
}
