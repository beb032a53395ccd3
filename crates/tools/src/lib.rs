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
/// # Errors
/// None of ours: what is no JSON is a fault.
#[wasm_bindgen]
pub fn faults(json: &str) -> Result<JsValue, JsValue> {
    let faults = Config::parse(json).err().unwrap_or_default();
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
