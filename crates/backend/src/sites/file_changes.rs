//! Waits for changes of the sites' files: the system tells of them, and where it does not, as on most network file systems,
//! they are looked at now and then. Reads none of them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// After so long they are looked at although the system told nothing.
const LOOK_INTERVAL: Duration = Duration::from_secs(10);
/// Whoever writes is done when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(100);
/// Who goes on writing is not waited for any longer.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// What the system tells of a file, or of a folder.
pub struct FileChanges {
    folder: PathBuf,
    told: Receiver<()>,
    /// None where the system tells nothing.
    watcher: Option<RecommendedWatcher>,
}

impl FileChanges {
    /// Of a configuration file and the files beside it, or of those in a folder.
    pub fn of(source: &Path) -> FileChanges {
        let folder = if source.is_dir() { Some(source) } else { source.parent() };
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (tell, told) = sync_channel(1); // that there is something is all that is told
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // What it cannot tell in full may be a change, too.
            if event.map_or(true, |event| is_change(event.kind)) {
                let _ = tell.try_send(()); // it was told already
            }
        });
        let watcher = watcher.and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        if let Err(error) = &watcher {
            let seconds = LOOK_INTERVAL.as_secs();
            tracing::warn!("{}: looked at every {seconds} seconds only: {error}", folder.display());
        }
        FileChanges { folder: folder.to_owned(), told, watcher: watcher.ok() }
    }

    /// Returns when something may have changed, once whoever writes seems to be done.
    pub fn wait(&mut self) {
        match self.told.recv_timeout(LOOK_INTERVAL) {
            Ok(()) => {
                let begun = Instant::now();
                while begun.elapsed() < LONGEST_WAIT && self.told.recv_timeout(QUIET).is_ok() {}
            }
            Err(RecvTimeoutError::Timeout) => self.watch_again(),
            Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK_INTERVAL), // there is no watcher
        }
    }

    /// Another folder may have come in the place of the one that is watched.
    fn watch_again(&mut self) {
        if let Some(watcher) = &mut self.watcher {
            let _ = watcher.unwatch(&self.folder);
            let _ = watcher.watch(&self.folder, RecursiveMode::NonRecursive); // until it is there, they are looked at
        }
    }
}

/// Whether this may be another content. That we read a file is told too.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}
