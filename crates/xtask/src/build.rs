//! Builds the component into `pkg/dist/`: the gate with its wasm inlined, and the banner's files.

use std::fmt::Write as _;
use std::fs;

use walrus::Module;

use crate::bound::{self, Bound};
use crate::{Outcome, javascript, read, root, run, run_with, setup, write};
use consentry::bundle::{CONFIG_PLACE, TEXTS_PLACE, script_safe};
use consentry::first_layer;
use consentry_classify::gate;

/// Where the built component lies.
pub const DIST: &str = "pkg/dist";
pub const WASM: &str = "target/browser/wasm32-unknown-unknown/wasm";

/// The component and the owner's program that carries it.
pub fn everything() -> Outcome {
    component()?;
    run("cargo", &["build", "--release", "--package", "consentry-cli"])
}

/// The component alone.
pub fn component() -> Outcome {
    setup::for_build()?;
    crate::table::check()?;
    crate::learn::check()?;
    // A small stack lies in low addresses, and so does what comes behind it: those take fewer bytes.
    compile("consentry-gate", &[], &[("RUSTFLAGS", "-Clink-arg=-zstack-size=1024")])?;
    if setup::has_rust_sources() {
        // The same sources with a standard library built for size, which ends at a panic without a word.
        let flags = "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none";
        let environment = [("RUSTC_BOOTSTRAP", "1"), ("RUSTFLAGS", flags)];
        let std = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
        compile("consentry", &std, &environment)?;
        compile("consentry-explain", &std, &environment)?;
    } else {
        println!(
            "rust-src is not there: banner and classifier are built with the usual standard library, and larger"
        );
        compile("consentry", &[], &[])?;
        compile("consentry-explain", &[], &[])?;
    }
    let _ = fs::remove_dir_all(root().join(DIST));
    let languages = texts()?;
    bound::build(Bound { name: "ui", wasm: "consentry", exports: "mount, prefer, show" })?;
    let exports = "Site, classify, categoryOfHost, withoutIdentifiers";
    bound::build(Bound { name: "classify", wasm: "consentry_explain", exports })?;
    write(&format!("{DIST}/consentry-notices.txt"), read("crates/classify/NOTICES.txt")?)?;
    // What was remembered of other tables is not what these say.
    let tables = fs::read(root().join(format!("{DIST}/consentry-classify.wasm")))
        .map_err(|error| error.to_string())?;
    let tables = format!("\"{:08x}\"", fnv(&tables));
    write(MANGLED, "{}")?;
    gate(&languages, &tables)?;
    let entry = "crates/gate/js/after.js";
    let (define, out) = (format!("--define:TABLES={tables}"), format!("--outfile={DIST}/consentry-after.js"));
    esbuild(&[&[entry, "--bundle", "--format=esm", "--minify", &define, &out], &MANGLING[..]].concat())
}

/// How the names in `crates/gate/js/gate-parts.js` are made short, the same in each bundle.
const MANGLING: [&str; 2] = ["--mangle-props=[^_]_$", "--mangle-cache=target/mangled.json"];

/// The short names that were given so far.
const MANGLED: &str = "target/mangled.json";

/// FNV-1a with 32 bits: which of two files it is.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Compiles a library for the browser.
fn compile(package: &str, more: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let common = ["build", "--quiet", "--lib", "--package", package, "--profile", "wasm"];
    let place = ["--target", setup::TARGET, "--target-dir", "target/browser"];
    run_with("cargo", &[&common[..], &place, more].concat(), environment)
}

/// `consentry-gate.wasm.js`, the gate's rules where there is no WebAssembly, and `consentry.js`: the bundled
/// shim around the gate's wasm (as hex digits, which every encoding of a page leaves alone), the table, the
/// languages, the first layer's texts and style, the doors of workers, which version of the full tables lies beside it,
/// and the place of a baked configuration.
fn gate(languages: &[(String, serde_json::Value)], tables: &str) -> Outcome {
    let path = root().join(format!("{WASM}/consentry_gate.wasm"));
    let fault = |error| format!("{}: {error:#}", path.display());
    let mut module = Module::from_file(&path).map_err(fault)?;
    for unused in ["__data_end", "__heap_base"] {
        module.exports.remove(unused).map_err(fault)?;
    }
    module.emit_wasm_file(root().join("target/gate.linked.wasm")).map_err(fault)?;
    optimise("target/gate.linked.wasm", "target/gate.wasm")?;
    // Its module's imports are resolved before anybody can give it the page's functions, so it gets doors to them.
    write("target/plain/gate/page.js", "let page; export const lend = (functions) => (page = functions);
        export const open = (...given) => page.open(...given), attribute = (...given) => page.attribute(...given);
        export const text = (...given) => page.text(...given), close = () => page.close();")?;
    write(
        "target/plain/gate/main.js",
        "import * as wasm from './wasm.js'; import { lend } from 'page';
        export const start = (functions) => (lend(functions), wasm);",
    )?;
    javascript::from_wasm("target/gate.wasm", "target/plain/gate/wasm.js")?;
    bundled("target/plain/gate/main.js", &format!("{DIST}/consentry-gate.wasm.js"))?;
    let wasm = fs::read(root().join("target/gate.wasm")).map_err(|error| error.to_string())?;
    let hex = wasm.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let doors = ["crates/gate/js/worker.js", "--format=iife", "--minify", "--outfile=target/worker.js"];
    esbuild(&doors)?;
    let doors = serde_json::Value::from(read("target/worker.js")?.trim_end().trim_end_matches(';'));
    bundled_with("crates/gate/js/main.js", "target/gate.js", &MANGLING)?;
    let shim = read("target/gate.js")?;
    let names: Vec<_> = languages.iter().map(|(language, _)| language).collect();
    let mut texts = serde_json::Map::new();
    for (language, all) in languages {
        let lines =
            first_layer::lines(&all["banner"]).map_err(|error| format!("{language}.json: {error}"))?;
        write(&format!("{DIST}/consentry-banner.{language}.txt"), &lines)?;
        texts.insert(language.clone(), lines.into());
    }
    let json = |value| script_safe(&value);
    let style = read("crates/gate/banner.css")?.replace('\n', "");
    let script = format!(
        "(function(WASM,RULES,WORKER,TABLES,LANGUAGES,TEXTS,STYLE,CONFIG){{{shim}}})\
         (\"{hex}\",{rules},{doors},{tables},{names},{TEXTS_PLACE}{texts}{TEXTS_PLACE},{style},{CONFIG_PLACE});\n",
        shim = shim.trim_end(),
        rules = gate::table(),
        names = json(serde_json::json!(names)),
        texts = json(texts.into()),
        style = json(style.into()),
    );
    write(&format!("{DIST}/consentry.js"), script)
}

/// `consentry-preferences.<language>.json`, which is fetched when they are opened; returns each language with its texts.
fn texts() -> Outcome<Vec<(String, serde_json::Value)>> {
    let mut languages = Vec::new();
    let folder =
        fs::read_dir(root().join("src/ui/texts")).map_err(|error| format!("src/ui/texts: {error}"))?;
    for file in folder.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let Some(language) = name.strip_suffix(".json") else { continue };
        let texts = read(&format!("src/ui/texts/{name}"))?;
        let texts: serde_json::Value =
            serde_json::from_str(&texts).map_err(|error| format!("{name}: {error}"))?;
        write(&format!("{DIST}/consentry-preferences.{name}"), texts["preferences"].to_string())?;
        languages.push((language.to_owned(), texts));
    }
    languages.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(languages)
}

/// One module of a file and all that it imports.
pub fn bundled(entry: &str, to: &str) -> Outcome {
    bundled_with(entry, to, &[])
}

fn bundled_with(entry: &str, to: &str, options: &[&str]) -> Outcome {
    let between = "target/bundled.js";
    let out = format!("--outfile={between}");
    let page = "--alias:page=./target/plain/gate/page.js";
    esbuild(&[&[entry, "--bundle", "--format=esm", page, &out], options].concat())?;
    minify(between, to)
}

pub fn optimise(from: &str, to: &str) -> Outcome {
    let features = "--enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
                    --enable-mutable-globals --enable-reference-types --enable-multivalue";
    let strip = "--strip-debug --strip-producers --strip-target-features";
    let mut arguments = vec![from, "-o", to, "-Oz"];
    arguments.extend(features.split_whitespace().chain(strip.split_whitespace()));
    run("node_modules/.bin/wasm-opt", &arguments)
}

fn esbuild(arguments: &[&str]) -> Outcome {
    let common = ["--target=es2022", "--charset=ascii", "--legal-comments=none", "--log-level=warning"];
    run("node_modules/.bin/esbuild", &[arguments, &common].concat())
}

pub fn minify(from: &str, to: &str) -> Outcome {
    run("node", &["crates/xtask/minify.mjs", from, to])
}
