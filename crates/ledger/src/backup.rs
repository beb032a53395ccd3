//! A copy of a ledger that can be put in its place, made while it is served. It is there whole under its name, or not at all.
//! Of a ledger in a database elsewhere that database's own tools make one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use consentry::model::config::SiteKey;
use tempfile::{NamedTempFile, TempDir};

use crate::log::Checkpoint;
use crate::sealer::CHECKPOINTS;
use crate::sqlite::{self, copy::copy};
use crate::{LogState, private_files};

/// What the copy is called before it is whole.
const UNFINISHED: &str = ".consentry-backup-";

/// What was copied.
#[derive(Debug)]
pub struct Copied {
    /// How many bytes the ledger's file has.
    pub bytes: u64,
    /// Each site with the leaves of its log: those of the moment at which the copy began, at least.
    pub logs: Vec<(SiteKey, u64)>,
}

/// Copies the ledger in a directory to `out`, where nothing may be: as a file for tar where its name ends with `.tar`, else as a
/// directory. Everything that was acknowledged before this was called is in it. `secrets`: the names of the files with secrets
/// that are copied too; who has the signing keys and the ledger can make another past. `progress`: how many pages of the
/// database are copied, and of how many.
///
/// # Errors
/// A sentence for the operator: there is no ledger, or the copy cannot be written. Nothing is at `out` then.
pub fn back_up(
    directory: &Path,
    out: &Path,
    secrets: &[&str],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Copied, String> {
    let failed = |error: io::Error| format!("{}: the backup cannot be written: {error}", out.display());
    if out.symlink_metadata().is_ok() {
        return Err(format!("{}: found something, expected a name that is free", out.display()));
    }
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = TempDir::with_prefix_in(UNFINISHED, parent).map_err(failed)?;
    let folder = unfinished.path().join("ledger");
    private_files::make_directory(&folder).map_err(failed)?;
    // Before the database: a file of a checkpoint must not be newer than its log.
    let mut checkpoints = read_checkpoints(directory)
        .map_err(|error| format!("{}: {error}", directory.join(CHECKPOINTS).display()))?;
    let database = folder.join(sqlite::FILE);
    private_files::make_file(&database).map_err(failed)?;
    let logs = copy(directory, &database, progress)?;
    add_signed_since(&mut checkpoints, &logs);
    write_checkpoints(&folder, &checkpoints).map_err(failed)?;
    for name in secrets {
        let file = directory.join(name);
        let text = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        write_file(&folder.join(name), &text).map_err(failed)?;
    }
    let bytes = database.metadata().map_err(failed)?.len();
    match out.extension().is_some_and(|extension| extension == "tar") {
        true => finish_file(&folder, parent, out),
        false => finish_directory(&folder, out),
    }
    .map_err(failed)?;
    sync_directory(parent).map_err(failed)?;
    let logs = logs.into_iter().map(|(site, state)| (site, state.size)).collect();
    Ok(Copied { bytes, logs })
}

/// The files of the newest checkpoints, by their names.
fn read_checkpoints(directory: &Path) -> io::Result<BTreeMap<String, String>> {
    let files = match fs::read_dir(directory.join(CHECKPOINTS)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        files => files?,
    };
    let mut checkpoints = BTreeMap::new();
    for file in files {
        let file = file?;
        // Beside them lies one that is being written.
        if let Some(name) = file.file_name().to_str().filter(|name| SiteKey::new(name).is_some()) {
            checkpoints.insert(name.to_owned(), fs::read_to_string(file.path())?);
        }
    }
    Ok(checkpoints)
}

/// Takes the checkpoints in the copied logs that are newer than those files.
fn add_signed_since(checkpoints: &mut BTreeMap<String, String>, logs: &[(SiteKey, LogState)]) {
    for (site, state) in logs {
        let Some(sealed) = &state.sealed else { continue };
        let file = checkpoints.get(site.as_str()).and_then(|note| Checkpoint::read(note).ok());
        if file.is_none_or(|file| file.size < sealed.size) {
            checkpoints.insert(site.to_string(), sealed.checkpoint.clone());
        }
    }
}

fn write_checkpoints(folder: &Path, checkpoints: &BTreeMap<String, String>) -> io::Result<()> {
    let folder = folder.join(CHECKPOINTS);
    private_files::make_directory(&folder)?;
    for (site, note) in checkpoints {
        write_file(&folder.join(site), note.as_bytes())?;
    }
    sync_directory(&folder)
}

fn write_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private_files::make_file(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn finish_directory(folder: &Path, out: &Path) -> io::Result<()> {
    sync_directory(folder)?;
    fs::rename(folder, out)
}

fn finish_file(folder: &Path, parent: &Path, out: &Path) -> io::Result<()> {
    let mut archive = tar::Builder::new(NamedTempFile::with_prefix_in(UNFINISHED, parent)?);
    archive.append_dir_all(".", folder)?;
    let file = archive.into_inner()?;
    file.as_file().sync_all()?;
    file.persist_noclobber(out)?;
    Ok(())
}

/// Puts the names in a directory on the disk.
fn sync_directory(directory: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(directory)?.sync_all(),
        false => Ok(()),
    }
}
