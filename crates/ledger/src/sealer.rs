//! Signs what the logs hold by now, and keeps each site's newest checkpoint also in a file beside the database: a database that
//! is put back to an older state does not fit it any more.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use consentry::model::config::SiteKey;
use tempfile::NamedTempFile;

use crate::log::{Checkpoint, Hash, SigningKeys, TileId, TileSet, VerifyingKey};
use crate::{Ledger, LedgerError, LogState, SealedLog, private_files};

/// The folder of the newest checkpoints in the data directory, a file for each site.
pub const CHECKPOINTS: &str = "checkpoints";

/// Whoever signs the checkpoints of a ledger.
pub struct Sealer {
    keys: SigningKeys,
    /// Whether others sign too.
    is_one_of_several: bool,
    checkpoints: PathBuf,
}

impl Sealer {
    /// Reads the signing keys in a data directory, or makes one.
    ///
    /// # Errors
    /// A sentence for the operator: a file is in the way.
    pub fn open(directory: &Path) -> Result<Sealer, String> {
        let checkpoints = directory.join(CHECKPOINTS);
        private_files::make_directory(&checkpoints).map_err(|error| {
            format!("{}: expected a directory to write in, found: {error}", checkpoints.display())
        })?;
        Ok(Sealer { keys: SigningKeys::open(directory)?, is_one_of_several: false, checkpoints })
    }

    /// Signs beside other nodes, which have the same keys: no log that other keys signed.
    pub fn one_of_several(self) -> Sealer {
        Sealer { is_one_of_several: true, ..self }
    }

    /// The keys with which the checkpoints of a log of this name are checked, the newest last.
    pub fn verifying_keys(&self, origin: &str) -> Vec<VerifyingKey> {
        self.keys.verifying_keys(origin)
    }

    /// When this directory last got a checkpoint of the log of a site; nothing where it has none.
    pub fn signed_at(&self, site: &SiteKey) -> Option<SystemTime> {
        fs::metadata(self.file(site)).and_then(|file| file.modified()).ok()
    }

    /// Signs every log that grew. `origin`: the name of a site's log, for its first checkpoint; it keeps that name.
    ///
    /// # Errors
    /// The ledger cannot be read or written, a log is not what was signed, or another node has other keys: the first such fault. The other logs are signed
    /// all the same.
    pub async fn seal(
        &self,
        ledger: &dyn Ledger,
        origin: impl Fn(&SiteKey) -> String,
    ) -> Result<(), LedgerError> {
        let mut outcome = Ok(());
        for (site, state) in ledger.logs().await? {
            match &state.sealed {
                Some(sealed) if sealed.size >= state.size => {
                    if self.is_one_of_several {
                        outcome = outcome.and(self.keep_of_others(ledger, &site, sealed).await);
                    }
                }
                _ => outcome = outcome.and(self.seal_log(ledger, site, state, &origin).await),
            }
        }
        outcome
    }

    async fn seal_log(
        &self,
        ledger: &dyn Ledger,
        site: SiteKey,
        LogState { size, sealed }: LogState,
        origin: impl Fn(&SiteKey) -> String,
    ) -> Result<(), LedgerError> {
        self.check_not_put_back(ledger, &site, size).await?;
        let name = sealed.as_ref().map(|sealed| log_name(&site, sealed)).transpose()?;
        if let (true, Some(sealed), Some(name)) = (self.is_one_of_several, sealed, &name) {
            self.check_keys(name, &sealed.checkpoint)?;
        }
        let root = root(ledger, &site, size).await?;
        if !ledger.claim_root(site.clone(), size, root).await? {
            return Ok(());
        }
        let origin = name.unwrap_or_else(|| origin(&site));
        let checkpoint = self.keys.sign(&Checkpoint { origin, size, root });
        self.write_file(&site, &checkpoint)?;
        ledger.save_checkpoint(site, SealedLog { size, checkpoint }).await
    }

    /// Keeps a checkpoint beside this node, too, where another node signed it: each of them finds out that a database was put back.
    async fn keep_of_others(
        &self,
        ledger: &dyn Ledger,
        site: &SiteKey,
        sealed: &SealedLog,
    ) -> Result<(), LedgerError> {
        if self.kept(site)?.is_some_and(|kept| kept.size >= sealed.size) {
            return Ok(());
        }
        self.check_keys(&log_name(site, sealed)?, &sealed.checkpoint)?;
        self.check_not_put_back(ledger, site, sealed.size).await?;
        self.write_file(site, &sealed.checkpoint)
    }

    /// Refuses to sign a log that did not grow out of what was signed of it before: its database was put back to an older state,
    /// though there may be as many leaves by now.
    async fn check_not_put_back(
        &self,
        ledger: &dyn Ledger,
        site: &SiteKey,
        size: u64,
    ) -> Result<(), LedgerError> {
        let Some(signed) = self.kept(site)? else { return Ok(()) };
        let found = if signed.size > size {
            format!("{size} in the ledger")
        } else if root(ledger, site, signed.size).await? != signed.root {
            format!("others among the {size} in the ledger")
        } else {
            return Ok(());
        };
        Err(LedgerError::Unavailable(format!(
            "{}: found a checkpoint of {} leaves, but {found}: it was put back to an older state. To go on from there, take \
             that file away",
            self.file(site).display(),
            signed.size
        )))
    }

    /// Whether the keys signed this checkpoint of a log.
    fn check_keys(&self, origin: &str, checkpoint: &str) -> Result<(), LedgerError> {
        let keys = self.keys.verifying_keys(origin);
        match keys.iter().any(|key| Checkpoint::verify(checkpoint, key).is_ok()) {
            true => Ok(()),
            false => Err(LedgerError::Unavailable(format!(
                "found a checkpoint of {origin} that other keys signed, expected the same file {} on every node",
                SigningKeys::FILE
            ))),
        }
    }

    /// Where the newest checkpoint of a site is kept.
    fn file(&self, site: &SiteKey) -> PathBuf {
        self.checkpoints.join(site.as_str())
    }

    /// The newest checkpoint that was kept of a site.
    fn kept(&self, site: &SiteKey) -> Result<Option<Checkpoint>, LedgerError> {
        let unreadable = |reason: String| {
            let file = self.file(site);
            LedgerError::Unavailable(format!(
                "{}: {reason}. To go on without it, take that file away",
                file.display()
            ))
        };
        match fs::read_to_string(self.file(site)) {
            Ok(note) => Checkpoint::read(&note).map(Some).map_err(|error| unreadable(error.to_string())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(error.to_string())),
        }
    }

    /// Replaces the file of a site's newest checkpoint, whole or not at all.
    fn write_file(&self, site: &SiteKey, checkpoint: &str) -> Result<(), LedgerError> {
        let write = || {
            let mut file = NamedTempFile::new_in(&self.checkpoints)?;
            file.write_all(checkpoint.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(self.file(site))?;
            Ok::<_, std::io::Error>(())
        };
        write().map_err(|error| {
            LedgerError::Unavailable(format!(
                "{}: the checkpoint cannot be written: {error}",
                self.file(site).display()
            ))
        })
    }
}

/// The name under which a log was signed.
fn log_name(site: &SiteKey, sealed: &SealedLog) -> Result<String, LedgerError> {
    match Checkpoint::read(&sealed.checkpoint) {
        Ok(checkpoint) => Ok(checkpoint.origin),
        Err(error) => Err(LedgerError::Unavailable(format!("{site}: the checkpoint in the ledger: {error}"))),
    }
}

/// The root of a site's log over its first `size` leaves.
///
/// # Errors
/// The ledger cannot be read, or has fewer leaves.
pub async fn root(ledger: &dyn Ledger, site: &SiteKey, size: u64) -> Result<Hash, LedgerError> {
    let tiles = read_tiles(ledger, site, TileSet::needed_for_root(size)).await?;
    tiles.root(size).map_err(|missing| LedgerError::Unavailable(format!("{site}: {missing}")))
}

/// Tiles of a site's log.
pub async fn read_tiles(
    ledger: &dyn Ledger,
    site: &SiteKey,
    needed: Vec<TileId>,
) -> Result<TileSet, LedgerError> {
    let mut tiles = TileSet::default();
    for (tile, hashes) in needed.iter().zip(ledger.tiles(site.clone(), needed.clone()).await?) {
        tiles.insert(*tile, hashes);
    }
    Ok(tiles)
}
