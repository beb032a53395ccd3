//! What the browser asks: plain texts in, plain texts out.

use wasm_bindgen::prelude::*;

use crate::row::subject;
use crate::{Subject, SubjectKind, category_of_host, classify as answer};

/// The answer on something: its category, confidence (0 to 100), rule, pattern, vendor and source, a line
/// each. Of a URL `name` is the host. `more`: what else is known, a line `column=value` each, with the
/// columns of [`crate::row::COLUMNS`].
#[wasm_bindgen]
pub fn classify(kind: &str, name: &str, more: &str) -> String {
    let field = |column: &str| more.lines().find_map(|line| line.strip_prefix(column)?.strip_prefix('='));
    let subject =
        Subject { kind: SubjectKind::named(kind).unwrap_or_default(), name, ..subject(field, &mut |_| ()) };
    let answer = answer(&subject);
    let confidence = answer.confidence.to_string();
    let lines = [
        answer.category_name(),
        &confidence,
        answer.rule.name(),
        &answer.pattern,
        &answer.vendor,
        &answer.source,
    ];
    lines.join("\n")
}

/// The number of the category of a host in lower case, as in `consentry-policy`; 4 is unclassified.
#[wasm_bindgen]
pub fn host(name: &str) -> u32 {
    category_of_host(name).map_or(4, |category| category as u32)
}
