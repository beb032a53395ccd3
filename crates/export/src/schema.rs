//! The published form of an export as JSON: its JSON Schema.

use consentry::model::config::LegalBasis;
use consentry::model::receipt::{ClockFlag, Receipt};
use serde_json::{Value, json};

use crate::json::VERSION;

/// The JSON Schema (draft 2020-12) of an export as JSON.
pub fn schema() -> Value {
    let mut receipt = Receipt::schema();
    if let Some(members) = receipt.as_object_mut() {
        members.shift_remove("$schema"); // it is part of another document
        // What its check allows and this shape cannot say stays the check's.
        members.insert("description".into(), "As the page sent it. Nothing of it is ever changed.".into());
    }
    let of_receipt = |key: &str| receipt["properties"][key].clone();
    let text = json!({ "type": "string", "minLength": 1 });
    let day = |description: &str| json!({ "type": ["string", "null"], "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": description });
    let time = |description: &str| {
        let mut time = of_receipt("time");
        time["description"] = description.into();
        time
    };
    let said_by = |keys: &[&str]| -> Value {
        keys.iter().map(|key| ((*key).to_owned(), text.clone())).collect::<serde_json::Map<_, _>>().into()
    };
    let mut service = said_by(&["id", "name", "purpose", "retention", "transfers"]);
    service["category"] = json!({ "enum": ["necessary", "functional", "analytics", "advertising"] });
    service["legalBasis"] = json!({ "enum": LegalBasis::NAMES });
    service["recipients"] = json!({ "type": "array", "minItems": 1, "items": text });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Consentry export",
        "description": "Receipts of one site, and what its configuration says about the decisions in them.",
        "type": "object",
        "properties": {
            "v": { "const": VERSION, "description": "The form's version. A reader refuses one that it does not know." },
            "site": of_receipt("site"),
            "exported": time("When the export was made, by the server's clock."),
            "subject": {
                "anyOf": [of_receipt("subject"), { "type": "null" }],
                "description": "The visitor whose receipts these are; null for those of a whole site.",
            },
            "from": day("The first day, UTC, on which they came; null where there is none."),
            "to": day("The last day, which is included."),
            "controller": {
                "type": "object",
                "properties": said_by(&["name", "address", "contact", "dpo", "authority"]),
                "additionalProperties": false,
                "description": "Who is responsible, as far as the configuration says.",
            },
            "revision": {
                "type": ["string", "null"],
                "description": "The configuration's revision when the export was made; null where it was not known.",
            },
            "services": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": service,
                    "additionalProperties": false,
                    "required": ["id", "name", "category"],
                },
                "description": "What that revision says of the site's services. A receipt of another revision may name others: its \
                                notice has the words.",
            },
            "receipts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "receipt": receipt,
                        "received": time("When it was stored, by the server's clock: the time to go by."),
                        "leaf": {
                            "type": ["integer", "null"],
                            "minimum": 0,
                            "description": "Its place in the site's signed log; null until it has one.",
                        },
                        "clock": {
                            "enum": ClockFlag::NAMES.iter().map(|name| Value::from(*name)).chain([Value::Null]).collect::<Vec<_>>(),
                            "description": "What is to be said where the receipt's own time is more than a day from that.",
                        },
                    },
                    "additionalProperties": false,
                    "required": ["receipt", "received", "leaf", "clock"],
                },
                "description": "The oldest first.",
            },
            "count": {
                "type": "integer",
                "minimum": 0,
                "description": "How many receipts there are. It stands last: where it is missing, the export was cut off.",
            },
        },
        "additionalProperties": false,
        "required": [
            "v", "site", "exported", "subject", "from", "to", "controller", "revision", "services", "receipts", "count",
        ],
    })
}
