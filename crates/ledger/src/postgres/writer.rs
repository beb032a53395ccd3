//! Workers that take the receipts which are queued and commit them together (group commit): many requests wait for the disks
//! once. Several work at a time, since a commit waits for another machine.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use consentry::model::receipt::{Receipt, Time};
use tokio::sync::{Mutex, Notify, mpsc, oneshot};

use super::database::Database;
use super::decisions::KnownDecisions;
use super::insert::{Outcome, insert};
use super::new_receipt::{Key, NewReceipt};
use crate::log::Salt;
use crate::{Appended, LedgerError, unavailable};

/// How many workers there are.
pub const WORKERS: usize = 4;
/// How many requests may wait for a worker.
pub const MAX_QUEUED: usize = 4096;
/// How many receipts one commit takes: more would let the first request wait too long.
const MAX_ROWS: usize = 1000;

/// Receipts that came together, no id twice on a site, and whoever waits for the answer.
pub struct Request {
    pub receipts: Vec<NewReceipt>,
    pub reply: oneshot::Sender<Outcome>,
}

/// For each receipt as it was sent: the one of the request that it is, and whether that one came before it.
pub struct Places(Vec<(usize, bool)>);

impl Places {
    /// The answers as they were sent for.
    pub fn answers(&self, stored: &[Appended]) -> Vec<Appended> {
        let answers = self.0.iter().map(|(at, again)| match again {
            true => Appended::Known,
            false => stored[*at],
        });
        answers.collect()
    }
}

/// Receipts that came together, each once.
///
/// # Errors
/// Two of them conflict.
pub fn without_repetitions(
    receipts: Vec<Receipt>,
    received: Time,
    salts: Vec<Salt>,
) -> Result<(Vec<NewReceipt>, Places), LedgerError> {
    let (mut new, mut places): (Vec<NewReceipt>, Vec<_>) = (Vec::new(), Vec::new());
    for (receipt, salt) in receipts.into_iter().zip(salts) {
        let earlier =
            new.iter().position(|new| new.receipt.id == receipt.id && new.receipt.site == receipt.site);
        match earlier {
            Some(at) if new[at].receipt == receipt => places.push((at, true)),
            Some(_) => return Err(LedgerError::Conflict(receipt.id)),
            None => {
                places.push((new.len(), false));
                new.push(NewReceipt::new(receipt, received, salt));
            }
        }
    }
    Ok((new, Places(places)))
}

/// What all workers share.
pub struct Writer {
    pub database: Arc<Database>,
    pub requests: Mutex<mpsc::Receiver<Request>>,
    pub decisions: KnownDecisions,
    /// Whether the last requests were stored.
    pub works: Arc<AtomicBool>,
    /// Told when there are receipts without a leaf.
    pub stored: Arc<Notify>,
}

impl Writer {
    /// One worker: commits and answers until the queue is closed and empty.
    pub async fn run(self: Arc<Self>) {
        let mut waiting = VecDeque::new();
        while let Some(batch) = self.next_batch(&mut waiting).await {
            let receipts: Vec<&[NewReceipt]> = batch.iter().map(|request| &request.receipts[..]).collect();
            let database = &self.database;
            let outcomes = database
                .retried(|| async { insert(&mut database.client().await?, &self.decisions, &receipts).await })
                .await;
            self.works.store(outcomes.is_ok(), Ordering::Relaxed);
            self.stored.notify_one();
            let outcomes = outcomes.unwrap_or_else(|error| vec![Err(error); batch.len()]);
            for (request, outcome) in batch.into_iter().zip(outcomes) {
                // Whoever asked may have gone away: a page sends the same again where it got no answer.
                drop(request.reply.send(outcome));
            }
        }
    }

    /// What is queued, as much as one commit takes; nothing once the queue is closed. A request with a receipt of an earlier
    /// one waits for the next batch: there it is compared with what was stored.
    async fn next_batch(&self, waiting: &mut VecDeque<Request>) -> Option<Vec<Request>> {
        let (mut next, mut requests) = match waiting.pop_front() {
            // The queue may be another worker's, who waits there.
            Some(first) => (first, self.requests.try_lock().ok()),
            None => {
                let mut requests = self.requests.lock().await;
                (requests.recv().await?, Some(requests))
            }
        };
        let (mut batch, mut keys, mut later) = (Vec::new(), HashSet::<Key>::new(), VecDeque::new());
        loop {
            if next.receipts.iter().any(|new| keys.contains(&new.key())) {
                later.push_back(next);
            } else {
                keys.extend(next.receipts.iter().map(NewReceipt::key));
                batch.push(next);
            }
            if keys.len() + later.len() >= MAX_ROWS {
                break;
            }
            match waiting.pop_front().or_else(|| requests.as_mut()?.try_recv().ok()) {
                Some(request) => next = request,
                None => break,
            }
        }
        later.append(waiting);
        *waiting = later;
        Some(batch)
    }
}

/// What is said when a queue cannot take a request.
pub fn not_queued(error: &mpsc::error::TrySendError<Request>) -> LedgerError {
    match error {
        mpsc::error::TrySendError::Full(_) => LedgerError::Busy,
        mpsc::error::TrySendError::Closed(_) => unavailable("the writer stopped"),
    }
}
