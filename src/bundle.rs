//! Joins a site's configuration with the built component: the files that a site puts beside its pages.
//! Reads and writes nothing itself; where the built files come from is the caller's affair.

mod declaration;
mod notice_page;
mod notices;

use std::fmt;

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

pub use self::declaration::declaration;
pub use self::notice_page::notice_page;
pub use self::notices::{Notices, notices};
use crate::classify::verdicts;
use crate::model::config::{Config, LANGUAGES, Language, look};
use crate::model::view::{Site, Source, Texts};

/// Stands once in the built `consentry.js`, where the configuration goes.
pub const CONFIG_PLACE: &str = "/*config*/null";

/// Stands before and behind the first layer's texts in the built `consentry.js`, a JSON object by language.
pub const TEXTS_PLACE: &str = "/*texts*/";

/// Stands before and behind the first layer's style in the built `consentry.js`, a JSON string.
pub const STYLE_PLACE: &str = "/*style*/";

/// Stands once behind the texts in the built `consentry.js`: where the files beside it are, seen from it, up to what
/// follows in their names.
pub const BESIDE_PLACE: &str = "\"consentry-\"";

/// How many languages' texts ride in `consentry.js`; the others are a small file each.
const MOST_BAKED_LANGUAGES: usize = 3;

/// The same for a site that names no languages, and so has all: as many as the component itself carries.
pub const BAKED_UNASKED: [&str; 2] = ["en", "sv"];

/// What lies beside `consentry.js` as it was built, the same for every site; `.wasm.js` is for browsers that refuse
/// WebAssembly.
pub const BUILT_FILES: [&str; 9] = [
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

/// Gives the built file of a name.
pub type Component<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

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
    component: Component<'_>,
) -> Result<Vec<(String, Vec<u8>)>, BundleError> {
    let mut files = vec![("consentry.js".to_owned(), script(config, hosts, "", component)?)];
    for name in BUILT_FILES {
        files.push((name.to_owned(), built(component, name)?));
    }
    files.extend(text_files(config, component)?);
    Ok(files)
}

/// The site's `consentry.js`, as [`bundle`] has it. `folder`: where the files beside it are fetched from, seen from it and
/// with a slash at the end; empty where they lie beside it. Nothing in it may need an escape in JavaScript.
///
/// # Errors
/// A file of the component is missing or is not what the build makes.
pub fn script(
    config: &Config,
    hosts: &[String],
    folder: &str,
    component: Component<'_>,
) -> Result<Vec<u8>, BundleError> {
    let file = |name: &str| built(component, name);
    let script = file("consentry.js")?;
    bake(config, hosts, folder, &first_layers(config, file)?, &style(config, file)?, script)
}

/// The files beside `consentry.js` that the site's configuration makes: texts in its languages, as name and content.
///
/// # Errors
/// A file of the component is missing or is not what the build makes.
pub fn text_files(config: &Config, component: Component<'_>) -> Result<Vec<(String, Vec<u8>)>, BundleError> {
    let file = |name: &str| built(component, name);
    let mut files = Vec::new();
    for first_layer in first_layers(config, file)? {
        if !first_layer.is_baked {
            files.push((banner_file(first_layer.language), first_layer.lines.into_bytes()));
        }
    }
    for language in &config.languages {
        let name = texts_file(*language);
        let content = preferences_file(config, *language, &file(&name)?);
        files.push((name.clone(), content.ok_or(BundleError::Unfit(name, TEXTS))?));
    }
    Ok(files)
}

/// The component's file of this name.
fn built(component: Component<'_>, name: &str) -> Result<Vec<u8>, BundleError> {
    component(name).ok_or_else(|| BundleError::Missing(name.to_owned()))
}

/// What the declaration of a site says in a language.
fn declaration_source(
    config: &Config,
    language: Language,
    component: Component<'_>,
) -> Result<Source, BundleError> {
    let name = texts_file(language);
    let texts = built(component, &name)?;
    preferences_source(config, language, &texts).ok_or(BundleError::Unfit(name, TEXTS))
}

/// The name of the file with a language's texts for all but the first layer.
fn texts_file(language: Language) -> String {
    format!("consentry-preferences.{}.json", language.as_str())
}

/// What such a file is.
const TEXTS: &str = "a JSON object of texts";

/// The first layer in one language.
struct FirstLayerTexts {
    language: &'static str,
    /// As a page carries them, with what the site asks for filled in.
    lines: String,
    /// Whether they ride in `consentry.js`.
    is_baked: bool,
    /// The controller's name, where the site says one.
    controller: Option<Value>,
    /// The hash of the notice; where the page has to name its host as the controller, it hashes itself.
    notice: Option<String>,
}

fn first_layers(
    config: &Config,
    file: impl Fn(&str) -> Result<Vec<u8>, BundleError>,
) -> Result<Vec<FirstLayerTexts>, BundleError> {
    let names_all = config.languages.len() == LANGUAGES.len();
    let mut first_layers = Vec::new();
    for (at, language) in config.languages.iter().enumerate() {
        let source = first_layer_source(config, *language, &file)?;
        let language = language.as_str();
        let controller = config.site_json(language).pointer("/controller/name").cloned();
        let lines = source.texts.first_layer_lines();
        let lines = lines.map_err(|_| BundleError::Unfit(banner_file(language), "every text"))?;
        let is_baked = if names_all { BAKED_UNASKED.contains(&language) } else { at < MOST_BAKED_LANGUAGES };
        let notice = controller.is_some().then(|| source.first_layer("").notice(language));
        first_layers.push(FirstLayerTexts { language, lines, is_baked, controller, notice });
    }
    Ok(first_layers)
}

/// What the first layer says in a language: the component's texts with the owner's in their place and what the site asks for
/// filled in, and what the site says of itself.
fn first_layer_source(
    config: &Config,
    language: Language,
    file: impl Fn(&str) -> Result<Vec<u8>, BundleError>,
) -> Result<Source, BundleError> {
    let mut texts = Texts::of_first_layer(&text(&file, &banner_file(language.as_str()))?);
    use_own_texts(config, language, &mut texts);
    let language = language.as_str();
    let site = Site::read(config.site_json(language));
    let mut source = Source { site, texts, language: language.to_owned() };
    source.texts = source.filled_texts();
    Ok(source)
}

/// Puts the owner's wording in place of the component's.
fn use_own_texts(config: &Config, language: Language, texts: &mut Texts) {
    for (_, own) in config.banner.texts.iter().filter(|(tag, _)| *tag == language) {
        for (name, text) in own {
            texts.set(name, text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}

/// The first layer's style: what all layouts have, that of the site's, and its look.
fn style(
    config: &Config,
    file: impl Fn(&str) -> Result<Vec<u8>, BundleError>,
) -> Result<String, BundleError> {
    let banner = &config.banner;
    let layout = format!("consentry-layout.{}.css", banner.layout.name());
    let base = text(&file, "consentry-banner.css")?;
    Ok(base + &text(&file, &layout)? + &look::rule(banner.palette, &banner.style))
}

/// The name of the file with a language's texts for the first layer.
fn banner_file(language: &str) -> String {
    format!("consentry-banner.{language}.txt")
}

/// The component's file of this name as text.
fn text(file: impl Fn(&str) -> Result<Vec<u8>, BundleError>, name: &str) -> Result<String, BundleError> {
    String::from_utf8(file(name)?).map_err(|_| BundleError::Unfit(name.to_owned(), "UTF-8"))
}

/// What the preferences and the declaration say: the component's texts of the language, with the owner's in their place, and
/// what the site says of itself. None where `texts`, the component's file, is no such one.
fn preferences_source(config: &Config, language: Language, texts: &[u8]) -> Option<Source> {
    let texts: Value = serde_json::from_slice(texts).ok()?;
    let mut texts = Texts::deserialize(texts).ok()?;
    use_own_texts(config, language, &mut texts);
    let language = language.as_str();
    let site = Site::read(config.site_json(language));
    Some(Source { site, texts, language: language.to_owned() })
}

/// The same as a page gets it, with the hash of the notice that it makes, by which receipts name it.
fn preferences_file(config: &Config, language: Language, texts: &[u8]) -> Option<Vec<u8>> {
    let source = preferences_source(config, language, texts)?;
    let mut file = source.texts.to_json();
    file["notice"] = source.second_layer().notice(&source.language).into();
    file["site"] = config.site_json(&source.language);
    Some(file.to_string().into_bytes())
}

/// The script with the site's texts and the gate's part of the configuration in their places.
fn bake(
    config: &Config,
    hosts: &[String],
    folder: &str,
    first_layers: &[FirstLayerTexts],
    style: &str,
    script: Vec<u8>,
) -> Result<Vec<u8>, BundleError> {
    let unfit = |expected| BundleError::Unfit("consentry.js".to_owned(), expected);
    let script = String::from_utf8(script).map_err(|_| unfit("UTF-8"))?;
    let [start, _, rest] = script.split(STYLE_PLACE).collect::<Vec<_>>()[..] else {
        return Err(unfit("the style between two /*style*/"));
    };
    let [before, _, rest] = rest.split(TEXTS_PLACE).collect::<Vec<_>>()[..] else {
        return Err(unfit("the texts between two /*texts*/"));
    };
    let [middle, end] = rest.split(CONFIG_PLACE).collect::<Vec<_>>()[..] else {
        return Err(unfit("the marker /*config*/null once"));
    };
    let [middle, tables] = middle.split(BESIDE_PLACE).collect::<Vec<_>>()[..] else {
        return Err(unfit("\"consentry-\" once behind the texts"));
    };
    let mut gate = config.gate_json();
    let known = verdicts(hosts);
    if known != "[]" {
        gate["verdicts"] = serde_json::from_str(&known).unwrap_or_default();
    }
    for (key, value) in first_layer_facts(config, first_layers) {
        gate[key] = value;
    }
    let baked: Map<_, _> = first_layers
        .iter()
        .filter(|first_layer| first_layer.is_baked)
        .map(|first_layer| (first_layer.language.to_owned(), first_layer.lines.as_str().into()))
        .collect();
    let (texts, style, gate) = (script_safe(&baked.into()), script_safe(&style.into()), script_safe(&gate));
    let texts = format!("{TEXTS_PLACE}{texts}{TEXTS_PLACE}");
    let style = format!("{STYLE_PLACE}{style}{STYLE_PLACE}");
    let beside = format!("\"{folder}consentry-\"");
    Ok(format!("{start}{style}{before}{texts}{middle}{beside}{tables}/*config*/{gate}{end}").into_bytes())
}

/// What the first layer tells of the site beside its services, under the configuration's own keys, and as `notices` the
/// hash of the notice in each language.
fn first_layer_facts(config: &Config, first_layers: &[FirstLayerTexts]) -> Vec<(&'static str, Value)> {
    let mut facts = Vec::new();
    if let Some(url) = &config.policy_url {
        facts.push(("policyUrl", url.as_str().into()));
    }
    let names: Vec<_> =
        first_layers.iter().filter_map(|it| Some((it.language, it.controller.as_ref()?))).collect();
    // Of the other languages the page hashes itself: in `consentry.js` each hash would cost every visitor.
    let baked = first_layers.iter().filter(|first_layer| first_layer.is_baked);
    let notices: Map<_, _> =
        baked.filter_map(|it| Some((it.language.to_owned(), it.notice.as_deref()?.into()))).collect();
    if let Some(name) = name_by_language(&names) {
        facts.extend([("controller", json!({ "name": name })), ("notices", notices.into())]);
    }
    facts
}

/// The controller's name, or where languages differ the names by language. Left out are those that a page falls back to: the
/// name in the first of the component's languages that has one (`wording` in crates/gate/js/texts.js).
fn name_by_language(names: &[(&'static str, &Value)]) -> Option<Value> {
    let place = |language: &str| LANGUAGES.iter().position(|known| *known == language);
    let (first, fallback) = names.iter().min_by_key(|(language, _)| place(language))?;
    let is_needed = |(language, name): &&(&str, &Value)| language == first || name != fallback;
    let needed: Map<_, _> = names
        .iter()
        .filter(is_needed)
        .map(|(language, name)| ((*language).to_owned(), (*name).clone()))
        .collect();
    Some(if needed.len() == 1 { (*fallback).clone() } else { needed.into() })
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
