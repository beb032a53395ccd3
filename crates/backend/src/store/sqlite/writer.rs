//! The one thread that writes. What was queued while it commits goes into its next commit together (group
//! commit), so that many requests wait for the disk once.

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, Report};
use consentry::model::receipt::{Receipt, Time};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::super::{Appended, StoreError};
use super::{observations, receipts};

/// How many rows one commit takes: more would let the first request wait too long.
const MAX_ROWS: usize = 1000;

/// What to write, and where to send the answer once it is on the disk.
pub enum WriteRequest {
    Append { receipts: Vec<Receipt>, received: Time, reply: Reply<Vec<Appended>> },
    CountObservations { report: Report, day: String, reply: Reply<usize> },
    ForgetObservations { site: SiteKey, observations: Vec<Observation>, reply: Reply<()> },
}

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Sends a request's answer.
type SendReply = Box<dyn FnOnce()>;

/// Whether what a request wrote stays in the transaction.
enum Outcome {
    Keep(SendReply),
    /// The request was refused and must leave nothing.
    Undo(SendReply),
}

impl WriteRequest {
    /// How many rows it writes at most.
    fn rows(&self) -> usize {
        match self {
            WriteRequest::Append { receipts, .. } => receipts.len(),
            WriteRequest::CountObservations { report, .. } => report.observations.len(),
            WriteRequest::ForgetObservations { observations, .. } => observations.len(),
        }
    }

    /// Writes to a connection within a transaction.
    fn write(self, connection: &Connection) -> rusqlite::Result<Outcome> {
        Ok(match self {
            WriteRequest::Append { receipts, received, reply } => {
                match receipts::insert(connection, &receipts, received)? {
                    Ok(appended) => Outcome::Keep(send_later(reply, Ok(appended))),
                    Err(refusal) => Outcome::Undo(send_later(reply, Err(refusal))),
                }
            }
            WriteRequest::CountObservations { report, day, reply } => {
                let dropped = observations::count(connection, &report, &day)?;
                Outcome::Keep(send_later(reply, Ok(dropped)))
            }
            WriteRequest::ForgetObservations { site, observations, reply } => {
                observations::forget(connection, &site, &observations)?;
                Outcome::Keep(send_later(reply, Ok(())))
            }
        })
    }
}

fn send_later<T: 'static>(reply: Reply<T>, result: Result<T, StoreError>) -> SendReply {
    // Whoever asked may have gone away: a page sends the same again where it got no answer.
    Box::new(move || drop(reply.send(result)))
}

/// Takes what is queued, commits it, and answers each request; ends when the queue is closed.
pub fn write_requests(mut connection: Connection, mut requests: mpsc::Receiver<WriteRequest>) {
    while let Some(first) = requests.blocking_recv() {
        let mut rows = first.rows();
        let mut batch = vec![first];
        while rows < MAX_ROWS {
            let Ok(next) = requests.try_recv() else { break };
            rows += next.rows();
            batch.push(next);
        }
        match commit(&mut connection, batch) {
            Ok(replies) => replies.into_iter().for_each(|send| send()),
            // Whoever waits learns it from the end of the channel.
            Err(error) => tracing::error!("{rows} rows were not stored: {error}"),
        }
    }
}

/// Writes all of a batch in one transaction. A refusal undoes its own request only; a failure undoes all.
fn commit(connection: &mut Connection, batch: Vec<WriteRequest>) -> rusqlite::Result<Vec<SendReply>> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut replies = Vec::with_capacity(batch.len());
    for request in batch {
        let savepoint = transaction.savepoint()?;
        match request.write(&savepoint)? {
            Outcome::Keep(reply) => {
                savepoint.commit()?;
                replies.push(reply);
            }
            Outcome::Undo(reply) => {
                savepoint.finish()?; // rolls back
                replies.push(reply);
            }
        }
    }
    transaction.commit()?;
    Ok(replies)
}
