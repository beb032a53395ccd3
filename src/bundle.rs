//! Joins a site's configuration with the built component: the files that a site puts beside its pages.
//! Reads and writes nothing itself; where the built files come from is the caller's affair.

use std::fmt;

use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::classify::verdicts;
use crate::model::config::Config;
use crate::model::view::{Layer, Site, Source, Texts};

/// Stands once in the built `consentry.js`, where the configuration goes.
pub const MARKER: &str = "/*config*/null";

/// What lies beside `consentry.js` as it was built; `.wasm.js` is for browsers that refuse WebAssembly.
const FILES: [&str; 10] = [
    "consentry-after.js",
    "consentry-worker.js",
    "consentry-classify.js",
    "consentry-classify.wasm",
    "consentry-classify.wasm.js",
    "consentry-notices.txt",
    "consentry-gate.wasm.js",
    "consentry-ui.js",
    "consentry-ui.wasm",
    "consentry-ui.wasm.js",
];

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
/// name. `hosts`: those that the site was seen to contact; what the tables say of them is baked in. Languages that are
/// not configured are left out.
///
/// # Errors
/// A file of the component is missing or is not what the build makes.
pub fn bundle(
    config: &Config,
    hosts: &[String],
    component: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Vec<(String, Vec<u8>)>, BundleError> {
    let file = |name: &str| component(name).ok_or_else(|| BundleError::Missing(name.to_owned()));
    let mut files = vec![("consentry.js".to_owned(), bake(config, hosts, file("consentry.js")?)?)];
    for name in FILES {
        files.push((name.to_owned(), file(name)?));
    }
    for language in config.languages.iter().map(|language| language.as_str()) {
        let site = config.site_json(language);
        for (layer, site) in [(Layer::First, summary(&site)), (Layer::Second, site)] {
            let part = if layer == Layer::First { "ui" } else { "preferences" };
            let name = format!("consentry-{part}.{language}.json");
            let content = layer_file(layer, language, site, &file(&name)?);
            files.push((name.clone(), content.ok_or(BundleError::Unfit(name, "a JSON object of texts"))?));
        }
    }
    Ok(files)
}

/// What one layer is painted from: the texts of the language, the site's own, and the hash of the notice
/// that the two make, by which receipts name it.
fn layer_file(layer: Layer, language: &str, site: Value, texts: &[u8]) -> Option<Vec<u8>> {
    let mut file: Map<String, Value> = serde_json::from_slice(texts).ok()?;
    let texts = Texts::deserialize(&Value::Object(file.clone())).ok()?;
    let source = Source { site: Site::read(&site), texts, language: language.to_owned() };
    let notice = match layer {
        // A first layer that has to name the page's host as the controller is hashed there.
        Layer::First if source.site.controller.name.is_none() => None,
        Layer::First => Some(source.first_layer("")),
        Layer::Second => Some(source.second_layer()),
    };
    let notice = notice.map(|view| view.notice(language));
    file.insert("site".to_owned(), site);
    file.extend(notice.map(|notice| ("notice".to_owned(), Value::String(notice))));
    Some(Value::Object(file).to_string().into_bytes())
}

/// As much of a site as the first layer tells: who, what for, and how many others.
fn summary(site: &Value) -> Value {
    let pick = |value: &Value, names: &[&str]| -> Value {
        names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), value.get(name)?.clone())))
            .collect::<Map<_, _>>()
            .into()
    };
    let each = |list: &str, name: &str| -> Option<Value> {
        Some(site.get(list)?.as_array()?.iter().map(|it| pick(it, &[name])).collect())
    };
    let mut summary = pick(site, &["policyUrl"]);
    let controller = site.get("controller").map(|it| pick(it, &["name"]));
    let lists = [
        ("controller", controller),
        ("categories", each("categories", "id")),
        ("services", each("services", "category")),
    ];
    for (name, value) in lists {
        if let Some(value) = value {
            summary[name] = value;
        }
    }
    summary
}

/// The script with the gate's part of the configuration in the marker's place.
fn bake(config: &Config, hosts: &[String], script: Vec<u8>) -> Result<Vec<u8>, BundleError> {
    let unfit = |expected| BundleError::Unfit("consentry.js".to_owned(), expected);
    let script = String::from_utf8(script).map_err(|_| unfit("UTF-8"))?;
    let Some((before, after)) = script.split_once(MARKER) else {
        return Err(unfit("the marker /*config*/null"));
    };
    if after.contains(MARKER) {
        return Err(unfit("the marker /*config*/null once"));
    }
    let mut gate = config.gate_json();
    let known = verdicts(hosts);
    if known != "[]" {
        gate["verdicts"] = serde_json::from_str(&known).unwrap_or_default();
    }
    let json = script_safe(&gate);
    Ok(format!("{before}/*config*/{json}{after}").into_bytes())
}

/// JSON in ASCII alone, so that no charset can change it, and without `<`, so that it can also stand
/// inline in a page: nothing in it closes a script element or opens a comment.
pub fn script_safe(json: &Value) -> String {
    let mut safe = String::new();
    for c in json.to_string().chars() {
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
