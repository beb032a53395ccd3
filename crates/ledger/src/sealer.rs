//! Signs what the logs hold by now, and keeps each site's newest checkpoint also in a file beside the database: a database that
//! is put back to an older state does not fit it any more.

use std::fs;
use std::io::Write;
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

    /// When this sealer, or one before it in the same directory, last signed the log of a site; nothing where none did.
    pub fn signed_at(&self, site: &SiteKey) -> Option<SystemTime> {
        fs::metadata(self.checkpoints.join(site.as_str())).and_then(|file| file.modified()).ok()
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
        let last = sealed.as_ref().and_then(|sealed| Checkpoint::read(&sealed.checkpoint).ok());
        let name = last.map(|checkpoint| checkpoint.origin);
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
        let kept = fs::read_to_string(self.checkpoints.join(site.as_str())).unwrap_or_default();
        if Checkpoint::read(&kept).is_ok_and(|kept| kept.size >= sealed.size) {
            return Ok(());
        }
        let origin = Checkpoint::read(&sealed.checkpoint).map(|checkpoint| checkpoint.origin);
        self.check_keys(&origin.unwrap_or_default(), &sealed.checkpoint)?;
        self.check_not_put_back(ledger, site, sealed.size).await?;
        self.write_file(site, &sealed.checkpoint)
    }

    /// Refuses to sign a log that is not what was signed of it before, grown: its database was put back to an older state, though
    /// it may have as many leaves again.
    async fn check_not_put_back(
        &self,
        ledger: &dyn Ledger,
        site: &SiteKey,
        size: u64,
    ) -> Result<(), LedgerError> {
        let file = self.checkpoints.join(site.as_str());
        let signed = fs::read_to_string(&file).ok().and_then(|note| Checkpoint::read(&note).ok());
        let Some(signed) = signed else { return Ok(()) };
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
            file.display(),
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

    /// Replaces the file of a site's newest checkpoint, whole or not at all.
    fn write_file(&self, site: &SiteKey, checkpoint: &str) -> Result<(), LedgerError> {
        let write = || {
            let mut file = NamedTempFile::new_in(&self.checkpoints)?;
            file.write_all(checkpoint.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(self.checkpoints.join(site.as_str()))?;
            Ok::<_, std::io::Error>(())
        };
        write().map_err(|error| {
            let place = self.checkpoints.join(site.as_str());
            LedgerError::Unavailable(format!(
                "{}: the checkpoint cannot be written: {error}",
                place.display()
            ))
        })
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
