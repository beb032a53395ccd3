//! Files and directories that only the program's own account may read.

use std::fs;
use std::io;
use std::path::Path;

/// Makes a directory, and those above it, where they are not there.
///
/// # Errors
/// What the system says.
pub fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Makes a file where it is not there, and takes the rights of others from one that is.
///
/// # Errors
/// What the system says.
pub fn make_file(file: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(0o600).open(file)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(file)
}
