//! What site owners' tools call from Node: validate, lint, bundle, mark, convert. The functions are those that the program
//! `consentry` calls; here their arguments and results are converted. Reads no file: whoever calls brings contents along.
//!
//! ```text
//! pkg/tools.js ─> site ─> values        lib (what needs no site) ─> values
//! ```

#![cfg(target_arch = "wasm32")]

mod site;
mod values;

use consentry::convert::convert_json;
use consentry::model::config::Config;
use wasm_bindgen::prelude::*;

use crate::values::{FaultFound, refusal, to_js};

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

/// Another consent manager's configuration as ours, with remarks: `{ config, remarks }`.
///
/// # Errors
/// `bad-value`: it is no JSON, or no configuration that is known.
#[wasm_bindgen]
pub fn convert(json: &str) -> Result<JsValue, JsValue> {
    to_js(&convert_json(json).map_err(|error| refusal("bad-value", &[error.to_string()]))?)
}

/// Whose work the tables and the model are made from.
#[wasm_bindgen]
pub fn notices() -> String {
    consentry_classify::NOTICES.to_owned()
}
