//! What a leaf of the log stands for: a receipt and the time when it came, hidden behind a salt. Who has not got the salt
//! learns nothing from the leaf; when receipt and salt are erased, the leaf stays and says nothing any more.

use consentry::model::receipt::{Receipt, Time};
use sha2::{Digest, Sha256};

use super::hash::Hash;

/// 16 random bytes, another for each receipt.
pub type Salt = [u8; 16];

/// What was recorded, as the bytes that are hashed: `{"receipt":…,"received":"…"}`, the receipt in its one form, without
/// spaces.
pub fn record_text(receipt: &Receipt, received: Time) -> String {
    format!("{{\"receipt\":{},\"received\":\"{received}\"}}", receipt.to_text())
}

/// The entry of a leaf: SHA-256 over the salt and what was recorded.
pub fn entry(salt: &Salt, record: &str) -> Hash {
    Sha256::new_with_prefix(salt).chain_update(record).finalize().into()
}
