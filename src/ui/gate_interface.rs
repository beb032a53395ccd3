//! What passes between the gate and the component: the gate itself, as the component may use it, and the
//! shapes of the values that it gives and takes.

use js_sys::{Array, Object, Promise, Reflect};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;
use web_sys::Event;

use crate::model::view::{Site, Source, View};

#[wasm_bindgen]
extern "C" {
    /// The gate, in `crates/gate/js`: the configuration, the choice in force, and the way to decide.
    #[derive(Clone)]
    pub type Gate;
    /// The site's configuration.
    #[wasm_bindgen(method, getter)]
    pub fn config(this: &Gate) -> JsValue;
    /// The choice in force, a [`Consent`], or null.
    #[wasm_bindgen(method, getter)]
    pub fn consent(this: &Gate) -> JsValue;
    /// The language that the visitor is shown, BCP 47.
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &Gate) -> String;
    /// The style sheet of the first layer: what buttons and colours look like.
    #[wasm_bindgen(method, getter)]
    pub fn style(this: &Gate) -> String;
    /// Whether the browser signals Global Privacy Control and the site follows it.
    #[wasm_bindgen(method, getter, js_name = signalsPrivacy)]
    pub fn signals_privacy(this: &Gate) -> bool;
    /// Keeps the choice of an earlier revision as one of the present revision.
    #[wasm_bindgen(method, js_name = keepChoice)]
    pub fn keep_choice(this: &Gate);
    /// Opens the preferences.
    #[wasm_bindgen(method, js_name = openPreferences)]
    pub fn open_preferences(this: &Gate);
    /// The shadow root of `<consentry-banner>`, in the page and with the style of buttons and colours.
    #[wasm_bindgen(method, getter)]
    pub fn root(this: &Gate) -> web_sys::ShadowRoot;
    /// Decides. `changes`: true grants and false denies everything, an object only what it names. `shown`:
    /// a [`Shown`].
    #[wasm_bindgen(method)]
    pub fn decide(this: &Gate, action: &str, changes: &JsValue, shown: &JsValue);
    /// Hosts that were held and that the site does not describe.
    #[wasm_bindgen(method)]
    pub fn undescribed(this: &Gate) -> Vec<String>;
    /// Truthy where the backend may have receipts that this visitor can ask for.
    #[wasm_bindgen(method, js_name = isRecorded)]
    fn is_recorded_value(this: &Gate) -> JsValue;
    /// Puts the banner into the page, and calls the function once it is there.
    #[wasm_bindgen(method, js_name = useComponent)]
    pub fn use_component(this: &Gate, show: &JsValue);
    /// Says that the preferences (2) or a note that asks (1) are shown, or that they are gone (0).
    #[wasm_bindgen(method, js_name = layerChanged)]
    pub fn layer_changed(this: &Gate, layer: u32);
}

#[wasm_bindgen]
extern "C" {
    /// `consentry.receipts()`: a promise of the visitor's receipts, the oldest first.
    #[wasm_bindgen(js_namespace = consentry)]
    pub fn receipts() -> Promise;
    /// `consentry.exportData()`: a promise of a file.
    #[wasm_bindgen(js_namespace = consentry, js_name = exportData)]
    pub fn export_data(format: &str) -> Promise;
    /// `consentry.erase()`: a promise of how many receipts were erased.
    #[wasm_bindgen(js_namespace = consentry)]
    pub fn erase() -> Promise;
    /// A promise, told to a function that is called once.
    #[wasm_bindgen(js_name = Promise)]
    type Told;
    #[wasm_bindgen(method)]
    fn then(this: &Told, told: &JsValue);
}

/// Calls `act` with what a promise comes to: its value, or why there is none. One function for both is called once and then let
/// go, and takes a tenth of the room of an executor of futures.
pub fn when_settled(promise: &Promise, act: Box<dyn FnOnce(Result<JsValue, JsValue>)>) {
    let told = move |settled: Array| {
        let settled = settled.get(0);
        act(match Reflect::get(&settled, &"reason".into()) {
            Ok(reason) if reason.is_truthy() => Err(reason),
            _ => Reflect::get(&settled, &"value".into()),
        });
    };
    let settled: Told = Promise::all_settled(&Array::of1(promise)).unchecked_into();
    settled.then(&Closure::once_into_js(told));
}

impl Gate {
    /// Whether there is a backend, and it may have receipts that this visitor can ask for.
    pub fn is_recorded(&self) -> bool {
        let backend = Reflect::get(&self.config(), &"backend".into());
        backend.is_ok_and(|backend| backend.is_object()) && self.is_recorded_value().is_truthy()
    }
}

/// What the file `consentry-preferences.<language>.json` holds beside texts.
#[derive(Default, Deserialize)]
struct Page {
    /// The site's descriptions in this language, where the file is part of a bundle.
    #[serde(default)]
    site: Option<Site>,
    /// The hash of the notice that texts and site make, where the file is part of a bundle.
    #[serde(default)]
    notice: Option<String>,
}

/// A visitor's choice, as far as the preferences show it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Consent {
    /// RFC 3339.
    pub time: Option<String>,
    /// Categories, and services as `service:<id>`.
    pub granted: Vec<String>,
    pub denied: Vec<String>,
}

impl Consent {
    /// The choice in force; an empty one before a choice.
    pub fn in_force(gate: &Gate) -> Consent {
        serde_wasm_bindgen::from_value(gate.consent()).unwrap_or_default()
    }
}

/// Where something is shown from: the gate, what a page's texts and site say, and what the visitor sees.
pub struct Stage {
    pub gate: Gate,
    pub source: Source,
    /// The hash of the preferences' notice, where a bundle brought it.
    pub notice: Option<String>,
}

impl Stage {
    /// `page`: the parsed `consentry-preferences.<language>.json`.
    pub fn new(gate: Gate, page: JsValue) -> Stage {
        let texts = serde_wasm_bindgen::from_value(page.clone()).unwrap_or_default();
        let page: Page = serde_wasm_bindgen::from_value(page).unwrap_or_default();
        let site =
            page.site.unwrap_or_else(|| Site::read(serde_wasm_bindgen::Deserializer::from(gate.config())));
        let source = Source { site, texts, language: gate.language() };
        Stage { gate, source, notice: page.notice }
    }

    /// Hands a decision on. What no trusted event made proves no human act: it is recorded as `api`. `view`: what was on
    /// the screen, whose hash is `notice` where that is known.
    pub fn decide(&self, event: &Event, action: &str, changes: &JsValue, view: &View, notice: Option<&str>) {
        let language = self.source.language.as_str();
        let artefact = notice.is_none().then(|| view.artefact(language));
        let shown = to_object(&Shown { layer: view.layer as u8, language, notice, artefact });
        self.gate.decide(if event.is_trusted() { action } else { "api" }, changes, &shown);
    }
}

/// The same decision for each of these names.
pub fn decisions<'a>(names: impl IntoIterator<Item = &'a str>, granted: bool) -> JsValue {
    let decisions = Object::new();
    for name in names {
        // A new object takes any member.
        let _ = Reflect::set(&decisions, &name.into(), &granted.into());
    }
    decisions.into()
}

/// The value as JSON would have it; undefined is never reached, since no value here has a shape that JSON
/// lacks.
fn to_object(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

/// What was on the screen when the visitor decided, for the receipt: the notice by its hash, or else whole.
#[derive(Serialize)]
struct Shown<'a> {
    layer: u8,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artefact: Option<String>,
}
