//! Joins a site's configuration with the built component: the files that a site puts beside its pages.
//! Reads and writes nothing itself; where the built files come from is the caller's affair.

use std::fmt;

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use crate::classify::verdicts;
use crate::model::config::Config;
use crate::model::view::{Site, Source, Texts};

/// Stands once in the built `consentry.js`, where the configuration goes.
pub const CONFIG_PLACE: &str = "/*config*/null";

/// Stands before and behind the first layer's texts in the built `consentry.js`, a JSON object by language.
pub const TEXTS_PLACE: &str = "/*texts*/";

/// How many languages' texts ride in `consentry.js`; the others are a small file each.
const MOST_BAKED_LANGUAGES: usize = 3;

/// What lies beside `consentry.js` as it was built; `.wasm.js` is for browsers that refuse WebAssembly.
const FILES: [&str; 9] = [
    "consentry-after.js",
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
    let script = file("consentry.js")?;
    let languages: Vec<_> = config.languages.iter().map(|language| language.as_str()).collect();
    let texts = |language: &&'static str| Ok((*language, text(file, &banner_file(language))?));
    let texts: Vec<_> = languages.iter().map(texts).collect::<Result<_, BundleError>>()?;
    let mut files = vec![("consentry.js".to_owned(), bake(config, hosts, &texts, script)?)];
    for name in FILES {
        files.push((name.to_owned(), file(name)?));
    }
    for (language, texts) in texts.into_iter().skip(MOST_BAKED_LANGUAGES) {
        files.push((banner_file(language), texts.into_bytes()));
    }
    for language in languages {
        let name = format!("consentry-preferences.{language}.json");
        let content = preferences_file(language, config.site_json(language), &file(&name)?);
        files.push((name.clone(), content.ok_or(BundleError::Unfit(name, "a JSON object of texts"))?));
    }
    Ok(files)
}

/// The name of the file with a language's texts for the first layer.
fn banner_file(language: &str) -> String {
    format!("consentry-banner.{language}.txt")
}

/// The component's file of this name as text.
fn text(file: impl Fn(&str) -> Result<Vec<u8>, BundleError>, name: &str) -> Result<String, BundleError> {
    String::from_utf8(file(name)?).map_err(|_| BundleError::Unfit(name.to_owned(), "UTF-8"))
}

/// What the preferences are painted from: the texts of the language, the site's own, and the hash of the notice that the
/// two make, by which receipts name it.
fn preferences_file(language: &str, site: Value, texts: &[u8]) -> Option<Vec<u8>> {
    let mut file: Map<String, Value> = serde_json::from_slice(texts).ok()?;
    let texts = Texts::deserialize(&Value::Object(file.clone())).ok()?;
    let source = Source { site: Site::read(&site), texts, language: language.to_owned() };
    let notice = source.second_layer().notice(language);
    file.insert("site".to_owned(), site);
    file.insert("notice".to_owned(), notice.into());
    Some(Value::Object(file).to_string().into_bytes())
}

/// The script with the site's texts and the gate's part of the configuration in their places.
fn bake(
    config: &Config,
    hosts: &[String],
    texts: &[(&'static str, String)],
    script: Vec<u8>,
) -> Result<Vec<u8>, BundleError> {
    let unfit = |expected| BundleError::Unfit("consentry.js".to_owned(), expected);
    let script = String::from_utf8(script).map_err(|_| unfit("UTF-8"))?;
    let [start, _, rest] = script.split(TEXTS_PLACE).collect::<Vec<_>>()[..] else {
        return Err(unfit("the texts between two /*texts*/"));
    };
    let [middle, end] = rest.split(CONFIG_PLACE).collect::<Vec<_>>()[..] else {
        return Err(unfit("the marker /*config*/null once"));
    };
    let mut gate = config.gate_json();
    let known = verdicts(hosts);
    if known != "[]" {
        gate["verdicts"] = serde_json::from_str(&known).unwrap_or_default();
    }
    for (key, value) in first_layer_facts(config, texts) {
        gate[key] = value;
    }
    let baked: Map<_, _> = texts
        .iter()
        .take(MOST_BAKED_LANGUAGES)
        .map(|(language, texts)| ((*language).to_owned(), texts.as_str().into()))
        .collect();
    let (texts, gate) = (script_safe(&baked.into()), script_safe(&gate));
    Ok(format!("{start}{TEXTS_PLACE}{texts}{TEXTS_PLACE}{middle}/*config*/{gate}{end}").into_bytes())
}

/// What the first layer tells of the site beside its services, under the configuration's own keys, and as `notices` the
/// hash of the notice in each language. Where it has to name the page's host as the controller, the page hashes.
fn first_layer_facts(config: &Config, texts: &[(&'static str, String)]) -> Vec<(&'static str, Value)> {
    let mut facts = Vec::new();
    if let Some(url) = &config.policy_url {
        facts.push(("policyUrl", url.as_str().into()));
    }
    let (mut names, mut notices) = (Map::new(), Map::new());
    for (language, texts) in texts {
        let site = config.site_json(language);
        if let Some(name) = site.pointer("/controller/name") {
            let texts = Texts::of_first_layer(texts);
            let source = Source { site: Site::read(&site), texts, language: (*language).to_owned() };
            names.insert((*language).to_owned(), name.clone());
            notices.insert((*language).to_owned(), source.first_layer("").notice(language).into());
        }
    }
    if let Some(first) = names.values().next() {
        let is_the_same = names.values().all(|name| name == first);
        let name = if is_the_same { first.clone() } else { names.into() };
        facts.extend([("controller", json!({ "name": name })), ("notices", notices.into())]);
    }
    facts
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
