//! Writes `consentry.js`, the script that blocks a page, and `consentry-gate.wasm.js`, the same Rust as
//! JavaScript for browsers without WebAssembly.

use consentry::bundle::{BESIDE_PLACE, CONFIG_PLACE, STYLE_PLACE, TEXTS_PLACE, script_safe};
use consentry::model::config::{LANGUAGES, Layout};
use consentry_classify::gate_table;
use serde_json::Value;
use walrus::Module;

use super::places::{COMPILED, DIST};
use super::{bundler, wasm_to_javascript};
use crate::workspace::{Outcome, read, read_bytes, root, write};

/// Where the gate's wasm lies between the steps.
const LINKED: &str = "target/gate.linked.wasm";
const OPTIMISED: &str = "target/gate.wasm";

/// Writes both files, and the style sheets beside them. `texts`: the first layer's, by language, for those that the script
/// carries by itself; `tables`: the version of the full tables that lies beside the script, as a JavaScript string.
///
/// `consentry.js` is the bundled JavaScript around what it needs from elsewhere: the gate's wasm (as
/// [printable] text), the table, the doors of workers, the languages, the first layer's texts and style, where
/// the files beside it are, and the place of a baked configuration.
pub fn write_script(texts: &Value, tables: &str) -> Outcome {
    write_wasm()?;
    write_plain_script()?;
    let doors_of_workers = "target/worker.js";
    let to = format!("--outfile={doors_of_workers}");
    bundler::run_esbuild(&["crates/gate/js/worker.js", "--format=iife", &to])?;
    bundler::minify_module(doors_of_workers, doors_of_workers)?;
    let shim = "target/gate.js";
    bundler::bundle_module("crates/gate/js/main.js", shim, &bundler::SHORT_NAMES)?;
    // In this order what is alike stands together, and compresses best so.
    let script = format!(
        "(function(WORKER,STYLE,RULES,LANGUAGES,TEXTS,WASM,BESIDE,TABLES,CONFIG){{{shim}}})\
         ({doors},{STYLE_PLACE}{style}{STYLE_PLACE},{rules},{names},\
         {TEXTS_PLACE}{texts}{TEXTS_PLACE},\"{wasm}\",{BESIDE_PLACE},{tables},{CONFIG_PLACE});\n",
        shim = read(shim)?.trim_end(),
        wasm = printable(&read_bytes(OPTIMISED)?),
        rules = gate_table::table(),
        doors = script_safe(&read(doors_of_workers)?.trim_end().trim_end_matches(';').into()),
        names = script_safe(&LANGUAGES.join(" ").into()),
        texts = script_safe(texts),
        style = script_safe(&style()?.into()),
    );
    write(&format!("{DIST}/consentry.js"), script)
}

/// Writes `consentry-gate.wasm.js`: `start(painting)` gives what the wasm exports. A module's imports are
/// there before anybody can give it the page's functions, so it imports doors to them.
fn write_plain_script() -> Outcome {
    let folder = "target/plain/gate";
    let doors = "let functions;
        export const use = (given) => (functions = given);
        export const open = (...given) => functions.open(...given);
        export const attribute = (...given) => functions.attribute(...given);
        export const text = (...given) => functions.text(...given);
        export const close = () => functions.close();";
    write(&format!("{folder}/page.js"), doors)?;
    let main = "import * as wasm from './wasm.js';
        import { use } from 'page';
        export const start = (painting) => (use(painting), wasm);";
    write(&format!("{folder}/main.js"), main)?;
    wasm_to_javascript::write_module(OPTIMISED, &format!("{folder}/wasm.js"))?;
    let doors = format!("--alias:page=./{folder}/page.js");
    bundler::bundle_module(&format!("{folder}/main.js"), &format!("{DIST}/consentry-gate.wasm.js"), &[&doors])
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

/// The first layer's style: what all layouts have, and the usual layout. Each part as a file too, for those who choose
/// another.
fn style() -> Outcome<String> {
    let base = bundler::minified_style("crates/gate/banner.css")?;
    write(&format!("{DIST}/consentry-banner.css"), &base)?;
    let mut usual = String::new();
    for name in Layout::NAMES {
        let style = bundler::minified_style(&format!("crates/gate/layouts/{name}.css"))?;
        write(&format!("{DIST}/consentry-layout.{name}.css"), &style)?;
        if *name == Layout::default().name() {
            usual = style;
        }
    }
    Ok(base + &usual)
}

/// Bytes as printable ASCII, which every encoding of a page leaves alone, and in which most bytes of wasm take one
/// character: its code is 35 more than the byte, modulo 256, and each tilde before it adds 95
/// (`crates/gate/js/rust.js` reads it). What ends a string or a script is never one of the characters.
fn printable(bytes: &[u8]) -> String {
    let of_byte = |byte: &u8| {
        let mut written = String::new();
        let mut code = byte.wrapping_add(35);
        while !matches!(code, b' '..=b'}') || b"\"\\<".contains(&code) {
            written.push('~');
            code = code.wrapping_sub(95);
        }
        written.push(char::from(code));
        written
    };
    bytes.iter().map(of_byte).collect()
}
