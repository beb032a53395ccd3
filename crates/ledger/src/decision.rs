//! What was decided and shown, without who and when: few among many receipts, so that a store keeps each once. Bytes of a
//! store, never shown.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Receipt, ReceiptId, Subject, Time};
use consentry::model::shape::Fault;
use serde_json::{Value, json};

/// The decision of a receipt, as JSON in one form: equal decisions are equal texts.
pub fn decision_text(receipt: &Receipt) -> String {
    let mut decision = receipt.to_json();
    if let Some(members) = decision.as_object_mut() {
        for key in ["id", "site", "subject", "time", "validUntil", "previous"] {
            members.shift_remove(key);
        }
        members.insert("validFor".to_owned(), valid_for(receipt).into());
    }
    decision.to_string()
}

/// How many milliseconds after its time a receipt ends by age.
fn valid_for(receipt: &Receipt) -> u64 {
    receipt.valid_until.millis().saturating_sub(receipt.time.millis())
}

/// Who decided, when and in which place of a chain: what a decision leaves out.
pub struct Occasion {
    pub id: ReceiptId,
    pub site: SiteKey,
    pub subject: Subject,
    pub time: Time,
    pub previous: Option<ReceiptId>,
}

/// The receipt of a decision on an occasion.
///
/// # Errors
/// What is no receipt about it: the store was changed from outside.
pub fn receipt(decision: &str, occasion: &Occasion) -> Result<Receipt, Vec<Fault>> {
    let mut value: Value = serde_json::from_str(decision).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        let valid_for =
            members.shift_remove("validFor").and_then(|valid_for| valid_for.as_u64()).unwrap_or_default();
        let valid_until = Time::from_millis(occasion.time.millis().saturating_add(valid_for));
        members.insert("validUntil".to_owned(), valid_until.to_string().into());
        members.insert("id".to_owned(), occasion.id.as_str().into());
        members.insert("site".to_owned(), occasion.site.as_str().into());
        members.insert("subject".to_owned(), occasion.subject.as_str().into());
        members.insert("time".to_owned(), occasion.time.to_string().into());
        members.insert("previous".to_owned(), json!(occasion.previous.as_ref().map(ReceiptId::as_str)));
    }
    Receipt::parse(&value.to_string())
}
