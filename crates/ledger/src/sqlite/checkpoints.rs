//! Moves what was written from the write-ahead log into the file, beside the writer: no request waits for it but for the
//! little that came meanwhile. SQLite's own checkpoints are the writer's, in the middle of its work.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

/// After how many rows there is something to move: some megabytes of the log.
const ROWS: usize = 4000;
/// From how many pages on the log is to begin anew, so that it does not grow for ever: 32 megabytes.
const LONG_LOG: i64 = 16384;
/// How often a long log is gone through. Each time moves what came during the last, which is less and less.
const PASSES: usize = 3;

/// The writer's end: tells that there is something to move. The other end stops when this is dropped.
pub struct Checkpoints {
    due: SyncSender<()>,
    rows: usize,
    /// Whether the writer is to move the rest, which is little by now: only between two commits can the log begin anew.
    rest_is_due: Arc<AtomicBool>,
}

impl Checkpoints {
    /// Begins with a connection of its own.
    ///
    /// # Errors
    /// The file or a thread could not be had.
    pub fn start(file: &Path) -> Result<(Checkpoints, JoinHandle<()>), String> {
        let connection = super::connect(file).map_err(|error| error.to_string())?;
        let (due, wake) = sync_channel(1);
        let rest_is_due = Arc::new(AtomicBool::new(false));
        let checkpoints = Checkpoints { due, rows: 0, rest_is_due: Arc::clone(&rest_is_due) };
        let thread = thread::Builder::new().name("checkpoints".into());
        let thread = thread.spawn(move || move_for_ever(&connection, &wake, &rest_is_due));
        Ok((checkpoints, thread.map_err(|error| error.to_string())?))
    }

    /// Counts rows that were committed through a connection.
    pub fn committed(&mut self, connection: &Connection, rows: usize) {
        self.rows += rows;
        if self.rows >= ROWS {
            self.rows = 0;
            // Where it is told already, or moves right now, the next rows tell it again.
            let _ = self.due.try_send(());
        }
        if self.rest_is_due.swap(false, Ordering::Relaxed) {
            let _ = move_pages(connection); // what fails is tried again
        }
    }
}

fn move_for_ever(connection: &Connection, wake: &Receiver<()>, rest_is_due: &AtomicBool) {
    while wake.recv().is_ok() {
        // What fails, on a full disk or with a reader in the way, is in the log until the next time.
        let is_long = |_| move_pages(connection).is_ok_and(|pages| pages >= LONG_LOG);
        if (0..PASSES).all(is_long) {
            rest_is_due.store(true, Ordering::Relaxed);
        }
    }
}

/// Moves what no reader needs; how many pages the log has.
fn move_pages(connection: &Connection) -> rusqlite::Result<i64> {
    let mut checkpoint = connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?;
    checkpoint.query_row([], |row| row.get(1))
}
