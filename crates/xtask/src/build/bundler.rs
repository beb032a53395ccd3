//! Calls the tools that join and shrink files: esbuild, swc and terser for JavaScript, binaryen for wasm. What they
//! are called on, others say.

use crate::workspace::{Outcome, read, run, write};

/// What esbuild may write, in its words: the syntax of ES2020, which every browser of the last six years
/// reads.
const SYNTAX: &str = "--target=es2020";

/// How the names in `crates/gate/js/gate-parts.js` are made short, the same in each bundle that knows them.
pub const SHORT_NAMES: [&str; 2] = ["--mangle-props=[^_]_$", "--mangle-cache=target/short-names.json"];

/// Starts a build in which no short name is given yet.
pub fn forget_short_names() -> Outcome {
    write("target/short-names.json", "{}")
}

/// Writes one module of a file and all that it imports, minified; `options` are further ones of esbuild.
pub fn bundle_module(entry: &str, to: &str, options: &[&str]) -> Outcome {
    let between = "target/bundled.js";
    let out = format!("--outfile={between}");
    run_esbuild(&[&[entry, "--bundle", "--format=esm", &out], options].concat())?;
    minify_module(between, to)
}

/// Runs esbuild with what all its calls have in common.
pub fn run_esbuild(arguments: &[&str]) -> Outcome {
    let common = [SYNTAX, "--charset=ascii", "--legal-comments=none", "--log-level=warning"];
    run("node_modules/.bin/esbuild", &[arguments, &common].concat())
}

/// A style sheet as the oldest browsers that we know of read it, minified.
pub fn minified_style(from: &str) -> Outcome<String> {
    let to = "target/minified.css";
    let out = format!("--outfile={to}");
    run(
        "node_modules/.bin/esbuild",
        &[
            from,
            "--minify",
            "--target=chrome87,firefox83,safari14",
            "--charset=ascii",
            "--log-level=warning",
            &out,
        ],
    )?;
    // The values of custom properties stay as they are written: a space in them after a colon or a comma says
    // nothing either. Nor do quotes around the words in our selectors.
    let style = read(to)?.trim_end().replace(": ", ":").replace(", ", ",");
    Ok(style.replace("=\"", "=").replace("\"]", "]"))
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
    let mut arguments = vec![from, "-o", to, "-Oz", "--converge"];
    arguments.extend(features.split_whitespace().chain(strip.split_whitespace()));
    run("node_modules/.bin/wasm-opt", &arguments)
}
