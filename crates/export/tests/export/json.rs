//! JSON, read back, and its published form.

use consentry::model::receipt::Receipt;
use consentry_export::{Covers, Day, Entry, Format, Period, ProofParts, SignedLog, schema};
use serde_json::{Value, json};

use crate::exported::{SUBJECT, about, config, entry, export, of_subject, receipt, receipt_with, whole_site};

#[test]
fn every_receipt_is_there_as_it_was_sent() {
    let late = receipt_with(2, json!({ "time": "2026-11-19T20:00:00.000Z" }));
    let entries = [entry(&receipt(1), Some(7)), entry(&late, None)];
    let document: Value =
        serde_json::from_slice(&export(Format::Json, about(Some(config()), of_subject()), &entries)).unwrap();
    let receipts = document["receipts"].as_array().unwrap();
    assert_eq!(receipts[0]["receipt"], receipt(1));
    assert_eq!((&receipts[0]["leaf"], &receipts[0]["clock"]), (&json!(7), &Value::Null));
    assert_eq!((&receipts[1]["leaf"], &receipts[1]["clock"]), (&Value::Null, &json!("late")));
    Receipt::parse(&receipts[1]["receipt"].to_string()).unwrap();
    assert_eq!(document["count"], 2);
    assert_eq!(document["subject"], SUBJECT);
    assert_eq!(document["controller"]["name"], "Shop Ltd");
    let video = json!({
        "id": "video", "name": "Films", "category": "functional", "legalBasis": "consent", "purpose": "Shows films",
        "recipients": ["Films Ltd", "Streams Ltd"], "retention": "13 months", "transfers": "None outside the EU"
    });
    assert_eq!(document["services"][0], video);
    assert_eq!(document["services"][1]["legalBasis"], "contract");
}

#[test]
fn an_export_says_which_days_it_is_of() {
    let days = |from: &str, to: &str| {
        let day = |text: &str| (!text.is_empty()).then(|| text.parse::<Day>().unwrap());
        Period::new(day(from), day(to))
    };
    let period = days("2026-11-01", "2026-11-30").unwrap();
    assert_eq!(period.start().to_string(), "2026-11-01T00:00:00.000Z");
    assert_eq!(period.end().unwrap().to_string(), "2026-12-01T00:00:00.000Z");
    let document: Value =
        serde_json::from_slice(&export(Format::Json, about(None, Covers::Site(period)), &[])).unwrap();
    assert_eq!(
        (&document["from"], &document["to"], &document["count"]),
        (&json!("2026-11-01"), &json!("2026-11-30"), &json!(0))
    );
    assert_eq!((&document["revision"], &document["receipts"]), (&Value::Null, &json!([])));
    assert_eq!(
        days("2026-11-02", "2026-11-01").unwrap_err(),
        "found from 2026-11-02 to 2026-11-01, expected the earlier day first"
    );
    assert_eq!(days("", "2026-11-01").unwrap().end(), days("2026-11-01", "2026-11-01").unwrap().end());
    for wrong in ["2026-11-31", "2026-1-1", "yesterday", "", "2026-11-01T00:00:00Z"] {
        assert!(wrong.parse::<Day>().unwrap_err().contains("expected a day such as 2026-11-21"), "{wrong}");
    }
}

/// The keys that an export has are those that its published form names, at every depth: what the form says of values,
/// `tests/independent` checks.
#[test]
fn the_published_form_names_every_key_that_is_written() {
    let entries = [entry(&receipt(1), Some(7))];
    for (covers, config) in [(whole_site(), Some(config())), (of_subject(), None)] {
        let document: Value =
            serde_json::from_slice(&export(Format::Json, about(config, covers), &entries)).unwrap();
        check_keys(&document, &schema(), "");
    }
}

/// An export that carries proofs has each receipt's beside it, and the log once; any other says nothing of them.
#[test]
fn proofs_are_beside_their_receipts_where_the_export_carries_them() {
    let mut about = about(None, of_subject());
    about.log = Some(SignedLog { checkpoint: "a signed note".into(), keys: vec!["a key".into()] });
    let way = json!({ "leafHash": "A", "path": ["B"] });
    let parts = |proof: Option<&Value>| ProofParts { salt: "5a".repeat(16), proof: proof.cloned() };
    let entries = [
        Entry { proof: Some(parts(Some(&way))), ..entry(&receipt(1), Some(7)) },
        Entry { proof: Some(parts(None)), ..entry(&receipt(2), None) },
    ];
    let document: Value = serde_json::from_slice(&export(Format::Json, about, &entries)).unwrap();
    check_keys(&document, &schema(), "");
    assert_eq!(document["log"], json!({ "checkpoint": "a signed note", "keys": ["a key"] }));
    let [first, second] = [&document["receipts"][0], &document["receipts"][1]];
    assert_eq!((&first["salt"], &first["proof"]), (&json!("5a".repeat(16)), &way));
    assert_eq!((&second["salt"], second.get("proof")), (&json!("5a".repeat(16)), Some(&Value::Null)));
}

fn check_keys(value: &Value, schema: &Value, path: &str) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let property = &schema["properties"][key];
                assert!(property.is_object(), "{path}.{key} is not in the published form");
                check_keys(value, property, &format!("{path}.{key}"));
            }
            for key in schema["required"].as_array().into_iter().flatten() {
                assert!(members.contains_key(key.as_str().unwrap()), "{path} has no {key}");
            }
        }
        Value::Array(items) if schema["items"].is_object() => {
            items.iter().for_each(|item| check_keys(item, &schema["items"], path));
        }
        _ => {}
    }
}
