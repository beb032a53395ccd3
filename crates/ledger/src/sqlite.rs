//! The ledger in one SQLite file: how it is opened, and how it is read. What is written is queued for
//! `writer`.

mod checkpoints;
pub(crate) mod copy;
mod dead_space;
mod erasures;
mod events;
mod file_identity;
mod holds;
mod logs;
mod migrations;
mod notices;
mod observations;
mod page_check;
mod receipts;
mod remembered;
mod retention;
mod room;
mod statistics;
mod tokens;
mod wiping;
mod writer;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, Report};
use consentry::model::receipt::{NoticeHash, Receipt, ReceiptId, Subject, Time};
use rusqlite::{Connection, OpenFlags, params};
use tokio::sync::{mpsc, oneshot};

use self::checkpoints::Checkpoints;
use self::erasures::NewErasure;
use self::file_identity::FileIdentity;
use self::page_check::{PageCheck, check_pages};
use self::receipts::NewReceipt;
use self::remembered::Remembered;
use self::wiping::Wiper;
use self::writer::{Request, Work, WriteRequest, Writer};
use crate::day::Day;
use crate::erasure::{Erase, ErasedBy, Erasure};
use crate::event::{Delivery, Listener, Waiting};
use crate::hold::Hold;
use crate::log::{Salt, TileId};
use crate::notice::{KeptNotice, ListedNotice, NewNotice};
use crate::private_files;
use crate::retention::{EndedReceipts, RetentionRun};
use crate::rows::{self, column, digits_to_bytes, millis};
use crate::sums::DaySums;
use crate::{
    Appended, Ledger, LedgerError, LogState, Pending, Queue, ReceiptRange, SealedLog, SitePage,
    StoredObservation, StoredReceipt, StoredToken, SubjectPage, fill_random, unavailable,
};

/// The file's name in the data directory.
pub const FILE: &str = "ledger.sqlite3";
/// How many requests may wait for the writer.
const MAX_QUEUED: usize = 4096;
/// How many kibibytes of pages the writer keeps in memory: those through which it finds a subject among ten million receipts.
const WRITER_CACHE: i64 = 16 * 1024;
/// How long to wait for another program's lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// A ledger in an SQLite file.
pub struct SqliteLedger {
    /// Taken when the store is dropped, which ends the writer.
    queue: Option<mpsc::Sender<Box<dyn WriteRequest>>>,
    /// Dropped with the store, which ends it.
    wiper: Option<Wiper>,
    /// The writer, and whoever ends when it has ended.
    threads: Vec<JoinHandle<()>>,
    /// Whether the last request was stored.
    works: Arc<AtomicBool>,
    pages: PageCheck,
    reader: Arc<Mutex<Connection>>,
}

impl SqliteLedger {
    /// Opens the ledger in a directory; makes both where they are not there. A file of up to 4 MiB is looked through before, a
    /// larger one meanwhile: from when damage is found in it, nothing is stored, and [`Ledger::check`] says why.
    ///
    /// # Errors
    /// A sentence for the operator: the directory, the file or its lock is in the way, or the file is damaged.
    pub fn open(directory: &Path) -> Result<SqliteLedger, String> {
        private_files::make_directory(directory).map_err(|error| {
            format!("{}: expected a directory to write in, found: {error}", directory.display())
        })?;
        let file = directory.join(FILE);
        let place = |reason: String| {
            let expected = match reason {
                _ if reason.contains("locked") => "no other program locks",
                // What says how the tables are is damaged itself.
                _ if reason.contains("malformed") => return page_check::damaged(&file, &reason),
                _ => "can be read and written",
            };
            format!("{}: expected a ledger that {expected}, found: {reason}", file.display())
        };
        // What SQLite puts beside it gets the same rights.
        private_files::make_file(&file).map_err(|error| place(error.to_string()))?;
        let mut writing = connect(&file).map_err(|error| place(error.to_string()))?;
        let text = |error: rusqlite::Error| place(error.to_string());
        writing.pragma_update(None, "cache_size", -WRITER_CACHE).map_err(text)?;
        // A migration reads everything as well.
        let pages = if page_check::is_small(&file) || migrations::check(&writing).is_err() {
            check_pages(&writing, &file)?;
            PageCheck::done()
        } else {
            let checking = connect(&file).map_err(|error| place(error.to_string()))?;
            PageCheck::start(checking, &file).map_err(|error| place(error.to_string()))?
        };
        migrations::run(&mut writing).map_err(&place)?;
        let reading = connect(&file).map_err(|error| place(error.to_string()))?;
        reading.pragma_update(None, "query_only", true).map_err(|error| place(error.to_string()))?;
        let (queue, requests) = mpsc::channel(MAX_QUEUED);
        let identity = FileIdentity::of(&file).map_err(|error| place(error.to_string()))?;
        let works = Arc::new(AtomicBool::new(true));
        let (checkpoints, checkpointing) = Checkpoints::start(&file).map_err(&place)?;
        let (wiper, wiping) = Wiper::start(&file).map_err(&place)?;
        let writer = Writer {
            connection: writing,
            file: PathBuf::from(&file),
            identity,
            remembered: Remembered::default(),
            checkpoints,
            works: Arc::clone(&works),
        };
        let writer = std::thread::Builder::new()
            .name("ledger".into())
            .spawn(move || writer.run(requests))
            .map_err(|error| place(error.to_string()))?;
        let reader = Arc::new(Mutex::new(reading));
        let (queue, wiper) = (Some(queue), Some(wiper));
        let threads = vec![writer, checkpointing, wiping];
        Ok(SqliteLedger { queue, wiper, threads, works, pages, reader })
    }

    /// Opens the ledger in a directory to be read, beside a program that serves it or not. Changes nothing.
    ///
    /// # Errors
    /// A sentence for the operator: there is none, it cannot be read, or it is of another version.
    pub fn open_to_read(directory: &Path) -> Result<SqliteLedger, String> {
        let file = directory.join(FILE);
        let place = |reason: String| format!("{}: expected a ledger, found: {reason}", file.display());
        let text = |error: rusqlite::Error| place(error.to_string());
        let reading = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(text)?;
        reading.busy_timeout(LOCK_TIMEOUT).map_err(text)?;
        migrations::check(&reading).map_err(place)?;
        let (works, reader) = (Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(reading)));
        let pages = PageCheck::done();
        Ok(SqliteLedger { queue: None, wiper: None, threads: Vec::new(), works, pages, reader })
    }

    fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
    ) -> Pending<T> {
        let reader = Arc::clone(&self.reader);
        Box::pin(async move {
            let work = tokio::task::spawn_blocking(move || match reader.lock() {
                Ok(connection) => query(&connection),
                Err(_) => Err(unavailable("the reader stopped")),
            });
            work.await.map_err(unavailable)?
        })
    }

    /// Queues what writes about so many rows; the answer comes when it is on the disk.
    fn write<T: Send + 'static>(&self, rows: usize, work: impl Work<T> + 'static) -> Pending<T> {
        if let Some(damage) = self.pages.damage() {
            let damage = unavailable(damage);
            return Box::pin(async { Err(damage) });
        }
        let (reply, answer) = oneshot::channel();
        let sent = match &self.queue {
            Some(queue) => queue.try_send(Box::new(Request::new(rows, work, reply))),
            None => return read_only(),
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
    /// Waits until everything that was queued is written. Wiping that is under way is cut off, and goes on at the next start.
    fn drop(&mut self) {
        drop(self.queue.take());
        drop(self.wiper.take());
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Ledger for SqliteLedger {
    fn append(&self, receipts: Vec<Receipt>, received: Time) -> Pending<Vec<Appended>> {
        let mut salts: Vec<Salt> = vec![Salt::default(); receipts.len()];
        if let Err(error) = fill_random(salts.as_flattened_mut()) {
            return Box::pin(async { Err(error) });
        }
        let new = receipts.into_iter().zip(salts);
        let new: Vec<_> = new.map(|(receipt, salt)| NewReceipt::new(receipt, received, salt)).collect();
        self.write(new.len(), move |connection, remembered| receipts::insert(connection, remembered, &new))
    }

    fn receipts(&self, range: ReceiptRange) -> Pending<Vec<StoredReceipt>> {
        let before = range.before.map_or(i64::MAX, column);
        self.read(move |connection| {
            receipts::query(
                connection,
                "WHERE position < ?1 ORDER BY position DESC LIMIT ?2",
                params![before, range.limit],
            )
        })
    }

    fn newest_receipts(&self, site: SiteKey, range: ReceiptRange) -> Pending<Vec<StoredReceipt>> {
        let before = range.before.map_or(i64::MAX, column);
        self.read(move |connection| {
            // The number by itself: only so the newest are found without sorting all.
            receipts::query(
                connection,
                "WHERE log = (SELECT number FROM logs WHERE site = ?1) AND position < ?2 ORDER BY position DESC LIMIT ?3",
                params![site.as_str(), before, range.limit],
            )
        })
    }

    fn statistics(&self, site: SiteKey, from: Day, to: Day) -> Pending<Vec<DaySums>> {
        self.read(move |connection| statistics::of_site(connection, &site, from, to))
    }

    fn receipts_of(&self, site: SiteKey, subject: Subject, page: SubjectPage) -> Pending<Vec<StoredReceipt>> {
        self.read(move |connection| {
            let values =
                params![digits_to_bytes(subject.as_str()), site.as_str(), column(page.after), page.limit];
            receipts::query(connection, receipts::OF_SUBJECT, values)
        })
    }

    fn receipts_of_site(&self, site: SiteKey, page: SitePage) -> Pending<Vec<StoredReceipt>> {
        self.read(move |connection| {
            let (after, until) = (column(page.after), column(page.until));
            let (from, to) = (millis(page.from), page.to.map_or(i64::MAX, millis));
            receipts::query(
                connection,
                "WHERE logs.site = ?1 AND position > ?2 AND position <= ?3 AND received >= ?4 AND received < ?5
                 ORDER BY position LIMIT ?6",
                params![site.as_str(), after, until, from, to, page.limit],
            )
        })
    }

    fn receipts_with_id(&self, id: ReceiptId) -> Pending<Vec<StoredReceipt>> {
        let id = digits_to_bytes(id.as_str());
        self.read(move |connection| receipts::query(connection, receipts::WITH_ID, [id]))
    }

    fn log(&self, site: SiteKey) -> Pending<Option<LogState>> {
        self.read(move |connection| Ok(logs::state(connection, &site)?))
    }

    fn tiles(&self, site: SiteKey, tiles: Vec<TileId>) -> Pending<Vec<Vec<u8>>> {
        self.read(move |connection| Ok(logs::tiles(connection, &site, &tiles)?))
    }

    fn logs(&self) -> Pending<Vec<(SiteKey, LogState)>> {
        self.read(|connection| Ok(logs::all(connection)?))
    }

    fn save_checkpoint(&self, site: SiteKey, sealed: SealedLog) -> Pending<()> {
        self.write(1, move |connection, _| Ok(Ok(logs::save_checkpoint(connection, &site, &sealed)?)))
    }

    fn count_observations(&self, report: Report, received: Time) -> Pending<usize> {
        let day = received.day();
        self.write(report.observations.len(), move |connection, _| {
            Ok(Ok(observations::count(connection, &report, &day)?))
        })
    }

    fn observations(&self, site: SiteKey) -> Pending<Vec<StoredObservation>> {
        self.read(move |connection| Ok(observations::of_site(connection, &site)?))
    }

    fn forget_observations(&self, site: SiteKey, observations: Vec<Observation>) -> Pending<()> {
        self.write(observations.len(), move |connection, _| {
            Ok(Ok(observations::forget(connection, &site, &observations)?))
        })
    }

    fn tokens(&self) -> Pending<Vec<StoredToken>> {
        self.read(|connection| Ok(tokens::all(connection)?))
    }

    fn add_token(&self, token: StoredToken) -> Pending<bool> {
        self.write(1, move |connection, _| Ok(Ok(tokens::insert(connection, &token)?)))
    }

    fn replace_token_hash(&self, id: String, hash: String) -> Pending<bool> {
        self.write(1, move |connection, _| Ok(Ok(tokens::replace_hash(connection, &id, &hash)?)))
    }

    fn remove_token(&self, id: String) -> Pending<bool> {
        self.write(1, move |connection, _| Ok(Ok(tokens::delete(connection, &id)?)))
    }

    fn keep_notices(&self, site: SiteKey, notices: Vec<NewNotice>, since: Time) -> Pending<()> {
        self.write(notices.len(), move |connection, _| {
            Ok(Ok(notices::keep(connection, &site, &notices, since)?))
        })
    }

    fn notice(&self, site: SiteKey, hash: NoticeHash) -> Pending<Option<KeptNotice>> {
        self.read(move |connection| notices::find(connection, &site, &hash)?.read())
    }

    fn notice_hashes(&self, site: SiteKey) -> Pending<BTreeSet<NoticeHash>> {
        self.read(move |connection| Ok(notices::hashes(connection, &site)?))
    }

    fn erase(&self, site: SiteKey, what: Erase, by: ErasedBy, received: Time) -> Pending<u64> {
        let mut salt = Salt::default();
        if let Err(error) = fill_random(&mut salt) {
            return Box::pin(async { Err(error) });
        }
        let rows = match &what {
            Erase::Subject(_) => 1,
            Erase::Receipts(positions) => positions.len(),
        };
        let new = NewErasure { site, what, by, received, salt };
        self.write(rows, move |connection, remembered| erasures::erase(connection, remembered, &new))
    }

    fn wipe(&self) -> Pending<()> {
        self.wiper.as_ref().map_or_else(read_only, Wiper::wipe)
    }

    fn erasures(&self, site: SiteKey, after: Option<u64>, limit: u32) -> Pending<Vec<Erasure>> {
        self.read(move |connection| erasures::of_site(connection, &site, after, limit))
    }

    fn ended_receipts(&self, after: u64, before: Time) -> Pending<EndedReceipts> {
        self.read(move |connection| retention::ended_receipts(connection, after, before))
    }

    fn holds(&self) -> Pending<Vec<Hold>> {
        self.read(holds::all)
    }

    fn add_hold(&self, hold: Hold) -> Pending<bool> {
        self.write(1, move |connection, _| Ok(Ok(holds::insert(connection, &hold)?)))
    }

    fn remove_hold(&self, site: SiteKey, subject: Option<Subject>) -> Pending<bool> {
        self.write(1, move |connection, _| Ok(Ok(holds::delete(connection, &site, subject.as_ref())?)))
    }

    fn add_retention_run(&self, run: RetentionRun) -> Pending<()> {
        self.write(1, move |connection, _| Ok(Ok(retention::insert_run(connection, &run)?)))
    }

    fn retention_runs(&self, limit: u32) -> Pending<Vec<RetentionRun>> {
        self.read(move |connection| Ok(retention::runs(connection, limit)?))
    }

    fn add_listener(&self, listener: Listener) -> Pending<()> {
        self.write(listener.events.len(), move |connection, remembered| {
            remembered.forget_listeners();
            Ok(Ok(events::insert_listener(connection, &listener)?))
        })
    }

    fn remove_listener(&self, site: SiteKey, endpoint: String) -> Pending<()> {
        self.write(1, move |connection, remembered| {
            remembered.forget_listeners();
            Ok(Ok(events::delete_listener(connection, &site, &endpoint)?))
        })
    }

    fn listeners(&self) -> Pending<Vec<Listener>> {
        self.read(events::listeners)
    }

    fn due_deliveries(&self, now: Time, each: u32) -> Pending<Vec<Delivery>> {
        self.read(move |connection| events::due(connection, now, each))
    }

    fn begin_delivery(&self, delivery: Delivery, next: Time) -> Pending<bool> {
        self.write(1, move |connection, _| Ok(Ok(events::begin(connection, &delivery, next)?)))
    }

    fn end_delivery(&self, delivery: Delivery) -> Pending<bool> {
        self.write(1, move |connection, _| Ok(Ok(events::end(connection, &delivery)?)))
    }

    fn give_up_deliveries(&self, before: Time) -> Pending<u64> {
        self.write(1, move |connection, _| Ok(Ok(events::give_up(connection, before)?)))
    }

    fn waiting_deliveries(&self) -> Pending<Vec<Waiting>> {
        self.read(|connection| Ok(events::waiting(connection)?))
    }

    fn newest_notices(&self, site: SiteKey, limit: u32) -> Pending<Vec<ListedNotice>> {
        self.read(move |connection| Ok(notices::newest(connection, &site, limit)?))
    }

    fn queue(&self) -> Queue {
        Queue::of(self.queue.as_ref())
    }

    fn check(&self) -> Pending<()> {
        if self.works.load(Ordering::Relaxed) && self.pages.damage().is_none() {
            return Box::pin(async { Ok(()) });
        }
        // Room for some more, and the least that can be written: the version again.
        self.write(1, |connection, _| {
            room::try_for_some(connection)?;
            let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            Ok(Ok(connection.pragma_update(None, "user_version", version)?))
        })
    }
}

/// The answer to what writes, of a store that was opened to be read.
fn read_only<T: Send + 'static>() -> Pending<T> {
    Box::pin(async { Err(unavailable("it was opened to be read")) })
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> LedgerError {
        unavailable(error)
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: in WAL mode NORMAL would not wait for the disk at a commit.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?; // `checkpoints` does it
    // What is deleted is overwritten; `wiping` does what this leaves.
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}
