//! What an export is made of, page by page: the receipts of a walk, and what proves them where the export carries proofs.

use std::sync::Arc;

use consentry_export::{Entry, ProofParts, SignedLog};
use consentry_ledger::log::{Checkpoint, VerifyingKey};
use consentry_ledger::proof::{Prover, salt_digits};
use consentry_ledger::walk::Walk;
use consentry_ledger::{LedgerError, StoredReceipt};

use super::super::AppState;

/// What all proofs of an export end at.
pub fn signed_log(state: &AppState, prover: &Prover) -> SignedLog {
    let checkpoint = prover.checkpoint().to_owned();
    let origin = Checkpoint::read(&checkpoint).map(|checkpoint| checkpoint.origin).unwrap_or_default();
    let keys = state.seals.verifying_keys(&origin).iter().map(VerifyingKey::to_string).collect();
    SignedLog { checkpoint, keys }
}

/// The pages of an export that are still to come.
pub struct Pages {
    state: Arc<AppState>,
    walk: Walk,
    /// Where the export carries proofs.
    prover: Option<Prover>,
    /// The page that was read before the body began.
    first: Option<Vec<StoredReceipt>>,
}

impl Pages {
    /// Reads the first page.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn begin(
        state: Arc<AppState>,
        mut walk: Walk,
        prover: Option<Prover>,
    ) -> Result<Pages, LedgerError> {
        let first = walk.next_page(state.ledger.as_ref()).await?;
        Ok(Pages { state, walk, prover, first })
    }

    /// The next page; nothing at the end.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<Entry>>, LedgerError> {
        let ledger = self.state.ledger.as_ref();
        let page = match self.first.take() {
            Some(first) => Some(first),
            None => self.walk.next_page(ledger).await?,
        };
        let Some(page) = page else { return Ok(None) };
        let proofs = match &self.prover {
            Some(prover) => prover.prove(ledger, &page).await?.into_iter().map(Some).collect(),
            None => vec![None; page.len()],
        };
        let entries = page.into_iter().zip(proofs).map(|(stored, proof)| {
            let StoredReceipt { receipt, received, leaf, salt, .. } = stored;
            let proof = proof.map(|proof| ProofParts {
                salt: salt_digits(&salt),
                proof: proof.map(|proof| proof.to_json_in_export()),
            });
            Entry { receipt, received, leaf, proof }
        });
        Ok(Some(entries.collect()))
    }
}
