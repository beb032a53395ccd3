//! The addresses in speculation rules, for which a browser asks before the visitor follows a link. Decides
//! nothing about them.

use serde_json::Value;

/// The addresses and address patterns; none of what is no JSON, which the browser ignores too.
pub(crate) fn addresses(json: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(rules) = serde_json::from_str(json) {
        collect(&rules, Strings::AreOther, &mut found);
    }
    found
}

#[derive(Clone, Copy)]
enum Strings {
    AreAddresses,
    AreOther,
}

fn collect(value: &Value, strings: Strings, found: &mut Vec<String>) {
    match value {
        Value::String(text) => match strings {
            Strings::AreAddresses => found.push(text.clone()),
            Strings::AreOther => {}
        },
        Value::Array(items) => items.iter().for_each(|item| collect(item, strings, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                let strings = match key.as_str() {
                    "urls" | "href_matches" => Strings::AreAddresses,
                    _ => Strings::AreOther,
                };
                collect(value, strings, found);
            }
        }
        _ => {}
    }
}
