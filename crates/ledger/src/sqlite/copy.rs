//! Copies the file as it is at one moment, while others write to it. Knows no other file.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use consentry::model::config::SiteKey;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::page_check::check_pages;
use super::{FILE, LOCK_TIMEOUT, logs, migrations};
use crate::LogState;

/// How many pages are copied between two reports: 8 megabytes.
const PAGES: i32 = 2048;
/// How long to wait where another program holds the file for a moment.
const PAUSE: Duration = Duration::from_millis(20);

/// Copies the ledger of a directory into a new file, and looks through the copy. Everything that was committed before this was
/// called is in it. `progress`: how many pages are copied, and of how many. Answers the logs in the copy.
///
/// # Errors
/// A sentence for the operator: there is no ledger, it is of another version or damaged, or the copy cannot be written.
pub fn copy(
    directory: &Path,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<(SiteKey, LogState)>, String> {
    let file = directory.join(FILE);
    let unreadable = |reason: &dyn ToString| {
        format!("{}: expected a ledger, found: {}", file.display(), reason.to_string())
    };
    let unwritten = |reason: &dyn ToString| {
        format!("{}: the copy cannot be written: {}", target.display(), reason.to_string())
    };
    let source = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let source = source.map_err(|error| unreadable(&error))?;
    source.busy_timeout(LOCK_TIMEOUT).map_err(|error| unreadable(&error))?;
    // One transaction around all steps: what is written meanwhile is not seen, and does not make them begin anew.
    source.execute_batch("BEGIN").map_err(|error| unreadable(&error))?;
    migrations::check(&source).map_err(|error| unreadable(&error))?;
    let mut copied = Connection::open(target).map_err(|error| unwritten(&error))?;
    let steps = Backup::new(&source, &mut copied).map_err(|error| unwritten(&error))?;
    loop {
        match steps.step(PAGES).map_err(|error| unwritten(&error))? {
            StepResult::Done => break,
            StepResult::Busy | StepResult::Locked => std::thread::sleep(PAUSE),
            _ => {}
        }
        let whole = steps.progress();
        let (all, left) = (whole.pagecount.unsigned_abs(), whole.remaining.unsigned_abs());
        progress(u64::from(all.saturating_sub(left)), u64::from(all));
    }
    drop(steps);
    // The whole copy is in this one file.
    copied.pragma_update(None, "journal_mode", "DELETE").map_err(|error| unwritten(&error))?;
    check_pages(&copied, &file)?;
    let logs = logs::all(&copied).map_err(|error| unwritten(&error))?;
    copied.close().map_err(|(_, error)| unwritten(&error))?;
    File::open(target).and_then(|file| file.sync_all()).map_err(|error| unwritten(&error))?;
    Ok(logs)
}
