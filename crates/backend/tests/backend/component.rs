//! Stands in for the built component: a short file for each that a bundle is made of.

use consentry_backend::BuiltFile;

/// The component's file of this name. Each text of a language is its own name.
pub fn component(name: &str) -> Option<BuiltFile> {
    let text = match name {
        "consentry.js" => r#"start(/*style*/""/*style*/,/*texts*/{}/*texts*/,"consentry-",/*config*/null);"#,
        "consentry-after.js" => "report();",
        "consentry-classify.js" => "classify();",
        "consentry-classify.wasm" | "consentry-ui.wasm" => "\0asm",
        "consentry-classify.wasm.js" | "consentry-gate.wasm.js" | "consentry-ui.wasm.js" => "asm();",
        "consentry-notices.txt" => "thanks",
        "consentry-ui.js" => "ui();",
        _ if name.starts_with("consentry-preferences.") => r#"{"reopen":"Choices"}"#,
        _ if name.ends_with(".css") => ":host{}",
        _ if name.starts_with("consentry-banner.") => {
            return Some(consentry_notice::KEYS.join("\n").into_bytes().into());
        }
        _ => return None,
    };
    Some(text.into())
}
