//! Writes `consentry.js`, the script that blocks a page, and `consentry-gate.wasm.js`, its rules as
//! JavaScript for browsers without WebAssembly.

use std::fmt::Write as _;

use consentry_classify::gate;
use serde_json::{Map, Value};
use walrus::Module;

use super::places::{COMPILED, DIST};
use super::{bundler, wasm_to_javascript};
use crate::workspace::{Outcome, read, read_bytes, root, write};

/// Where the gate's wasm lies between the steps.
const LINKED: &str = "target/gate.linked.wasm";
const OPTIMISED: &str = "target/gate.wasm";

/// Writes both files. `languages` are the texts of each language, for the label of the button that opens the
/// preferences again.
///
/// `consentry.js` is the bundled shim around the gate's wasm (as hex digits, which every encoding of a page
/// leaves alone), the table, the labels, and the place of a baked configuration.
pub fn write_script(languages: &[(String, Value)]) -> Outcome {
    write_wasm()?;
    let as_module = "target/gate.wasm.js";
    wasm_to_javascript::write_module(OPTIMISED, as_module)?;
    bundler::bundle_module(as_module, &format!("{DIST}/consentry-gate.wasm.js"))?;

    let shim = "target/gate.js";
    bundler::bundle_module("crates/gate/js/main.js", shim)?;
    let script = format!(
        "(function(WASM,RULES,LABELS,CONFIG){{{}}})(\"{}\",{},{},/*config*/null);\n",
        read(shim)?.trim_end(),
        hex_digits(&read_bytes(OPTIMISED)?),
        gate::table(),
        ascii(&labels(languages).to_string())
    );
    write(&format!("{DIST}/consentry.js"), script)
}

/// The compiled gate without what only a linker reads, optimised.
fn write_wasm() -> Outcome {
    let path = root().join(COMPILED).join("consentry_gate.wasm");
    let fault = |error| format!("{}: {error:#}", path.display());
    let mut module = Module::from_file(&path).map_err(fault)?;
    for unused in ["__data_end", "__heap_base"] {
        module.exports.remove(unused).map_err(fault)?;
    }
    module.emit_wasm_file(root().join(LINKED)).map_err(fault)?;
    bundler::optimise_wasm(LINKED, OPTIMISED)
}

/// The label of the button that opens the preferences again, by language.
fn labels(languages: &[(String, Value)]) -> Value {
    let label = |(language, texts): &(String, Value)| (language.clone(), texts["banner"]["reopen"].clone());
    Value::Object(languages.iter().map(label).collect::<Map<_, _>>())
}

fn hex_digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// The same JavaScript in ASCII, which no wrong encoding of a page can change.
fn ascii(source: &str) -> String {
    let mut out = String::new();
    for unit in source.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}
