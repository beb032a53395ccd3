//! The proof that a receipt is in its site's log, as whoever has the receipt gets it, and as it is checked without the ledger.

mod kept_file;
mod prover;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use consentry::model::config::SiteKey;
use consentry::model::receipt::{Receipt, Time};
use serde_json::{Value, json};

pub use self::kept_file::{EXPORT_KEYS, EXPORT_VERSION, EXPORTED_RECEIPT_KEYS, KeptReceipt, read_kept_file};
pub use self::prover::Prover;
use crate::log::{
    BadProof, Checkpoint, CheckpointError, Hash, Salt, VerifyingKey, check_inclusion, entry, leaf_hash,
    record_text,
};
use crate::{Ledger, LedgerError, StoredReceipt};

/// That a leaf is in the log which a checkpoint signs. Says nothing of the receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The leaf's place in the log, counted from 0.
    pub index: u64,
    pub leaf_hash: Hash,
    /// From the leaf upwards (RFC 9162 section 2.1.3.1).
    pub path: Vec<Hash>,
    /// The signed note.
    pub checkpoint: String,
}

impl InclusionProof {
    /// The proof of a stored receipt; nothing while no checkpoint covers it.
    ///
    /// # Errors
    /// The ledger cannot be read, or its log is damaged.
    pub async fn of(
        ledger: &dyn Ledger,
        site: &SiteKey,
        stored: &StoredReceipt,
    ) -> Result<Option<InclusionProof>, LedgerError> {
        let Some(prover) = Prover::of(ledger, site.clone()).await? else { return Ok(None) };
        let proofs = prover.prove(ledger, std::slice::from_ref(stored)).await?;
        Ok(proofs.into_iter().next().flatten())
    }

    /// `{ index, leafHash, path, checkpoint }`, hashes in base64.
    pub fn to_json(&self) -> Value {
        json!({
            "index": self.index,
            "leafHash": BASE64.encode(self.leaf_hash),
            "path": self.path_in_base64(),
            "checkpoint": self.checkpoint,
        })
    }

    /// `{ leafHash, path }`, as exports have it: the index is the receipt's `leaf`, the checkpoint is the whole file's.
    pub fn to_json_in_export(&self) -> Value {
        json!({ "leafHash": BASE64.encode(self.leaf_hash), "path": self.path_in_base64() })
    }

    fn path_in_base64(&self) -> Vec<String> {
        self.path.iter().map(|hash| BASE64.encode(hash)).collect()
    }
}

/// A receipt with everything that shows when it was recorded and that it was not changed since: what a visitor keeps.
pub struct ProvenReceipt {
    pub receipt: Receipt,
    pub received: Time,
    pub salt: Salt,
    pub proof: InclusionProof,
    /// The keys that sign the log, as the ledger says: whoever does not believe it has them from elsewhere.
    pub keys: Vec<VerifyingKey>,
}

/// Why a file does not prove its receipt.
#[derive(Debug, PartialEq, Eq)]
pub enum NotProven {
    /// The text is no such file; the sentence says what was found where, and what was expected.
    Form(String),
    /// The leaf is not the receipt's: the receipt, its time or its salt was changed.
    OtherReceipt,
    Proof(BadProof),
    Checkpoint(CheckpointError),
}

impl fmt::Display for NotProven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotProven::Form(reason) => f.write_str(reason),
            NotProven::OtherReceipt => f.write_str(
                "the receipt, its time or its salt is not what was recorded: the leaf has another hash",
            ),
            NotProven::Proof(fault) => fault.fmt(f),
            NotProven::Checkpoint(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for NotProven {}

impl ProvenReceipt {
    /// `{ receipt, received, salt, proof, keys }`, the salt in hexadecimal digits, the keys as signed-note writes them.
    pub fn to_json(&self) -> Value {
        json!({
            "receipt": self.receipt.to_json(),
            "received": self.received.to_string(),
            "salt": salt_digits(&self.salt),
            "proof": self.proof.to_json(),
            "keys": self.keys.iter().map(VerifyingKey::to_string).collect::<Vec<_>>(),
        })
    }

    /// Whether the log that one of the keys signs has had this very receipt. Returns the checkpoint.
    ///
    /// # Errors
    /// What does not fit.
    pub fn verify(&self, keys: &[VerifyingKey]) -> Result<Checkpoint, NotProven> {
        let entry = entry(&self.salt, &record_text(&self.receipt, self.received));
        if leaf_hash(&entry) != self.proof.leaf_hash {
            return Err(NotProven::OtherReceipt);
        }
        Checkpoint::read(&self.proof.checkpoint).map_err(NotProven::Checkpoint)?;
        let checkpoint = keys.iter().find_map(|key| Checkpoint::verify(&self.proof.checkpoint, key).ok());
        let checkpoint = checkpoint.ok_or(NotProven::Checkpoint(CheckpointError::Signature))?;
        let InclusionProof { index, leaf_hash, path, .. } = &self.proof;
        check_inclusion(*index, *leaf_hash, checkpoint.size, path, &checkpoint.root)
            .map_err(NotProven::Proof)?;
        Ok(checkpoint)
    }
}

/// A salt as 32 hexadecimal digits.
pub fn salt_digits(salt: &Salt) -> String {
    salt.iter().map(|byte| format!("{byte:02x}")).collect()
}
