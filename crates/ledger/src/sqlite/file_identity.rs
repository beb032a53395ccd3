//! Which file is open, whatever is at its path by now.

use std::fs;
use std::path::Path;

/// A file as the system tells it from others.
pub struct FileIdentity(#[cfg(unix)] (u64, u64));

impl FileIdentity {
    /// The file at this path.
    ///
    /// # Errors
    /// There is none, or it cannot be looked at.
    pub fn of(path: &Path) -> std::io::Result<FileIdentity> {
        let metadata = fs::metadata(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Ok(FileIdentity((metadata.dev(), metadata.ino())))
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Ok(FileIdentity())
        }
    }

    /// Whether it is still the file at this path.
    ///
    /// # Errors
    /// A sentence for the operator: it was removed, or another one is there.
    pub fn check(&self, path: &Path) -> Result<(), String> {
        let name = path.display();
        match FileIdentity::of(path) {
            Err(error) => {
                Err(format!("{name}: found no file any more, expected the ledger that was opened: {error}"))
            }
            #[cfg(unix)]
            Ok(now) if now.0 != self.0 => {
                Err(format!("{name}: found another file, expected the ledger that was opened"))
            }
            Ok(_) => Ok(()),
        }
    }
}
