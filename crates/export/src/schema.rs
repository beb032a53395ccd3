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
    let hash = |description: &str| json!({ "type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$", "description": description });
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
            "log": {
                "type": "object",
                "properties": {
                    "checkpoint": { "type": "string", "description": "The signed checkpoint at which every proof of the file ends." },
                    "keys": {
                        "type": "array",
                        "items": { "type": "string", "pattern": "^[^+]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]+=*$" },
                        "description": "The keys that sign it. Compare them with those that the site publishes.",
                    },
                },
                "additionalProperties": false,
                "required": ["checkpoint", "keys"],
                "description": "The site's log as it was signed when the export was made. It is there where the file carries proofs, \
                                as the JSON that a visitor downloads does: `consentry verify` and the page /verify check them.",
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
                        "salt": {
                            "type": "string",
                            "pattern": "^[0-9a-f]{32}$",
                            "description": "What hides the receipt in the public log. It is there where `log` is, as is `proof`.",
                        },
                        "proof": {
                            "type": ["object", "null"],
                            "properties": {
                                "leafHash": hash("The hash of its leaf, in base64."),
                                "path": { "type": "array", "items": hash("A node beside the way to the root.") },
                            },
                            "additionalProperties": false,
                            "required": ["leafHash", "path"],
                            "description": "The way from its leaf up to the checkpoint's root (RFC 9162 section 2.1.3); null while the \
                                            checkpoint does not cover it.",
                        },
                    },
                    "additionalProperties": false,
                    "required": ["receipt", "received", "leaf", "clock"],
                    "dependentRequired": { "salt": ["proof"], "proof": ["salt"] },
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
