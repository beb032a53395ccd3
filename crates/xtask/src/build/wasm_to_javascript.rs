//! Makes JavaScript of wasm, for browsers that refuse WebAssembly: under a policy without
//! `'wasm-unsafe-eval'`, and in lockdown modes. It is the same Rust, so the same rules.

use crate::workspace::{Outcome, run};

/// Binaryen's passes that express what rustc's output uses, and JavaScript has no counterpart of, by what it
/// has.
const LOWERING_PASSES: [&str; 3] =
    ["--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering", "--signext-lowering"];
const FEATURES: [&str; 5] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];

/// Writes an ES module that exports what the wasm does and imports what it does. The wasm may not use
/// reference types: its tables of them have no counterpart either.
pub fn write_module(from: &str, to: &str) -> Outcome {
    let lowered = format!("{to}.lowered.wasm");
    run(
        "node_modules/.bin/wasm-opt",
        &[&[from, "-o", &lowered, "-Oz"], &LOWERING_PASSES[..], &FEATURES].concat(),
    )?;
    run("node_modules/.bin/wasm2js", &[&[lowered.as_str(), "-o", to, "-Oz"], &FEATURES[..]].concat())
}

/// Fits wasm-bindgen's glue to a memory that is replaced when it grows. The glue looks whether the memory
/// that it remembers was detached, and only WebAssembly's memory ever is.
pub fn fit_glue(glue: &str) -> Outcome<String> {
    let mut fitted = glue.to_owned();
    for (ended, cached) in [
        ("cachedDataViewMemory0.buffer.detached === true", "cachedDataViewMemory0"),
        ("cachedUint8ArrayMemory0.byteLength === 0", "cachedUint8ArrayMemory0"),
    ] {
        if fitted.matches(ended).count() != 1 {
            return Err(format!("wasm-bindgen's glue: expected `{ended}` once"));
        }
        fitted = fitted.replace(ended, &format!("{cached}.buffer !== wasm.memory.buffer"));
    }
    Ok(fitted)
}
