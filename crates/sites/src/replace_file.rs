//! Writing a file so that whoever reads it finds the old content or the new one, never a part. Knows nothing
//! of what is in the file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

/// Writes `content` to `path`, whole or not at all; that holds for a crash of the machine too. A file that is
/// there keeps its permissions, and a link stays a link: the file that it points to is replaced.
///
/// # Errors
/// What the system says. The file has its old content then, and nothing is left beside it; only where the
/// folder could not be brought to the disk it has the new one.
pub fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = if path.exists() { fs::canonicalize(path)? } else { path.to_owned() };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    let mut builder = Builder::new();
    // The ending keeps a file that a crash left behind from being taken for a site's configuration.
    builder.prefix(&prefix).suffix(".part");
    // A temporary file is its owner's alone. A new file that stays is made as any other, by the process's
    // umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(parent)?;
    temporary.write_all(content)?;
    if let Ok(known) = fs::metadata(&path) {
        temporary.as_file().set_permissions(known.permissions())?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&path).map_err(|error| error.error)?;
    // The new name must reach the disk too, where a folder can be synced.
    if cfg!(unix) { File::open(parent)?.sync_all() } else { Ok(()) }
}
