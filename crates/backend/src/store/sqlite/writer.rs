//! The one thread that writes: whatever waits while it commits goes into its next commit together (group commit), so
//! that the disk is waited for once for many.

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, Report};
use consentry::model::receipt::{Receipt, Time};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::super::{Appended, StoreError};
use super::{observations, receipts};

/// How many rows one commit takes: more would make the first of them wait.
const BATCH: usize = 1000;

/// What came together, and whom to tell.
pub enum Work {
    Append { receipts: Vec<Receipt>, received: Time, done: Done<Vec<Appended>> },
    Observe { report: Report, day: String, done: Done<usize> },
    Forget { site: SiteKey, observations: Vec<Observation>, done: Done<()> },
}

type Done<T> = oneshot::Sender<Result<T, StoreError>>;

/// Tells the one who waits, once it is on the disk.
type Tell = Box<dyn FnOnce()>;

impl Work {
    /// How many rows it writes.
    fn rows(&self) -> usize {
        match self {
            Work::Append { receipts, .. } => receipts.len(),
            Work::Observe { report, .. } => report.observations.len(),
            Work::Forget { observations, .. } => observations.len(),
        }
    }

    /// Writes it. `false` where it is refused and must leave nothing.
    fn write(self, connection: &Connection) -> rusqlite::Result<(bool, Tell)> {
        match self {
            Work::Append { receipts, received, done } => {
                let result = receipts::insert(connection, &receipts, received)?;
                Ok((result.is_ok(), tell(done, result)))
            }
            Work::Observe { report, day, done } => {
                let dropped = observations::count(connection, &report, &day)?;
                Ok((true, tell(done, Ok(dropped))))
            }
            Work::Forget { site, observations, done } => {
                observations::forget(connection, &site, &observations)?;
                Ok((true, tell(done, Ok(()))))
            }
        }
    }
}

fn tell<T: 'static>(done: Done<T>, result: Result<T, StoreError>) -> Tell {
    // Whoever hung up sends it again.
    Box::new(move || drop(done.send(result)))
}

/// Takes what waits, commits it, tells everyone.
pub fn write(mut connection: Connection, mut waiting: mpsc::Receiver<Work>) {
    while let Some(first) = waiting.blocking_recv() {
        let mut count = first.rows();
        let mut batch = vec![first];
        while count < BATCH {
            let Ok(next) = waiting.try_recv() else { break };
            count += next.rows();
            batch.push(next);
        }
        match commit(&mut connection, batch) {
            Ok(told) => told.into_iter().for_each(|tell| tell()),
            // Who waits is told by the end of the channel.
            Err(error) => tracing::error!("{count} rows were not stored: {error}"),
        }
    }
}

/// All of a batch in one transaction. A conflict undoes its own request only; a failure undoes all.
fn commit(connection: &mut Connection, batch: Vec<Work>) -> rusqlite::Result<Vec<Tell>> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut told = Vec::with_capacity(batch.len());
    for work in batch {
        let part = transaction.savepoint()?;
        let (stands, tell) = work.write(&part)?;
        if stands {
            part.commit()?;
        } else {
            part.finish()?; // rolls back
        }
        told.push(tell);
    }
    transaction.commit()?;
    Ok(told)
}
