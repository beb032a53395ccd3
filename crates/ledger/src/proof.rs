//! The proof that a receipt is in its site's log, as whoever has the receipt gets it, and as it is checked without the ledger.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use consentry::model::config::SiteKey;
use consentry::model::receipt::{Receipt, Time};
use consentry::model::shape::{Node, below};
use serde_json::{Value, json};

use crate::log::{
    BadProof, Checkpoint, CheckpointError, Hash, Salt, TileSet, VerifyingKey, check_inclusion, entry,
    leaf_hash, record_text,
};
use crate::sealer::read_tiles;
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
        let sealed = ledger.log(site.clone()).await?.and_then(|log| log.sealed);
        let Some((sealed, leaf)) = sealed.zip(stored.leaf).filter(|(sealed, leaf)| sealed.size > *leaf)
        else {
            return Ok(None);
        };
        let tiles = read_tiles(ledger, site, TileSet::needed_for_proof(leaf, sealed.size)).await?;
        let path = tiles.inclusion_proof(leaf, sealed.size);
        let path = path.map_err(|missing| LedgerError::Unavailable(format!("{site}: {missing}")))?;
        let entry = entry(&stored.salt, &record_text(&stored.receipt, stored.received));
        Ok(Some(InclusionProof {
            index: leaf,
            leaf_hash: leaf_hash(&entry),
            path,
            checkpoint: sealed.checkpoint,
        }))
    }

    /// `{ index, leafHash, path, checkpoint }`, hashes in base64.
    pub fn to_json(&self) -> Value {
        let path: Vec<_> = self.path.iter().map(|hash| BASE64.encode(hash)).collect();
        json!({
            "index": self.index,
            "leafHash": BASE64.encode(self.leaf_hash),
            "path": path,
            "checkpoint": self.checkpoint,
        })
    }

    /// Reads what [`InclusionProof::to_json`] writes.
    fn read(value: &Value) -> Option<InclusionProof> {
        let path = value["path"].as_array()?.iter().map(hash);
        Some(InclusionProof {
            index: value["index"].as_u64()?,
            leaf_hash: hash(&value["leafHash"])?,
            path: path.collect::<Option<_>>()?,
            checkpoint: value["checkpoint"].as_str()?.to_owned(),
        })
    }
}

fn hash(value: &Value) -> Option<Hash> {
    BASE64.decode(value.as_str()?).ok()?.try_into().ok()
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
            "salt": self.salt.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            "proof": self.proof.to_json(),
            "keys": self.keys.iter().map(VerifyingKey::to_string).collect::<Vec<_>>(),
        })
    }

    /// Reads a downloaded receipt.
    ///
    /// # Errors
    /// [`NotProven::Form`].
    pub fn parse(text: &str) -> Result<ProvenReceipt, NotProven> {
        let form = |place: &str, expected: &str| {
            NotProven::Form(format!("{place}: found something else, expected {expected}"))
        };
        let node = Node::parse(text).map_err(|fault| NotProven::Form(fault.to_string()))?;
        check_keys(&node, "", &["receipt", "received", "salt", "proof", "keys"])?;
        if let Some(proof) = node.get("proof") {
            check_keys(proof, "proof", &["index", "leafHash", "path", "checkpoint"])?;
        }
        let read = node.get("receipt").ok_or_else(|| form("receipt", "a receipt"))?;
        let receipt = Receipt::read(read, "receipt")
            .map_err(|faults| NotProven::Form(faults.first().map(ToString::to_string).unwrap_or_default()))?;
        let value: Value = serde_json::from_str(text).map_err(|error| NotProven::Form(error.to_string()))?;
        let received = value["received"].as_str().and_then(Time::parse);
        let salt = value["salt"].as_str().and_then(salt);
        Ok(ProvenReceipt {
            receipt,
            received: received.ok_or_else(|| form("received", "a time such as 2026-11-21T20:00:00.000Z"))?,
            salt: salt.ok_or_else(|| form("salt", "32 hexadecimal digits"))?,
            proof: InclusionProof::read(&value["proof"])
                .ok_or_else(|| form("proof", "{ index, leafHash, path, checkpoint }"))?,
            keys: keys(&value["keys"])
                .ok_or_else(|| form("keys", "a list of keys such as name+0123abcd+A…"))?,
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

/// Refuses keys that nobody knows and keys that stand there twice: what is checked is all that the file says.
fn check_keys(node: &Node, place: &str, known: &[&str]) -> Result<(), NotProven> {
    let entries = node.entries();
    for (at, (name, _)) in entries.iter().enumerate() {
        let (found, expected) = if !known.contains(&name.as_str()) {
            ("an unknown key", format!("one of the keys {}", known.join(", ")))
        } else if entries[..at].iter().any(|(before, _)| before == name) {
            ("it twice", "each key once".to_owned())
        } else {
            continue;
        };
        return Err(NotProven::Form(format!("{}: found {found}, expected {expected}", below(place, name))));
    }
    Ok(())
}

fn keys(value: &Value) -> Option<Vec<VerifyingKey>> {
    value.as_array()?.iter().map(|key| VerifyingKey::parse(key.as_str()?)).collect()
}

/// 16 bytes from 32 lower-case hexadecimal digits.
fn salt(digits: &str) -> Option<Salt> {
    let is_hex = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    let is_hex = digits.len() == 2 * size_of::<Salt>() && digits.bytes().all(is_hex);
    is_hex.then(|| u128::from_str_radix(digits, 16).ok()).flatten().map(u128::to_be_bytes)
}
