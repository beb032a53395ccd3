//! A site's files: its configuration, and `<site>.declared.json` beside it with what was declared in `/admin`. Reads
//! and writes them; what they mean together is `consentry::model::config`'s.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use consentry::model::config::{Config, Fault};

/// How the declared documents' names end.
pub const ENDING: &str = ".declared.json";

/// Why the files gave no configuration.
#[derive(Debug)]
pub enum ReadError {
    /// One cannot be read; the sentence names it.
    Unreadable(String),
    /// The configuration is not a good one.
    Config(Vec<Fault>),
    /// The declared document is not.
    Declared(PathBuf, Vec<Fault>),
}

/// The configuration in a file, with what was declared beside it.
///
/// # Errors
/// Every fault of the first of the two that has any.
pub fn read(path: &Path) -> Result<Config, ReadError> {
    let config = configuration(path)?;
    match beside(path, &config) {
        Some(declared) => together(&config, &declared),
        None => Ok(config),
    }
}

/// The configuration alone.
pub(crate) fn configuration(path: &Path) -> Result<Config, ReadError> {
    let json = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    Config::parse(&json).map_err(ReadError::Config)
}

/// Where the declared document of a site lies, whether or not there is one. A site without a key has none.
pub(crate) fn beside(path: &Path, config: &Config) -> Option<PathBuf> {
    config.site.as_ref().map(|site| path.with_file_name(format!("{site}{ENDING}")))
}

/// A configuration with a declared document, if there is one.
pub(crate) fn together(config: &Config, declared: &Path) -> Result<Config, ReadError> {
    match document(declared)? {
        Some(json) => {
            config.with_declared(&json).map_err(|faults| ReadError::Declared(declared.to_owned(), faults))
        }
        None => Ok(config.clone()),
    }
}

/// The declared document, if there is one.
pub(crate) fn document(declared: &Path) -> Result<Option<String>, ReadError> {
    match fs::read_to_string(declared) {
        Ok(json) => Ok(Some(json)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(declared, &error)),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> ReadError {
    ReadError::Unreadable(format!("{}: expected a readable file, found: {error}", path.display()))
}

/// Saves a file at once: whoever reads it finds the old or the new one, after a crash too. A link stays one.
pub(crate) fn save(path: &Path, text: &str) -> io::Result<()> {
    let path = if path.exists() { fs::canonicalize(path)? } else { path.to_owned() };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = OpenOptions::new().write(true).create_new(true).open(&part).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Ok(known) = fs::metadata(&path) {
            file.set_permissions(known.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&part, &path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written?;
    // The new name itself must reach the disk too, where a folder can be synced.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
