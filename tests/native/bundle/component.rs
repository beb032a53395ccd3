//! Stands in for the built component: short files, but each language's real texts, as the build writes them.

use consentry::model::config::LANGUAGES;
use consentry::model::view::Layer;

use crate::view::texts;

/// The component's file of this name.
pub fn component(name: &str) -> Option<Vec<u8>> {
    let text = match name {
        "consentry.js" => {
            r#"start(/*style*/"usual"/*style*/,/*texts*/{"en":"all"}/*texts*/,"consentry-",/*config*/null);"#
        }
        "consentry-after.js" => "report",
        "consentry-banner.css" => ":host{all:initial}",
        "consentry-classify.js" => "classify",
        "consentry-classify.wasm" => "\0asm classify",
        "consentry-classify.wasm.js" => "classify without",
        "consentry-layout.bar.css" => ".bar{left:0}",
        "consentry-layout.box.css" => ".box{left:1px}",
        "consentry-layout.dialog.css" => ".dialog{left:2px}",
        "consentry-notices.txt" => "notices",
        "consentry-ui.js" => "ui",
        "consentry-ui.wasm" => "wasm",
        "consentry-gate.wasm.js" | "consentry-ui.wasm.js" => "wasm as JavaScript",
        _ => return of_language(name),
    };
    Some(text.into())
}

fn of_language(name: &str) -> Option<Vec<u8>> {
    let between =
        |start, end| name.strip_prefix(start)?.strip_suffix(end).filter(|it| LANGUAGES.contains(it));
    let first = between("consentry-banner.", ".txt");
    let second = between("consentry-preferences.", ".json");
    let text = match (first, second) {
        (Some(language), _) => texts(language, Layer::First).first_layer_lines().unwrap(),
        (_, Some(language)) => texts(language, Layer::Second).to_json().to_string(),
        _ => return None,
    };
    Some(text.into_bytes())
}
