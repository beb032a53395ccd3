//! What passes between the gate and the component: the gate itself, as the component may use it, and the
//! shapes of the values that it gives and takes.

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::model::view::{Site, Texts};

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
    /// Says that the preferences are shown (2) or gone (0).
    #[wasm_bindgen(method, js_name = layerChanged)]
    pub fn layer_changed(this: &Gate, layer: u32);
}

/// The file `consentry-preferences.<language>.json`.
#[derive(Default, Deserialize)]
pub struct Page {
    #[serde(flatten)]
    pub texts: Texts,
    /// The site's descriptions in this language, where the file is part of a bundle.
    #[serde(default)]
    pub site: Option<Site>,
    /// The hash of the notice that texts and site make, where the file is part of a bundle.
    #[serde(default)]
    pub notice: Option<String>,
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

/// What was on the screen when the visitor decided, for the receipt: the notice by its hash, or else whole.
#[derive(Serialize)]
pub struct Shown<'a> {
    pub layer: u8,
    pub language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artefact: Option<String>,
}
