//! Decisions as rows of the table `decisions`, each once: few among many receipts.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use deadpool_postgres::Transaction;

use super::failure::Failure;
use super::new_receipt::NewReceipt;
use crate::log::Hash;

/// How many decisions are remembered at most.
const MOST_DECISIONS: usize = 4096;

/// The hashes of decisions that are in the database for sure.
#[derive(Default)]
pub struct KnownDecisions(Mutex<HashSet<Hash>>);

impl KnownDecisions {
    /// Those of the receipts that may not be in the database, by their hashes.
    pub fn new_among<'a>(&self, receipts: &[&'a NewReceipt]) -> BTreeMap<&'a Hash, &'a str> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = receipts.iter().filter(|new| !known.contains(&new.decision_hash));
        new.map(|new| (&new.decision_hash, new.decision.as_str())).collect()
    }

    /// Remembers what is in the database by now.
    pub fn remember(&self, committed: BTreeMap<&Hash, &str>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + committed.len() > MOST_DECISIONS {
            known.clear();
        }
        known.extend(committed.into_keys());
    }
}

/// Adds decisions that may not be there.
pub async fn insert(transaction: &Transaction<'_>, new: &BTreeMap<&Hash, &str>) -> Result<(), Failure> {
    if new.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO decisions (hash, decision) SELECT * FROM unnest($1::bytea[], $2::text[]) ON CONFLICT DO NOTHING";
    let insert = transaction.prepare_cached(sql).await?;
    let hashes: Vec<&[u8]> = new.keys().map(|hash| &hash[..]).collect();
    let texts: Vec<&str> = new.values().copied().collect();
    transaction.execute(&insert, &[&hashes, &texts]).await?;
    Ok(())
}
