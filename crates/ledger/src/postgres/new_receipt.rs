//! A receipt with all that is written of it.

use consentry::model::receipt::{Receipt, Time};
use sha2::{Digest, Sha256};

use crate::decision::decision_text;
use crate::log::{Hash, Salt, entry, record_text};
use crate::rows::{digits_to_bytes, millis};

/// What identifies a receipt: its site and the 16 bytes of its id.
pub type Key = (String, [u8; 16]);

pub struct NewReceipt {
    pub receipt: Receipt,
    pub id: [u8; 16],
    pub subject: [u8; 16],
    pub previous: Option<[u8; 16]>,
    pub time: i64,
    pub received: i64,
    pub salt: Salt,
    /// What will stand in its leaf.
    pub entry: Hash,
    pub decision: String,
    /// SHA-256 over the decision.
    pub decision_hash: Hash,
}

impl NewReceipt {
    /// `salt`: random, and used for nothing else.
    pub fn new(receipt: Receipt, received: Time, salt: Salt) -> NewReceipt {
        let decision = decision_text(&receipt);
        NewReceipt {
            id: digits_to_bytes(receipt.id.as_str()),
            subject: digits_to_bytes(receipt.subject.as_str()),
            previous: receipt.previous.as_ref().map(|previous| digits_to_bytes(previous.as_str())),
            time: millis(receipt.time),
            received: millis(received),
            entry: entry(&salt, &record_text(&receipt, received)),
            decision_hash: Sha256::digest(&decision).into(),
            decision,
            salt,
            receipt,
        }
    }

    pub fn site(&self) -> &str {
        self.receipt.site.as_str()
    }

    pub fn key(&self) -> Key {
        (self.site().to_owned(), self.id)
    }
}
