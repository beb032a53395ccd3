//! The one thread that writes. What was queued while it commits goes into its next commit together (group
//! commit), so that many requests wait for the disk once. Where that fails each request is tried by itself: one that
//! cannot be written keeps no other from being stored.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::checkpoints::Checkpoints;
use super::file_identity::FileIdentity;
use super::remembered::Remembered;
use crate::{LedgerError, unavailable};

/// From how many rows on a commit takes no further request: more would let the first one wait too long.
const MAX_ROWS: usize = 1000;

/// Something to write, and whoever waits for the answer.
pub trait WriteRequest: Send {
    /// About how many rows it writes.
    fn rows(&self) -> usize;

    /// Writes within a transaction. Is called again where the transaction failed.
    fn write(&mut self, connection: &Connection, remembered: &mut Remembered) -> Result<(), LedgerError>;

    /// Tells the answer, once it is on the disk, or why it is not.
    fn answer(self: Box<Self>, stored: Result<(), LedgerError>);
}

/// The answer of what was written, or why nothing was written; or else why the transaction failed.
pub type Written<T> = Result<Result<T, LedgerError>, LedgerError>;

/// What writes to the database. Refuses before it writes anything: nothing undoes one request of a commit.
pub trait Work<T>: FnMut(&Connection, &mut Remembered) -> Written<T> + Send {}
impl<T, F: FnMut(&Connection, &mut Remembered) -> Written<T> + Send> Work<T> for F {}

/// A request whose answer is a `T`.
pub struct Request<T, F> {
    rows: usize,
    work: F,
    answer: Option<Result<T, LedgerError>>,
    reply: oneshot::Sender<Result<T, LedgerError>>,
}

impl<T, F: Work<T>> Request<T, F> {
    pub fn new(rows: usize, work: F, reply: oneshot::Sender<Result<T, LedgerError>>) -> Request<T, F> {
        Request { rows, work, answer: None, reply }
    }
}

impl<T: Send, F: Work<T>> WriteRequest for Request<T, F> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn write(&mut self, connection: &Connection, remembered: &mut Remembered) -> Result<(), LedgerError> {
        self.answer = Some((self.work)(connection, remembered)?);
        Ok(())
    }

    fn answer(self: Box<Self>, stored: Result<(), LedgerError>) {
        let answer = match (stored, self.answer) {
            (Err(error), _) => Err(error),
            (Ok(()), Some(answer)) => answer,
            (Ok(()), None) => Err(unavailable("it was not written")),
        };
        // Whoever asked may have gone away: a page sends the same again where it got no answer.
        drop(self.reply.send(answer));
    }
}

/// Writes to one file.
pub struct Writer {
    pub connection: Connection,
    /// Where the file is, and which one it was when it was opened.
    pub file: PathBuf,
    pub identity: FileIdentity,
    pub remembered: Remembered,
    pub checkpoints: Checkpoints,
    /// Whether the last request was stored.
    pub works: Arc<AtomicBool>,
}

impl Writer {
    /// Takes what is queued, commits it, and answers each request; ends when the queue is closed.
    pub fn run(mut self, mut requests: mpsc::Receiver<Box<dyn WriteRequest>>) {
        while let Some(first) = requests.blocking_recv() {
            let mut rows = first.rows();
            let mut batch = vec![first];
            while rows < MAX_ROWS {
                let Ok(next) = requests.try_recv() else { break };
                rows += next.rows();
                batch.push(next);
            }
            self.store(batch);
        }
    }

    /// Commits requests and answers each. Where that fails, each is tried by itself.
    fn store(&mut self, mut batch: Vec<Box<dyn WriteRequest>>) {
        let committed = commit(&mut self.connection, &mut self.remembered, &mut batch);
        if committed.is_err() {
            self.remembered.forget();
            if batch.len() > 1 {
                return batch.into_iter().for_each(|request| self.store(vec![request]));
            }
        }
        // What is in a file that nobody can open again is not stored. Nor is it tried again: it was written.
        let stored =
            committed.and_then(|()| self.identity.check(&self.file).map_err(LedgerError::Unavailable));
        self.works.store(stored.is_ok(), Ordering::Relaxed);
        let rows = batch.iter().map(|request| request.rows()).sum();
        batch.into_iter().for_each(|request| request.answer(stored.clone()));
        if stored.is_ok() {
            self.checkpoints.committed(&self.connection, rows);
        }
    }
}

/// Writes requests in one transaction: all of them or none.
fn commit(
    connection: &mut Connection,
    remembered: &mut Remembered,
    batch: &mut [Box<dyn WriteRequest>],
) -> Result<(), LedgerError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    remembered.refresh(&transaction)?;
    for request in batch {
        request.write(&transaction, remembered)?;
    }
    remembered.save_logs(&transaction)?;
    transaction.commit()?;
    Ok(())
}
