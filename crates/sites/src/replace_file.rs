//! Writing files so that whoever reads one finds the old content or the new one, never a part. Knows nothing
//! of what is in them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Writes `content` to `path`, whole or not at all; that holds for a crash of the machine too. A file that is
/// there keeps its permissions, and a link stays a link: the file that it points to is replaced.
///
/// # Errors
/// What the system says. The file has its old content then, and nothing is left beside it; only where the
/// folder could not be brought to the disk it has the new one.
pub fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    WrittenBeside::new(path, content)?.put_in_place()
}

/// The same for files that belong together: all are on the disk before the first of them is put in place, so that a full
/// disk changes none. They are put in place in the order in which they are given.
///
/// # Errors
/// The file at which it ended, and what the system says.
pub fn replace_files(files: &[(PathBuf, Vec<u8>)]) -> Result<(), (PathBuf, io::Error)> {
    let mut written = Vec::new();
    for (path, content) in files {
        written.push((path, WrittenBeside::new(path, content).map_err(|error| (path.clone(), error))?));
    }
    for (path, file) in written {
        file.put_in_place().map_err(|error| (path.clone(), error))?;
    }
    Ok(())
}

/// New content on the disk, beside the file whose place it will take. Dropped before that, it is gone.
struct WrittenBeside {
    temporary: NamedTempFile,
    path: PathBuf,
    parent: PathBuf,
}

impl WrittenBeside {
    fn new(path: &Path, content: &[u8]) -> io::Result<WrittenBeside> {
        let path = if path.exists() { fs::canonicalize(path)? } else { path.to_owned() };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new(".")).to_owned();
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(path.file_name().unwrap_or_default());
        let mut builder = Builder::new();
        // The ending keeps a file that a crash left behind from being taken for a site's configuration.
        builder.prefix(&prefix).suffix(".part");
        // A temporary file is its owner's alone. A new file that stays is made as any other, by the process's
        // umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut temporary = builder.tempfile_in(&parent)?;
        temporary.write_all(content)?;
        if let Ok(known) = fs::metadata(&path) {
            temporary.as_file().set_permissions(known.permissions())?;
        }
        temporary.as_file().sync_all()?;
        Ok(WrittenBeside { temporary, path, parent })
    }

    fn put_in_place(self) -> io::Result<()> {
        self.temporary.persist(&self.path).map_err(|error| error.error)?;
        // The new name must reach the disk too, where a folder can be synced.
        if cfg!(unix) { File::open(self.parent)?.sync_all() } else { Ok(()) }
    }
}
