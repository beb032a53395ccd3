//! The ledger in one SQLite file: how it is opened, and how it is read. What is written is queued for
//! `writer`.

mod file_identity;
mod migrations;
mod observations;
mod receipts;
mod tokens;
mod writer;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, Report};
use consentry::model::receipt::{Receipt, Subject, Time};
use rusqlite::{Connection, params};
use tokio::sync::{mpsc, oneshot};

use self::file_identity::FileIdentity;
use self::writer::{Request, Work, WriteRequest, Writer};
use crate::{
    Appended, Ledger, LedgerError, Pending, ReceiptRange, StoredObservation, StoredReceipt, StoredToken,
    SubjectPage,
};

/// The file's name in the data directory.
pub const FILE: &str = "ledger.sqlite3";
/// How many requests may wait for the writer.
const MAX_QUEUED: usize = 4096;
/// How long to wait for another program's lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// A ledger in an SQLite file.
pub struct SqliteLedger {
    /// Taken when the store is dropped, which ends the writer.
    queue: Option<mpsc::Sender<Box<dyn WriteRequest>>>,
    writer: Option<JoinHandle<()>>,
    /// Whether the last request was stored.
    works: Arc<AtomicBool>,
    reader: Arc<Mutex<Connection>>,
}

impl SqliteLedger {
    /// Opens the ledger in a directory; makes both where they are not there. Looks through all of the file first, which takes
    /// seconds for a gigabyte.
    ///
    /// # Errors
    /// A sentence for the operator: the directory, the file or its lock is in the way, or the file is damaged.
    pub fn open(directory: &Path) -> Result<SqliteLedger, String> {
        make_private(directory).map_err(|error| {
            format!("{}: expected a directory to write in, found: {error}", directory.display())
        })?;
        let file = directory.join(FILE);
        let place = |reason: String| {
            format!("{}: expected a ledger that no other program locks, found: {reason}", file.display())
        };
        make_file_private(&file).map_err(|error| place(error.to_string()))?;
        let mut writing = connect(&file).map_err(|error| place(error.to_string()))?;
        check_pages(&writing).map_err(|fault| {
            format!("{}: expected a whole file, found: {fault}; put back a backup of it", file.display())
        })?;
        migrations::run(&mut writing).map_err(place)?;
        let reading = connect(&file).map_err(|error| place(error.to_string()))?;
        reading.pragma_update(None, "query_only", true).map_err(|error| place(error.to_string()))?;
        let (queue, requests) = mpsc::channel(MAX_QUEUED);
        let identity = FileIdentity::of(&file).map_err(|error| place(error.to_string()))?;
        let works = Arc::new(AtomicBool::new(true));
        let path = PathBuf::from(&file);
        let writer = Writer { connection: writing, file: path, identity, works: Arc::clone(&works) };
        let writer = std::thread::Builder::new()
            .name("ledger".into())
            .spawn(move || writer.run(requests))
            .map_err(|error| place(error.to_string()))?;
        let reader = Arc::new(Mutex::new(reading));
        Ok(SqliteLedger { queue: Some(queue), writer: Some(writer), works, reader })
    }

    fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<Vec<T>> + Send + 'static,
    ) -> Pending<Vec<T>> {
        let reader = Arc::clone(&self.reader);
        Box::pin(async move {
            let work = tokio::task::spawn_blocking(move || match reader.lock() {
                Ok(connection) => query(&connection).map_err(unavailable),
                Err(_) => Err(unavailable("the reader stopped")),
            });
            work.await.map_err(unavailable)?
        })
    }

    /// Queues what writes at most so many rows; the answer comes when it is on the disk.
    fn write<T: Send + 'static>(&self, rows: usize, work: impl Work<T> + 'static) -> Pending<T> {
        let (reply, answer) = oneshot::channel();
        let sent = match &self.queue {
            Some(queue) => queue.try_send(Box::new(Request::new(rows, work, reply))),
            None => return Box::pin(async { Err(unavailable("the writer has ended")) }),
        };
        Box::pin(async move {
            match sent {
                Ok(()) => answer.await.unwrap_or_else(|_| Err(unavailable("it was not written"))),
                Err(mpsc::error::TrySendError::Full(_)) => Err(LedgerError::Busy),
                Err(mpsc::error::TrySendError::Closed(_)) => Err(unavailable("the writer stopped")),
            }
        })
    }
}

impl Drop for SqliteLedger {
    /// Waits until everything that was queued is written.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl Ledger for SqliteLedger {
    fn append(&self, receipts: Vec<Receipt>, received: Time) -> Pending<Vec<Appended>> {
        self.write(receipts.len(), move |connection| receipts::insert(connection, &receipts, received))
    }

    fn receipts(&self, range: ReceiptRange) -> Pending<Vec<StoredReceipt>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT position, received, body FROM receipts WHERE position < ?1
                 ORDER BY position DESC LIMIT ?2",
            )?;
            let before = range.before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
            query.query_map(params![before, range.limit], receipts::from_row)?.collect()
        })
    }

    fn receipts_of(&self, site: SiteKey, subject: Subject, page: SubjectPage) -> Pending<Vec<StoredReceipt>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT position, received, body FROM receipts
                 WHERE subject = ?1 AND site = ?2 AND position > ?3 ORDER BY position LIMIT ?4",
            )?;
            let after = i64::try_from(page.after).unwrap_or(i64::MAX);
            let values = params![subject.as_str(), site.as_str(), after, page.limit];
            query.query_map(values, receipts::from_row)?.collect()
        })
    }

    fn count_observations(&self, report: Report, received: Time) -> Pending<usize> {
        let day = received.day();
        self.write(report.observations.len(), move |connection| {
            observations::count(connection, &report, &day).map(Ok)
        })
    }

    fn observations(&self, site: SiteKey) -> Pending<Vec<StoredObservation>> {
        self.read(move |connection| observations::of_site(connection, &site))
    }

    fn forget_observations(&self, site: SiteKey, observations: Vec<Observation>) -> Pending<()> {
        self.write(observations.len(), move |connection| {
            observations::forget(connection, &site, &observations).map(Ok)
        })
    }

    fn tokens(&self) -> Pending<Vec<StoredToken>> {
        self.read(tokens::all)
    }

    fn add_token(&self, token: StoredToken) -> Pending<bool> {
        self.write(1, move |connection| tokens::insert(connection, &token).map(Ok))
    }

    fn replace_token_hash(&self, id: String, hash: String) -> Pending<bool> {
        self.write(1, move |connection| tokens::replace_hash(connection, &id, &hash).map(Ok))
    }

    fn remove_token(&self, id: String) -> Pending<bool> {
        self.write(1, move |connection| tokens::delete(connection, &id).map(Ok))
    }

    fn check(&self) -> Pending<()> {
        if self.works.load(Ordering::Relaxed) {
            return Box::pin(async { Ok(()) });
        }
        // The least that can be written: the version again.
        self.write(1, |connection| {
            let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            connection.pragma_update(None, "user_version", version).map(Ok)
        })
    }
}

fn unavailable(reason: impl ToString) -> LedgerError {
    LedgerError::Unavailable(reason.to_string())
}

/// Makes a directory that only the program's own account may read.
fn make_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Whether the pages of the file belong together.
///
/// # Errors
/// What SQLite finds first.
fn check_pages(connection: &Connection) -> Result<(), String> {
    let found = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match found {
        Ok(said) if said == "ok" => Ok(()),
        Ok(said) => Err(said),
        Err(error) => Err(error.to_string()),
    }
}

/// Makes the file where it is not there, and lets only the program's own account read it; what SQLite puts beside it gets
/// the same rights.
fn make_file_private(file: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(0o600).open(file)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))
    }
    #[cfg(not(unix))]
    options.open(file).map(drop)
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: in WAL mode NORMAL would not wait for the disk at a commit.
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}
