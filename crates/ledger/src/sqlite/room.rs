//! Whether the disk has room for more than the one page that it takes to try.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use rusqlite::{Connection, Error, ffi};

/// What some receipts take.
static SOME_RECEIPTS: [u8; 64 * 1024] = [0; 64 * 1024];

/// Tries it with a file of its own, beside the one that is open, and as far from its beginning as the write-ahead log is long:
/// a file's length may be what is limited.
///
/// # Errors
/// There is no room.
pub fn try_for_some(connection: &Connection) -> rusqlite::Result<()> {
    let Some(file) = connection.path() else { return Ok(()) };
    let length = fs::metadata(format!("{file}-wal")).map_or(0, |log| log.len());
    let probe = format!("{file}-probe");
    let written = write_at(Path::new(&probe), length);
    let removed = fs::remove_file(&probe);
    written.and(removed).map_err(|error| {
        Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_WRITE), Some(format!("{probe}: {error}")))
    })
}

fn write_at(path: &Path, position: u64) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.seek(SeekFrom::Start(position))?;
    file.write_all(&SOME_RECEIPTS)
}
