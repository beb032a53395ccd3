//! What was decided and shown, without who and when: few among many receipts, so that a store keeps each once. Bytes of a
//! store, never shown.

use consentry::model::config::{Revision, SiteKey};
use consentry::model::receipt::{Action, LanguageTag, NoticeHash, Receipt, ReceiptId, Scope, Subject, Time};
use consentry::model::shape::Fault;
use serde::Serialize;
use serde_json::{Value, json};

/// The decision of a receipt, as JSON in one form: equal decisions are equal texts.
pub fn decision_text(receipt: &Receipt) -> String {
    let decision = Decision {
        v: 1,
        action: receipt.action,
        granted: &receipt.granted,
        denied: &receipt.denied,
        revision: &receipt.revision,
        notice: receipt.notice.as_ref(),
        language: &receipt.language,
        layer: receipt.layer.number(),
        valid_for: receipt.valid_until.millis().saturating_sub(receipt.time.millis()),
    };
    serde_json::to_string(&decision).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decision<'a> {
    v: u8,
    action: Action,
    granted: &'a [Scope],
    denied: &'a [Scope],
    revision: &'a Revision,
    notice: Option<&'a NoticeHash>,
    language: &'a LanguageTag,
    layer: u64,
    /// How many milliseconds after its time a receipt ends by age.
    valid_for: u64,
}

/// Who decided, when and in which place of a chain: what a decision leaves out.
pub struct Occasion {
    pub id: ReceiptId,
    pub site: SiteKey,
    pub subject: Subject,
    pub time: Time,
    pub previous: Option<ReceiptId>,
}

/// Some receipt of a decision, for what all its receipts have in common.
///
/// # Errors
/// A sentence: the text is no decision; the store was changed from outside.
pub fn any_receipt(decision: &str) -> Result<Receipt, String> {
    let occasion = || {
        Some(Occasion {
            id: ReceiptId::new("00000000-0000-7000-8000-000000000000")?,
            site: SiteKey::new("any")?,
            subject: Subject::new("00000000000000000000000000000000")?,
            time: Time::from_millis(0),
            previous: None,
        })
    };
    let occasion = occasion().ok_or("no occasion can be made")?;
    receipt(decision, &occasion).map_err(|faults| faults.first().map(ToString::to_string).unwrap_or_default())
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
