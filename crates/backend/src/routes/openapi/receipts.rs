//! How receipts look in answers.

use utoipa::ToSchema;

use super::ReceiptForm;

/// A receipt, as the ledger has it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
pub struct KnownReceipt {
    /// Made by the page: a UUID of version 7.
    id: String,
    site: String,
    subject: String,
    time: String,
    action: String,
    granted: Vec<String>,
    denied: Vec<String>,
    revision: String,
    notice: Option<String>,
    language: String,
    layer: u8,
    #[schema(rename = "validUntil")]
    valid_until: String,
    previous: Option<String>,
    /// When it came, by the server's clock.
    received: String,
    /// How far the receipt's own time is from that, where it is far: late, behind or ahead.
    #[schema(required = false)]
    clock: Option<String>,
    /// Whether the notice that it names is known here.
    #[schema(rename = "noticeKnown", required = false)]
    notice_known: Option<bool>,
}

/// Receipts, and where to go on.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
pub struct ReceiptPage {
    receipts: Vec<KnownReceipt>,
    /// What to ask for next, or null.
    next: Option<u64>,
}

/// That a receipt is in its log.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
pub struct Proof {
    index: u64,
    #[schema(rename = "leafHash")]
    leaf_hash: String,
    path: Vec<String>,
    /// The signed note.
    checkpoint: String,
}

/// A receipt with everything that proves it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
pub struct KeptReceipt {
    receipt: ReceiptForm,
    received: String,
    salt: String,
    proof: Proof,
    keys: Vec<String>,
}
