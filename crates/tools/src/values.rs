//! The values that JavaScript is given, in the names that it knows them by.

use consentry::lint::output::Entry;
use consentry::model::config::Fault;
use consentry_classify::Answer;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// Any of these as JavaScript has it: objects, arrays, null where there is nothing.
pub fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

/// An error whose `code` is one of those in `pkg/tools.d.ts`, and whose message has a line for each thing that is wrong.
pub fn refusal(code: &str, lines: &[String]) -> JsValue {
    let error = js_sys::Error::new(&lines.join("\n"));
    // A new object takes every property.
    let _ = js_sys::Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// One fault of a configuration.
#[derive(Serialize)]
pub struct FaultFound {
    code: &'static str,
    path: String,
    found: String,
    expected: String,
}

impl From<Fault> for FaultFound {
    fn from(Fault { path, code, found, expected }: Fault) -> FaultFound {
        FaultFound { code, path, found, expected }
    }
}

/// Everything that the lint says.
#[derive(Serialize)]
pub struct LintResult {
    /// Whether there is an error that nobody allowed.
    pub fails: bool,
    /// As `consentry lint --format json` prints them.
    pub findings: Vec<serde_json::Value>,
    /// As `consentry lint` prints them.
    pub lines: Vec<String>,
    /// As `consentry lint --format sarif` prints them.
    pub sarif: serde_json::Value,
}

impl LintResult {
    pub fn of(entries: &[Entry]) -> LintResult {
        LintResult {
            fails: entries.iter().any(Entry::fails),
            findings: entries.iter().map(Entry::to_json).collect(),
            lines: entries.iter().map(Entry::line).collect(),
            sarif: consentry::lint::output::sarif_log(entries),
        }
    }
}

/// What something is for, and why.
#[derive(Serialize)]
pub struct Classified<'a> {
    category: &'a str,
    /// From 0 to 1.
    confidence: f64,
    rule: &'a str,
    pattern: &'a str,
    vendor: &'a str,
    source: &'a str,
}

impl<'a> From<&'a Answer> for Classified<'a> {
    fn from(answer: &'a Answer) -> Classified<'a> {
        Classified {
            category: answer.category_name(),
            confidence: f64::from(answer.confidence) / 100.0,
            rule: answer.rule.name(),
            pattern: &answer.pattern,
            vendor: &answer.vendor,
            source: &answer.source,
        }
    }
}
