//! Findings as SARIF 2.1.0, which code hosts and editors read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::entry::Entry;
use crate::lint::{Level, RULES};

/// One run of the lint.
pub fn log(entries: &[Entry]) -> Value {
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": format!("Finds {}.", rule.finds) },
                "help": { "text": format!("{} ({})", rule.source, rule.assertion) },
                "defaultConfiguration": { "level": level(rule.level) },
            })
        })
        .collect();
    let results: Vec<_> = entries.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "consentry", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results,
        }],
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

/// A file's path as a relative reference (RFC 3986, 4.2).
fn uri(path: &str) -> String {
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(&path.replace('\\', "/"), KEPT).to_string()
}

fn result(entry: &Entry) -> Value {
    let text = format!("{}: found {}, expected {}", entry.place, entry.found, entry.expected);
    let mut location = json!({ "logicalLocations": [{ "fullyQualifiedName": entry.place }] });
    if let Some(file) = &entry.file {
        location["physicalLocation"] = json!({ "artifactLocation": { "uri": uri(file) } });
        if let Some(line) = entry.line {
            location["physicalLocation"]["region"] = json!({ "startLine": line });
        }
    }
    let mut result = json!({
        "ruleId": entry.id, "level": level(entry.level), "message": { "text": text }, "locations": [location],
    });
    if let Some(reason) = &entry.allowed {
        result["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
    }
    result
}
