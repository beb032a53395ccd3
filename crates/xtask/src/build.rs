//! Builds the component into `pkg/dist/`: the gate with its wasm inlined, and the banner's files.

use std::fmt::Write as _;
use std::fs;

use consentry::classify::table;
use wasm_bindgen_cli_support::Bindgen;

use crate::{Outcome, read, root, run, setup, write};

/// Where the built component lies.
pub const DIST: &str = "pkg/dist";
const WASM: &str = "target/wasm32-unknown-unknown/wasm";

/// The component and the owner's program that carries it.
pub fn everything() -> Outcome {
    component()?;
    run("cargo", &["build", "--release", "--package", "consentry-cli"])
}

/// The component alone.
pub fn component() -> Outcome {
    setup::for_build()?;
    for package in ["consentry-gate", "consentry"] {
        let target = ["--target", setup::TARGET, "--profile", "wasm"];
        run("cargo", &[&["build", "--lib", "--package", package], &target[..]].concat())?;
    }
    let _ = fs::remove_dir_all(root().join(DIST));
    let languages = texts()?;
    gate(&languages)?;
    banner()
}

/// `consentry.js`: the bundled shim around the gate's wasm (as hex digits, which every encoding of a page
/// leaves alone), the table, the label of the reopen button in each language, and the place of a baked
/// configuration.
fn gate(languages: &[(String, serde_json::Value)]) -> Outcome {
    optimise(&format!("{WASM}/consentry_gate.wasm"), "target/gate.wasm")?;
    let wasm = fs::read(root().join("target/gate.wasm")).map_err(|error| error.to_string())?;
    let hex = wasm.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    esbuild(&["crates/gate/js/main.js", "--bundle", "--format=iife", "--outfile=target/gate-bundled.js"])?;
    // What every page waits for is worth a second minifier.
    let compress = ["-c", "passes=3,unsafe=true,pure_getters=true,ecma=2020", "-m", "--ecma", "2020"];
    let files = ["target/gate-bundled.js", "-o", "target/gate.js"];
    run("node_modules/.bin/terser", &[&files[..], &compress].concat())?;
    let shim = read("target/gate.js")?;
    let labels: serde_json::Map<_, _> =
        languages.iter().map(|(language, texts)| (language.clone(), texts["reopen"].clone())).collect();
    let labels = ascii(&serde_json::Value::Object(labels).to_string());
    let table = table::for_gate();
    let script = format!(
        "(function(WASM,TABLE,LABELS,CONFIG){{{}}})(\"{hex}\",{table},{labels},/*config*/null);\n",
        shim.trim_end()
    );
    write(&format!("{DIST}/consentry.js"), script)
}

/// `consentry-ui.js` and `consentry-ui.wasm`.
fn banner() -> Outcome {
    let out = root().join("target/banner");
    Bindgen::new()
        .input_path(root().join(format!("{WASM}/consentry.wasm")))
        .web(true)
        .and_then(|bindgen| bindgen.typescript(false).out_name("consentry-ui").generate(&out))
        .map_err(|error| format!("wasm-bindgen: {error:#}"))?;
    optimise("target/banner/consentry-ui_bg.wasm", &format!("{DIST}/consentry-ui.wasm"))?;
    esbuild(&["target/banner/consentry-ui.js", "--format=esm", &format!("--outfile={DIST}/consentry-ui.js")])
}

/// `consentry-ui.<language>.json`, compact; returns the languages.
fn texts() -> Outcome<Vec<(String, serde_json::Value)>> {
    let mut languages = Vec::new();
    let folder = fs::read_dir(root().join("src/ui/texts")).map_err(|error| format!("src/ui/texts: {error}"))?;
    for file in folder.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let Some(language) = name.strip_suffix(".json") else { continue };
        let texts = read(&format!("src/ui/texts/{name}"))?;
        let texts: serde_json::Value = serde_json::from_str(&texts).map_err(|error| format!("{name}: {error}"))?;
        write(&format!("{DIST}/consentry-ui.{name}"), texts.to_string())?;
        languages.push((language.to_owned(), texts));
    }
    languages.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(languages)
}

fn optimise(from: &str, to: &str) -> Outcome {
    let features = "--enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
                    --enable-mutable-globals --enable-reference-types --enable-multivalue";
    let strip = "--strip-debug --strip-producers --strip-target-features";
    let mut arguments = vec![from, "-o", to, "-Oz"];
    arguments.extend(features.split_whitespace().chain(strip.split_whitespace()));
    run("node_modules/.bin/wasm-opt", &arguments)
}

fn esbuild(arguments: &[&str]) -> Outcome {
    let common = ["--minify", "--target=es2022", "--charset=ascii", "--legal-comments=none", "--log-level=warning"];
    run("node_modules/.bin/esbuild", &[arguments, &common].concat())
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
