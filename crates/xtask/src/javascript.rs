//! Makes JavaScript of wasm, for browsers that refuse WebAssembly: a policy without `'wasm-unsafe-eval'`,
//! lockdown modes. The same Rust, so the same rules.

use crate::{Outcome, run};

/// What rustc's output uses and JavaScript has no counterpart of, in words of what it has.
const LOWER: [&str; 3] =
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
pub fn from_wasm(from: &str, to: &str) -> Outcome {
    let lowered = format!("{to}.lowered.wasm");
    run("node_modules/.bin/wasm-opt", &[&[from, "-o", &lowered, "-Oz"], &LOWER[..], &FEATURES].concat())?;
    run("node_modules/.bin/wasm2js", &[&[lowered.as_str(), "-o", to, "-Oz"], &FEATURES[..]].concat())
}

/// The glue of wasm-bindgen with memory that is replaced when it grows: what the glue waits for, the end of
/// the old one, only happens to the memory of WebAssembly.
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
