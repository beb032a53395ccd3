//! Reads what a visitor keeps: one receipt with its proof, or an export in which each receipt has one. The form must be exactly
//! the documented one, so that what is checked is all that the file says of its receipts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use consentry::model::receipt::{Receipt, Time};
use consentry::model::shape::{Node, below};

use super::{InclusionProof, NotProven, ProvenReceipt};
use crate::log::{Hash, Salt, VerifyingKey};

/// The version of exports that is read, which is the one that `consentry_export` writes.
pub const EXPORT_VERSION: u64 = 1;
/// The keys that such an export may have.
pub const EXPORT_KEYS: [&str; 12] = [
    "v",
    "site",
    "exported",
    "subject",
    "from",
    "to",
    "controller",
    "revision",
    "log",
    "services",
    "receipts",
    "count",
];
/// The keys that each of its receipts may have, with what stands beside it.
pub const EXPORTED_RECEIPT_KEYS: [&str; 6] = ["receipt", "received", "leaf", "clock", "salt", "proof"];
const NO_PROOFS: &str = "log: found nothing, expected the checkpoint and its keys: this export carries no proofs, so that \
     nothing shows whether its receipts were changed. What a visitor downloads as JSON carries them";

/// A receipt of a file.
pub enum KeptReceipt {
    /// With what proves it, or does not.
    Provable(ProvenReceipt),
    /// No checkpoint covered it when the file was made.
    NotYet(Receipt),
}

impl KeptReceipt {
    /// What the file says was decided.
    pub fn receipt(&self) -> &Receipt {
        match self {
            KeptReceipt::Provable(proven) => &proven.receipt,
            KeptReceipt::NotYet(receipt) => receipt,
        }
    }

    /// With its proof, if the file has one.
    pub fn proven(&self) -> Option<&ProvenReceipt> {
        match self {
            KeptReceipt::Provable(proven) => Some(proven),
            KeptReceipt::NotYet(_) => None,
        }
    }
}

/// The receipts of a downloaded file, in its order; at least one. None is checked yet.
///
/// # Errors
/// [`NotProven::Form`].
pub fn read_kept_file(text: &str) -> Result<Vec<KeptReceipt>, NotProven> {
    let node = Node::parse(text).map_err(|fault| NotProven::Form(fault.to_string()))?;
    match node.get("receipts") {
        Some(receipts) => read_export(&node, receipts.items()),
        None => Ok(vec![KeptReceipt::Provable(read_one(&node)?)]),
    }
}

impl ProvenReceipt {
    /// Reads a downloaded receipt.
    ///
    /// # Errors
    /// [`NotProven::Form`].
    pub fn parse(text: &str) -> Result<ProvenReceipt, NotProven> {
        read_one(&Node::parse(text).map_err(|fault| NotProven::Form(fault.to_string()))?)
    }
}

fn read_one(file: &Node) -> Result<ProvenReceipt, NotProven> {
    check_keys(file, "", &["receipt", "received", "salt", "proof", "keys"])?;
    if let Some(proof) = file.get("proof") {
        check_keys(proof, "proof", &["index", "leafHash", "path", "checkpoint"])?;
    }
    let (receipt, received, salt) = recorded(file, "")?;
    let proof = file.get("proof").and_then(|proof| {
        let (leaf_hash, path) = hashes(proof)?;
        let index = proof.get("index")?.whole()?;
        let checkpoint = proof.get("checkpoint")?.text()?.to_owned();
        Some(InclusionProof { index, leaf_hash, path, checkpoint })
    });
    let proof = proof.ok_or_else(|| form("proof", "{ index, leafHash, path, checkpoint }"))?;
    Ok(ProvenReceipt { receipt, received, salt, proof, keys: keys(file, "")? })
}

fn read_export(file: &Node, entries: &[Node]) -> Result<Vec<KeptReceipt>, NotProven> {
    check_keys(file, "", &EXPORT_KEYS)?;
    refuse_ambiguous(file, "")?;
    let whole = |key| file.get(key).and_then(Node::whole);
    if whole("v") != Some(EXPORT_VERSION) {
        return Err(form("v", "1, the version of this form"));
    }
    let log = file.get("log").ok_or_else(|| NotProven::Form(NO_PROOFS.into()))?;
    check_keys(log, "log", &["checkpoint", "keys"])?;
    let checkpoint = log.get("checkpoint").and_then(Node::text);
    let checkpoint = checkpoint.ok_or_else(|| form("log.checkpoint", "a signed checkpoint"))?;
    let keys = keys(log, "log")?;
    if entries.is_empty() {
        return Err(form("receipts", "a list of one or more"));
    }
    if whole("count") != Some(entries.len() as u64) {
        return Err(form("count", &format!("{}, as many as there are receipts", entries.len())));
    }
    let read = |(at, entry)| read_entry(entry, &format!("receipts[{at}]"), checkpoint, &keys);
    entries.iter().enumerate().map(read).collect()
}

fn read_entry(
    entry: &Node,
    place: &str,
    checkpoint: &str,
    keys: &[VerifyingKey],
) -> Result<KeptReceipt, NotProven> {
    check_keys(entry, place, &EXPORTED_RECEIPT_KEYS)?;
    let (receipt, received, salt) = recorded(entry, place)?;
    let at = below(place, "proof");
    let proof = entry.entries().iter().find(|(key, _)| key == "proof").map(|(_, proof)| proof);
    let proof = proof.ok_or_else(|| form(&at, "{ leafHash, path }, or null"))?;
    if *proof == Node::Null {
        return Ok(KeptReceipt::NotYet(receipt));
    }
    check_keys(proof, &at, &["leafHash", "path"])?;
    let (leaf_hash, path) = hashes(proof).ok_or_else(|| form(&at, "{ leafHash, path }, or null"))?;
    let index = entry.get("leaf").and_then(Node::whole);
    let index = index.ok_or_else(|| form(&below(place, "leaf"), "its place in the log, counted from 0"))?;
    let proof = InclusionProof { index, leaf_hash, path, checkpoint: checkpoint.to_owned() };
    Ok(KeptReceipt::Provable(ProvenReceipt { receipt, received, salt, proof, keys: keys.to_vec() }))
}

/// What the leaf is made of.
fn recorded(node: &Node, place: &str) -> Result<(Receipt, Time, Salt), NotProven> {
    let at = |key| below(place, key);
    let receipt = node.get("receipt").ok_or_else(|| form(&at("receipt"), "a receipt"))?;
    let receipt = Receipt::read(receipt, &at("receipt"))
        .map_err(|faults| NotProven::Form(faults.first().map(ToString::to_string).unwrap_or_default()))?;
    let text = |key| node.get(key).and_then(Node::text);
    let received = text("received").and_then(Time::parse);
    let received =
        received.ok_or_else(|| form(&at("received"), "a time such as 2026-11-21T20:00:00.000Z"))?;
    let salt = text("salt").and_then(salt).ok_or_else(|| form(&at("salt"), "32 hexadecimal digits"))?;
    Ok((receipt, received, salt))
}

fn form(place: &str, expected: &str) -> NotProven {
    NotProven::Form(format!("{place}: found something else, expected {expected}"))
}

/// Refuses keys that nobody knows and keys that stand there twice.
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

/// Refuses, also in what no proof is about, what two readers may take for two things: a key that stands there twice, and
/// numbers that are not whole.
fn refuse_ambiguous(node: &Node, place: &str) -> Result<(), NotProven> {
    match node {
        Node::Number(_) if node.whole().is_none() => Err(form(place, "a whole number")),
        Node::List(items) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(at, item)| refuse_ambiguous(item, &format!("{place}[{at}]")))
        }
        Node::Object(entries) => {
            let names: Vec<_> = entries.iter().map(|(name, _)| name.as_str()).collect();
            check_keys(node, place, &names)?;
            entries.iter().try_for_each(|(name, value)| refuse_ambiguous(value, &below(place, name)))
        }
        _ => Ok(()),
    }
}

/// A leaf's hash and its path.
fn hashes(proof: &Node) -> Option<(Hash, Vec<Hash>)> {
    let Some(Node::List(path)) = proof.get("path") else { return None };
    Some((hash(proof.get("leafHash")?)?, path.iter().map(hash).collect::<Option<_>>()?))
}

fn hash(node: &Node) -> Option<Hash> {
    BASE64.decode(node.text()?).ok()?.try_into().ok()
}

fn keys(node: &Node, place: &str) -> Result<Vec<VerifyingKey>, NotProven> {
    let keys = match node.get("keys") {
        Some(Node::List(keys)) => keys.iter().map(|key| VerifyingKey::parse(key.text()?)).collect(),
        _ => None,
    };
    keys.ok_or_else(|| form(&below(place, "keys"), "a list of keys such as name+0123abcd+A…"))
}

/// 16 bytes from 32 lower-case hexadecimal digits.
fn salt(digits: &str) -> Option<Salt> {
    let is_hex = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    let is_hex = digits.len() == 2 * size_of::<Salt>() && digits.bytes().all(is_hex);
    is_hex.then(|| u128::from_str_radix(digits, 16).ok()).flatten().map(u128::to_be_bytes)
}
