//! Looks through all pages of the file, of which it takes seconds for a gigabyte: a small file before anything else, a large one
//! beside its use. Knows no table.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, InterruptHandle};

/// Up to how many bytes a file is small: it takes a few milliseconds.
pub const SMALL: u64 = 4 * 1024 * 1024;

/// Whether a file is to be looked through before it is used.
pub fn is_small(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|file| file.len() <= SMALL)
}

/// Whether the pages of the file belong together.
///
/// # Errors
/// What SQLite finds first, as a sentence for the operator.
pub fn check_pages(connection: &Connection, file: &Path) -> Result<(), String> {
    let found = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    let fault = match found {
        Ok(said) if said == "ok" => return Ok(()),
        Ok(said) => said,
        // Nobody waits for it any more.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => return Ok(()),
        Err(error) => error.to_string(),
    };
    Err(damaged(file, &fault))
}

/// What is said of a file with damage in it.
pub fn damaged(file: &Path, fault: &str) -> String {
    format!("{}: expected a whole file, found: {fault}; put back a backup of it", file.display())
}

/// A look through a file that is in use. Ends when it is dropped.
pub struct PageCheck {
    /// What was found, once it was.
    damage: Arc<OnceLock<String>>,
    running: Option<(JoinHandle<()>, InterruptHandle)>,
}

impl PageCheck {
    /// Of a file that was looked through already.
    pub fn done() -> PageCheck {
        PageCheck { damage: Arc::default(), running: None }
    }

    /// Begins with a connection of its own. What it finds is logged.
    ///
    /// # Errors
    /// A thread could not be had.
    pub fn start(connection: Connection, file: &Path) -> std::io::Result<PageCheck> {
        let damage = Arc::<OnceLock<String>>::default();
        let (found, file) = (Arc::clone(&damage), file.to_owned());
        let interrupt = connection.get_interrupt_handle();
        let thread = thread::Builder::new().name("page check".into()).spawn(move || {
            if let Err(fault) = check_pages(&connection, &file) {
                tracing::error!("nothing more is stored: {fault}");
                let _ = found.set(fault);
            }
        })?;
        Ok(PageCheck { damage, running: Some((thread, interrupt)) })
    }

    /// What is wrong with the file, as far as is known by now.
    pub fn damage(&self) -> Option<&str> {
        self.damage.get().map(String::as_str)
    }
}

impl Drop for PageCheck {
    fn drop(&mut self) {
        let Some((thread, interrupt)) = self.running.take() else { return };
        // Not only once: what has not begun yet is not interrupted.
        while !thread.is_finished() {
            interrupt.interrupt();
            thread::sleep(Duration::from_millis(1));
        }
    }
}
