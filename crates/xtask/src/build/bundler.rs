//! Calls the tools that join and shrink files: esbuild and swc for JavaScript, binaryen for wasm. What they
//! are called on, others say.

use crate::workspace::{Outcome, run};

/// What esbuild may write, in its words: the syntax of ES2020, which every browser of the last six years
/// reads.
const SYNTAX: &str = "--target=es2020";

/// Writes one module of a file and all that it imports, minified.
pub fn bundle_module(entry: &str, to: &str) -> Outcome {
    let between = "target/bundled.js";
    run_esbuild(&[entry, "--bundle", "--format=esm", &format!("--outfile={between}")])?;
    minify_module(between, to)
}

/// Runs esbuild with what all its calls have in common.
pub fn run_esbuild(arguments: &[&str]) -> Outcome {
    let common = [SYNTAX, "--charset=ascii", "--legal-comments=none", "--log-level=warning"];
    run("node_modules/.bin/esbuild", &[arguments, &common].concat())
}

/// Minifies an ES module.
pub fn minify_module(from: &str, to: &str) -> Outcome {
    run("node", &["crates/xtask/scripts/minify.mjs", from, to])
}

/// Makes a wasm file as small as binaryen can.
pub fn optimise_wasm(from: &str, to: &str) -> Outcome {
    let features = "--enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
                    --enable-mutable-globals --enable-reference-types --enable-multivalue";
    let strip = "--strip-debug --strip-producers --strip-target-features";
    let mut arguments = vec![from, "-o", to, "-Oz"];
    arguments.extend(features.split_whitespace().chain(strip.split_whitespace()));
    run("node_modules/.bin/wasm-opt", &arguments)
}
