//! Wipes what was erased out of the files, beside the writer. `secure_delete` overwrites a row where it was; but SQLite moves rows
//! between pages as a table grows, and leaves copies where nothing is now. So all dead space is overwritten with zeros, and the
//! write-ahead log, which has older states of pages, begins anew. Whoever waits meanwhile shares the next pass.
//!
//! What is due stands in the database, committed with the erasure: a pass that was cut off is done when the file is opened again.

use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::dead_space::{self, BadPage};
use crate::{LedgerError, Pending, unavailable};

/// How many pages are wiped in one commit: the writer waits for it, some milliseconds.
const PAGES: usize = 256;
/// After how many commits the write-ahead log is moved into the file, so that it stays short.
const COMMITS: usize = 16;
/// From how many pages on the kind of a page cannot be told by its first byte: 128 gigabytes. A ledger of that size belongs into a
/// database of its own.
const TOO_MANY_PAGES: u32 = 0x0200_0000;
/// How long to try to begin the write-ahead log anew, where somebody reads an older state of the file.
const LONGEST: Duration = Duration::from_secs(20);
/// After how long a pass that failed is tried again, though nobody asks.
const RETRY: Duration = Duration::from_secs(60);
/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(20);

type Reply = oneshot::Sender<Result<(), LedgerError>>;

/// The other end of the thread that wipes. It stops when this is dropped.
pub struct Wiper {
    queue: Sender<Option<Reply>>,
    stop: Arc<AtomicBool>,
}

impl Wiper {
    /// Begins with a connection of its own, and with what is due.
    ///
    /// # Errors
    /// The file or a thread could not be had.
    pub fn start(file: &Path) -> Result<(Wiper, JoinHandle<()>), String> {
        let mut connection = super::connect(file).map_err(|error| error.to_string())?;
        let (queue, waiting) = channel();
        let _ = queue.send(None); // it is there to receive it
        let stop = Arc::new(AtomicBool::new(false));
        let wiper = Wiper { queue, stop: Arc::clone(&stop) };
        let thread = thread::Builder::new().name("wiping".into());
        let thread = thread.spawn(move || wipe_for_ever(&mut connection, &waiting, &stop));
        Ok((wiper, thread.map_err(|error| error.to_string())?))
    }

    /// Comes true once a pass has ended that began after this.
    pub fn wipe(&self) -> Pending<()> {
        let (reply, answer) = oneshot::channel();
        let sent = self.queue.send(Some(reply));
        Box::pin(async move {
            sent.map_err(|_| unavailable("the wiping stopped"))?;
            answer.await.unwrap_or_else(|_| Err(unavailable("it was erased, and not wiped yet")))
        })
    }
}

impl Drop for Wiper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn wipe_for_ever(connection: &mut Connection, waiting: &Receiver<Option<Reply>>, stop: &AtomicBool) {
    let mut wiped = Ok(());
    loop {
        let first = match &wiped {
            Ok(()) => waiting.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Err(_) => waiting.recv_timeout(RETRY),
        };
        let first = match first {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let replies: Vec<Reply> = [first].into_iter().chain(waiting.try_iter()).flatten().collect();
        wiped = wipe_what_is_due(connection, stop);
        let is_stopped = stop.load(Ordering::Relaxed);
        if let (Err(error), true, false) = (&wiped, replies.is_empty(), is_stopped) {
            tracing::error!("what was erased is not wiped out of the files yet: {error}");
        }
        for reply in replies {
            drop(reply.send(wiped.clone())); // whoever asked may have gone away
        }
    }
}

impl From<BadPage> for LedgerError {
    fn from(BadPage(number): BadPage) -> LedgerError {
        LedgerError::Unavailable(format!(
            "found a page {number} that contradicts itself, expected a whole file"
        ))
    }
}

/// One pass, where one is due.
fn wipe_what_is_due(connection: &mut Connection, stop: &AtomicBool) -> Result<(), LedgerError> {
    let snapshot = connection.transaction()?;
    let due = "SELECT asked, asked > done FROM wiping";
    let (asked, is_due): (i64, bool) = snapshot.query_row(due, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if !is_due {
        return Ok(());
    }
    let pages = pages_with_remains(&snapshot, stop)?;
    drop(snapshot);
    for (at, some) in pages.chunks(PAGES).enumerate() {
        check_stop(stop)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        wipe_pages(&transaction, some)?;
        transaction.commit()?;
        if at % COMMITS == COMMITS - 1 {
            move_log(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
        }
    }
    begin_log_anew(connection, stop)?;
    connection.execute("UPDATE wiping SET done = max(done, ?1)", [asked])?;
    Ok(())
}

fn check_stop(stop: &AtomicBool) -> Result<(), LedgerError> {
    match stop.load(Ordering::Relaxed) {
        false => Ok(()),
        true => Err(unavailable("it was stopped: what is due is wiped at the next start")),
    }
}

/// The pages of this state of the file with something in their dead space.
fn pages_with_remains(snapshot: &Transaction<'_>, stop: &AtomicBool) -> Result<Vec<u32>, LedgerError> {
    let layout = Layout::read(snapshot)?;
    let mut all = snapshot.prepare("SELECT pgno, data FROM sqlite_dbpage")?;
    let mut rows = all.query([])?;
    let mut pages = Vec::new();
    while let Some(row) = rows.next()? {
        check_stop(stop)?;
        let (number, page): (u32, _) = (row.get(0)?, row.get_ref(1)?.as_blob().unwrap_or_default());
        if dead_space::has_remains(page, &layout.dead_space(page, number)?) {
            pages.push(number);
        }
    }
    Ok(pages)
}

/// Overwrites the dead space of pages, as they are by now.
fn wipe_pages(transaction: &Transaction<'_>, pages: &[u32]) -> Result<(), LedgerError> {
    let layout = Layout::read(transaction)?;
    let mut update = transaction.prepare_cached("UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1")?;
    for number in pages {
        let mut page = read_page(transaction, *number)?;
        let dead = layout.dead_space(&page, *number)?;
        if dead_space::has_remains(&page, &dead) {
            dead_space::wipe(&mut page, &dead);
            update.execute(params![number, page])?;
        }
    }
    Ok(())
}

fn read_page(connection: &Connection, number: u32) -> rusqlite::Result<Vec<u8>> {
    let mut read = connection.prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = ?1")?;
    read.query_row([number], |row| row.get(0))
}

/// What has to be known of the whole file to tell the kind of a page.
struct Layout {
    usable: usize,
    /// Free pages, all of which is dead space.
    free: BTreeSet<u32>,
    /// The dead space of those that list them.
    trunks: Vec<(u32, Range<usize>)>,
}

impl Layout {
    fn read(transaction: &Transaction<'_>) -> Result<Layout, LedgerError> {
        let pages: u32 = transaction.pragma_query_value(None, "page_count", |row| row.get(0))?;
        if pages >= TOO_MANY_PAGES {
            return Err(unavailable(format!(
                "found a file of {pages} pages, expected less than {TOO_MANY_PAGES}"
            )));
        }
        let first = read_page(transaction, 1)?;
        let reserved = first.get(20).copied().map_or(0, usize::from);
        let mut layout = Layout {
            usable: first.len().saturating_sub(reserved),
            free: BTreeSet::new(),
            trunks: Vec::new(),
        };
        let mut next = dead_space::number_at(&first, 32).unwrap_or_default();
        while next != 0 {
            if layout.trunks.len() > pages as usize {
                return Err(BadPage(next).into());
            }
            let trunk = dead_space::of_trunk_page(&read_page(transaction, next)?, next, layout.usable)?;
            layout.trunks.push((next, trunk.dead));
            layout.free.extend(trunk.leaves);
            next = trunk.next;
        }
        layout.trunks.sort_unstable_by_key(|(number, _)| *number);
        Ok(layout)
    }

    /// Where a page holds nothing. Of one that carries on a long value it is not known: no such page is made of one
    /// that held something, since free pages are wiped.
    fn dead_space(&self, page: &[u8], number: u32) -> Result<Vec<Range<usize>>, LedgerError> {
        if self.free.contains(&number) {
            return Ok(iter::once(0..page.len()).collect());
        }
        if let Ok(at) = self.trunks.binary_search_by_key(&number, |(number, _)| *number) {
            return Ok(self.trunks.get(at).map(|(_, dead)| dead.clone()).into_iter().collect());
        }
        Ok(dead_space::of_tree_page(page, number, self.usable)?.unwrap_or_default())
    }
}

/// Moves the write-ahead log into the file; whether all of it was.
fn move_log(connection: &Connection, pragma: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached(pragma)?.query_row([], |row| row.get::<_, bool>(0)).map(|is_busy| !is_busy)
}

/// Moves the whole write-ahead log into the file and cuts it off, so that no older state of a page is left.
fn begin_log_anew(connection: &Connection, stop: &AtomicBool) -> Result<(), LedgerError> {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        check_stop(stop)?;
        // Most of it without anybody waiting.
        move_log(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
        if move_log(connection, "PRAGMA wal_checkpoint(TRUNCATE)")? {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
    Err(unavailable("found somebody who reads an older state of the file all the time: it is wiped later"))
}

/// Overwrites what is behind the ends of long values, for a file of older programs, which did not wipe free pages: such a page
/// may have been one of them. To be called while nobody else writes.
///
/// # Errors
/// The file cannot be read or written.
pub fn wipe_ends_of_values(connection: &Connection) -> Result<(), LedgerError> {
    let mut find = connection.prepare("SELECT pageno, payload FROM dbstat WHERE pagetype = 'overflow'")?;
    let found: Vec<(u32, u16)> =
        find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut update = connection.prepare("UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1")?;
    for (number, payload) in found {
        let mut page = read_page(connection, number)?;
        // The number of the next page comes first.
        let dead = Vec::from_iter(iter::once(4 + usize::from(payload)..page.len()));
        if dead_space::has_remains(&page, &dead) {
            dead_space::wipe(&mut page, &dead);
            update.execute(params![number, page])?;
        }
    }
    Ok(())
}
