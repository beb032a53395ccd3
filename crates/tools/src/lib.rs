//! What site owners' tools call from Node: validate, lint, bundle, mark. The functions are those that the program
//! `consentry` calls; here their arguments and results are converted. Reads no file: whoever calls brings contents along.
//!
//! ```text
//! pkg/tools.js ─> site ─> values        lib (what needs no site) ─> values
//! ```

#![cfg(target_arch = "wasm32")]

mod site;
mod values;

use consentry::model::config::Config;
use wasm_bindgen::prelude::*;

use crate::values::{FaultFound, to_js};

/// Every fault of a configuration, `{ code, path, found, expected }` each; none where it is a good one.
///
/// `config`: the configuration as an object or as its JSON text.
///
/// # Errors
/// It cannot be written as JSON: it holds a function, a symbol, or itself.
#[wasm_bindgen]
pub fn faults(config: JsValue) -> Result<JsValue, JsValue> {
    let json = match config.as_string() {
        Some(json) => json,
        None => serde_wasm_bindgen::from_value::<serde_json::Value>(config)?.to_string(),
    };
    let faults = Config::parse(&json).err().unwrap_or_default();
    to_js(&faults.into_iter().map(FaultFound::from).collect::<Vec<_>>())
}

/// The JSON Schema of a configuration (draft 2020-12), as text.
#[wasm_bindgen]
pub fn schema() -> String {
    format!("{:#}", Config::schema())
}

/// Whose work the tables and the model are made from.
#[wasm_bindgen]
pub fn notices() -> String {
    consentry_classify::NOTICES.to_owned()
}
