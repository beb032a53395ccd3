//! Receipts for the tests.

use consentry::model::receipt::Receipt;
use serde_json::{Value, json};

pub const SUBJECT: &str = "be45cb2605bf36bebde684841a28f0fd";

/// A receipt of the site `shop` with this number in its id, as pages send it.
pub fn receipt(number: u64) -> Value {
    json!({
        "v": 1, "id": format!("019aa7f0-2c00-7000-8000-{number:012x}"), "site": "shop", "subject": SUBJECT,
        "time": "2026-11-21T20:00:00.000Z", "action": "accept-all",
        "granted": ["functional", "analytics", "advertising"], "denied": [],
        "revision": "1", "notice": format!("sha256:{}", "ab".repeat(32)), "language": "sv", "layer": 1,
        "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
    })
}

pub fn parse(value: &Value) -> Receipt {
    Receipt::parse(&value.to_string()).unwrap()
}
