//! The ledger in one SQLite file: one thread writes, and whatever waits while it commits goes into its
//! next commit together (group commit), so that the disk is waited for once for many.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use consentry::model::receipt::{Receipt, ReceiptId, Subject, Time};
use rusqlite::{Connection, Row, params};
use tokio::sync::{mpsc, oneshot};

use super::{Appended, Page, Pending, Store, StoreError, Stored, migrations};

/// The file's name in the data directory.
pub const FILE: &str = "ledger.sqlite3";
/// How many requests may wait for the writer.
const QUEUE: usize = 4096;
/// How many receipts one commit takes: more would make the first of them wait.
const BATCH: usize = 1000;
/// How long to wait for another program's lock.
const LOCK: Duration = Duration::from_secs(2);

/// A ledger in an SQLite file.
pub struct SqliteStore {
    /// Taken at the end, which ends the writer.
    queue: Option<mpsc::Sender<Append>>,
    writer: Option<JoinHandle<()>>,
    reader: Arc<Mutex<Connection>>,
}

/// Receipts that came together, and whom to tell.
struct Append {
    receipts: Vec<Receipt>,
    received: Time,
    done: oneshot::Sender<Result<Vec<Appended>, StoreError>>,
}

impl SqliteStore {
    /// Opens the ledger in a directory; makes both where they are not there.
    ///
    /// # Errors
    /// A sentence for the operator: the directory, the file or its lock is in the way.
    pub fn open(directory: &Path) -> Result<SqliteStore, String> {
        make_private(directory).map_err(|error| {
            format!("{}: expected a directory to write in, found: {error}", directory.display())
        })?;
        let file = directory.join(FILE);
        let place = |reason: String| {
            format!("{}: expected a ledger that no other program locks, found: {reason}", file.display())
        };
        let mut writing = connect(&file).map_err(|error| place(error.to_string()))?;
        migrations::run(&mut writing).map_err(place)?;
        let reading = connect(&file).map_err(|error| place(error.to_string()))?;
        reading.pragma_update(None, "query_only", true).map_err(|error| place(error.to_string()))?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let writer = std::thread::Builder::new()
            .name("ledger".into())
            .spawn(move || write(writing, waiting))
            .map_err(|error| place(error.to_string()))?;
        Ok(SqliteStore { queue: Some(queue), writer: Some(writer), reader: Arc::new(Mutex::new(reading)) })
    }

    fn read(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<Vec<Stored>> + Send + 'static,
    ) -> Pending<Vec<Stored>> {
        let reader = Arc::clone(&self.reader);
        Box::pin(async move {
            let work = tokio::task::spawn_blocking(move || match reader.lock() {
                Ok(connection) => query(&connection).map_err(unavailable),
                Err(_) => Err(unavailable("the reader stopped")),
            });
            work.await.map_err(unavailable)?
        })
    }
}

impl Drop for SqliteStore {
    /// Waits until everything that was queued is written.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl Store for SqliteStore {
    fn append(&self, receipts: Vec<Receipt>, received: Time) -> Pending<Vec<Appended>> {
        let (done, answer) = oneshot::channel();
        let sent = match &self.queue {
            Some(queue) => queue.try_send(Append { receipts, received, done }),
            None => return Box::pin(async { Err(unavailable("the writer has ended")) }),
        };
        Box::pin(async move {
            match sent {
                Ok(()) => answer.await.unwrap_or_else(|_| Err(unavailable("the writer stopped"))),
                Err(mpsc::error::TrySendError::Full(_)) => Err(StoreError::Busy),
                Err(mpsc::error::TrySendError::Closed(_)) => Err(unavailable("the writer stopped")),
            }
        })
    }

    fn list(&self, page: Page) -> Pending<Vec<Stored>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT position, received, body FROM receipts WHERE position < ?1 ORDER BY position DESC LIMIT ?2",
            )?;
            let before = page.before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
            query.query_map(params![before, page.limit], stored)?.collect()
        })
    }

    fn by_subject(&self, subject: Subject) -> Pending<Vec<Stored>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT position, received, body FROM receipts WHERE subject = ?1 ORDER BY position",
            )?;
            query.query_map([subject.as_str()], stored)?.collect()
        })
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let (position, received): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok(Stored {
        position: position.unsigned_abs(),
        received: Time::from_millis(received.unsigned_abs()),
        body: row.get(2)?,
    })
}

fn unavailable(reason: impl ToString) -> StoreError {
    StoreError::Unavailable(reason.to_string())
}

/// Makes a directory that only the program's own account may read.
fn make_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(LOCK)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: in WAL mode NORMAL would not wait for the disk at a commit.
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// The writer: takes what waits, commits it, tells everyone.
fn write(mut connection: Connection, mut waiting: mpsc::Receiver<Append>) {
    while let Some(first) = waiting.blocking_recv() {
        let mut count = first.receipts.len();
        let mut batch = vec![first];
        while count < BATCH {
            let Ok(next) = waiting.try_recv() else { break };
            count += next.receipts.len();
            batch.push(next);
        }
        let results = commit(&mut connection, &batch);
        if let Err(error) = &results {
            tracing::error!("{count} receipts were not stored: {error}");
        }
        for (at, append) in batch.into_iter().enumerate() {
            let answer = match &results {
                Ok(results) => results[at].clone(),
                Err(error) => Err(unavailable(error)),
            };
            // Whoever hung up sends the receipt again.
            let _ = append.done.send(answer);
        }
    }
}

/// All of a batch in one transaction. A conflict undoes its own request only; a failure undoes all.
fn commit(
    connection: &mut Connection,
    batch: &[Append],
) -> rusqlite::Result<Vec<Result<Vec<Appended>, StoreError>>> {
    let mut transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut results = Vec::with_capacity(batch.len());
    for append in batch {
        let part = transaction.savepoint()?;
        let result = insert(&part, append)?;
        if result.is_ok() {
            part.commit()?;
        } else {
            part.finish()?; // rolls back
        }
        results.push(result);
    }
    transaction.commit()?;
    Ok(results)
}

fn insert(connection: &Connection, append: &Append) -> rusqlite::Result<Result<Vec<Appended>, StoreError>> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO receipts (site, id, subject, received, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (site, id) DO NOTHING",
    )?;
    let mut find = connection.prepare_cached("SELECT body FROM receipts WHERE site = ?1 AND id = ?2")?;
    let received = i64::try_from(append.received.millis()).unwrap_or(i64::MAX);
    let mut results = Vec::with_capacity(append.receipts.len());
    for receipt in &append.receipts {
        let (site, id, subject) = (receipt.site.as_str(), receipt.id.as_str(), receipt.subject.as_str());
        let body = receipt.to_json().to_string();
        if insert.execute(params![site, id, subject, received, body])? == 1 {
            results.push(Appended::Stored);
        } else if find.query_row([site, id], |row| row.get::<_, String>(0))? == body {
            results.push(Appended::Known);
        } else {
            return Ok(Err(conflict(&receipt.id)));
        }
    }
    Ok(Ok(results))
}

fn conflict(id: &ReceiptId) -> StoreError {
    StoreError::Conflict(id.clone())
}
