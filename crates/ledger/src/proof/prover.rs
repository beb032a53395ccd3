//! Makes the proofs of many receipts of one site, all by one checkpoint, in parts: a visitor's whole export takes no more memory
//! than a page of it.

use consentry::model::config::SiteKey;

use super::InclusionProof;
use crate::log::{TileSet, entry, leaf_hash, record_text};
use crate::sealer::read_tiles;
use crate::{Ledger, LedgerError, SealedLog, StoredReceipt};

/// For how many receipts the tiles are in memory at a time: each may need two of 8 kB that no other needs.
const PART: usize = 50;

/// Whoever proves receipts by a checkpoint.
pub struct Prover {
    site: SiteKey,
    sealed: SealedLog,
}

impl Prover {
    /// By the newest checkpoint of a site; nothing where its log was never signed.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn of(ledger: &dyn Ledger, site: SiteKey) -> Result<Option<Prover>, LedgerError> {
        let sealed = ledger.log(site.clone()).await?.and_then(|log| log.sealed);
        Ok(sealed.map(|sealed| Prover { site, sealed }))
    }

    /// The signed note.
    pub fn checkpoint(&self) -> &str {
        &self.sealed.checkpoint
    }

    /// The proofs of receipts of the site, in their order; nothing for one that the checkpoint does not cover.
    ///
    /// # Errors
    /// The ledger cannot be read, or its log is damaged.
    pub async fn prove(
        &self,
        ledger: &dyn Ledger,
        receipts: &[StoredReceipt],
    ) -> Result<Vec<Option<InclusionProof>>, LedgerError> {
        let SealedLog { size, checkpoint } = &self.sealed;
        let mut proofs = Vec::with_capacity(receipts.len());
        for part in receipts.chunks(PART) {
            let covered = |stored: &StoredReceipt| stored.leaf.filter(|leaf| leaf < size);
            let leaves: Vec<_> = part.iter().filter_map(covered).collect();
            let needed = match leaves.is_empty() {
                true => Vec::new(),
                false => TileSet::needed_for_proofs(&leaves, *size),
            };
            let tiles = read_tiles(ledger, &self.site, needed).await?;
            let paths = tiles.inclusion_proofs(&leaves, *size);
            let paths =
                paths.map_err(|missing| LedgerError::Unavailable(format!("{}: {missing}", self.site)))?;
            let mut paths = paths.into_iter();
            proofs.extend(part.iter().map(|stored| {
                let (index, path) = covered(stored).zip(paths.next())?;
                let entry = entry(&stored.salt, &record_text(&stored.receipt, stored.received));
                let leaf_hash = leaf_hash(&entry);
                Some(InclusionProof { index, leaf_hash, path, checkpoint: checkpoint.clone() })
            }));
        }
        Ok(proofs)
    }
}
