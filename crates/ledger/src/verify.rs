//! Checks a whole ledger: that each receipt is the one that its leaf was made of, that the trees are made of their leaves, and
//! that they are what was signed. Finds what was edited, removed, put in another order, put back to an older state, or told
//! differently to somebody. What was erased and is recorded so is no fault. Changes nothing, and may run while receipts come.

mod erased;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{NoticeHash, ReceiptId};

use self::erased::Erased;
use crate::erasure::Leaves;
use crate::log::{
    Checkpoint, HASH_BYTES, Hash, LogTail, SigningKeys, TILE_WIDTH, TileId, TileLevel, entry, record_text,
    width_at,
};
use crate::sealer::{CHECKPOINTS, root};
use crate::{Ledger, LedgerError, LogState, ReceiptRange, SealedLog, StoredReceipt};

/// How many faults are named; the others are counted.
const MOST_FAULTS: usize = 100;
/// How many receipts are read at a time.
const PAGE: u32 = 1000;

/// What was found.
#[derive(Debug, Default)]
pub struct Findings {
    /// Each site with the leaves of its log.
    pub logs: Vec<(SiteKey, u64)>,
    /// How many receipts were compared with their leaves.
    pub receipts: u64,
    /// How many receipts were erased, by recorded erasures.
    pub erased: u64,
    /// How many receipts name a notice that is not kept: it was unknown when they came, or was taken away since.
    pub without_notice: u64,
    /// What does not fit, a sentence each; the first hundred.
    pub faults: Vec<String>,
    /// How many more there are.
    pub more_faults: usize,
}

impl Findings {
    fn fault(&mut self, site: &SiteKey, fault: impl fmt::Display) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(format!("{site}: {fault}"));
        } else {
            self.more_faults += 1;
        }
    }
}

/// Checks a ledger with the keys and the newest checkpoints of its data directory. `kept`: checkpoints that somebody kept
/// elsewhere, as signed notes.
///
/// # Errors
/// The ledger, the keys or the checkpoints cannot be read.
pub async fn verify(ledger: &dyn Ledger, directory: &Path, kept: &[String]) -> Result<Findings, LedgerError> {
    let logs = ledger.logs().await?;
    let mut findings = Findings::default();
    let mut notices = BTreeMap::new();
    for (site, state) in &logs {
        findings.logs.push((site.clone(), state.size));
        check_tree(ledger, site, state.size, &mut findings).await?;
        notices.insert(site.clone(), check_notices(ledger, site, &mut findings).await?);
    }
    check_receipts(ledger, &logs, &notices, &mut findings).await?;
    let mut kept: Vec<(Checkpoint, &str)> = read_kept(kept)?;
    for (site, state) in &logs {
        kept = check_signed(ledger, directory, site, state.sealed.as_ref(), kept, &mut findings).await?;
    }
    for site in sites_with_checkpoints(directory).map_err(|error| {
        LedgerError::Unavailable(format!("{}: {error}", directory.join(CHECKPOINTS).display()))
    })? {
        if !logs.iter().any(|(with_log, _)| *with_log == site) {
            findings.fault(&site, format!("found no log, expected the one of its file in {CHECKPOINTS}"));
        }
    }
    for (checkpoint, _) in kept {
        findings.faults.push(format!(
            "{}: found no log of this name, expected the one of a kept checkpoint",
            checkpoint.origin
        ));
    }
    Ok(findings)
}

/// Whether the log of a site is what its checkpoints say: the one in the ledger, the one in its file and those of its name that
/// somebody kept. Gives back the others.
async fn check_signed<'a>(
    ledger: &dyn Ledger,
    directory: &Path,
    site: &SiteKey,
    sealed: Option<&SealedLog>,
    kept: Vec<(Checkpoint, &'a str)>,
    findings: &mut Findings,
) -> Result<Vec<(Checkpoint, &'a str)>, LedgerError> {
    let beside = match fs::read_to_string(directory.join(CHECKPOINTS).join(site.as_str())) {
        Ok(note) => Some(note),
        Err(error) if sealed.is_none() && error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            findings.fault(site, format!("its file in {CHECKPOINTS} cannot be read: {error}"));
            None
        }
    };
    // Where the ledger has no checkpoint it may have been taken away: the one in the file is checked all the same.
    let Some(first) = sealed.map(|sealed| &sealed.checkpoint).or(beside.as_ref()) else { return Ok(kept) };
    let origin = Checkpoint::read(first).map(|checkpoint| checkpoint.origin).unwrap_or_default();
    let keys = SigningKeys::read(directory).map_err(|error| {
        LedgerError::Unavailable(format!("{}: {error}", directory.join(SigningKeys::FILE).display()))
    })?;
    // What is signed by now may cover what came since the check began.
    let size = ledger.log(site.clone()).await?.map_or(0, |log| log.size);
    let (of_this_log, others): (Vec<_>, Vec<_>) =
        kept.into_iter().partition(|(checkpoint, _)| checkpoint.origin == origin);
    let kept_notes = of_this_log.iter().map(|(_, note)| *note);
    let own = sealed.map(|sealed| sealed.checkpoint.as_str()).into_iter().chain(beside.as_deref());
    for note in own.chain(kept_notes) {
        let verified = keys.verifying_keys(&origin).iter().find_map(|key| Checkpoint::verify(note, key).ok());
        match verified {
            Some(checkpoint) => check_checkpoint(ledger, site, size, &checkpoint, findings).await?,
            None => findings.fault(site, "found a checkpoint that this ledger's keys did not sign"),
        }
    }
    Ok(others)
}

/// Whether each notice of a site is the text that was kept; the hashes of all of them.
async fn check_notices(
    ledger: &dyn Ledger,
    site: &SiteKey,
    findings: &mut Findings,
) -> Result<BTreeSet<NoticeHash>, LedgerError> {
    let hashes = ledger.notice_hashes(site.clone()).await?;
    for hash in &hashes {
        match ledger.notice(site.clone(), hash.clone()).await {
            Ok(_) => {}
            Err(LedgerError::Unavailable(fault)) => findings.fault(site, fault),
            Err(error) => return Err(error),
        }
    }
    Ok(hashes)
}

/// The sites that have a file among the newest checkpoints.
fn sites_with_checkpoints(directory: &Path) -> io::Result<Vec<SiteKey>> {
    let files = match fs::read_dir(directory.join(CHECKPOINTS)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        files => files?,
    };
    let mut sites = Vec::new();
    for file in files {
        sites.extend(file?.file_name().to_str().and_then(SiteKey::new));
    }
    Ok(sites)
}

fn read_kept(notes: &[String]) -> Result<Vec<(Checkpoint, &str)>, LedgerError> {
    let read = |note: &'_ String| {
        Checkpoint::read(note).map_err(|error| LedgerError::Unavailable(error.to_string()))
    };
    notes.iter().map(|note| Ok((read(note)?, note.as_str()))).collect()
}

/// Whether the log is what a signed checkpoint says.
async fn check_checkpoint(
    ledger: &dyn Ledger,
    site: &SiteKey,
    size: u64,
    signed: &Checkpoint,
    findings: &mut Findings,
) -> Result<(), LedgerError> {
    if signed.size > size {
        findings.fault(
            site,
            format!("the log was put back: found {size} leaves, a signed checkpoint has {}", signed.size),
        );
        return Ok(());
    }
    match root(ledger, site, signed.size).await {
        Ok(root) if root == signed.root => {}
        Ok(_) => findings.fault(
            site,
            format!(
                "the log is another one: its first {} leaves have another root than was signed",
                signed.size
            ),
        ),
        Err(LedgerError::Unavailable(fault)) => findings.fault(site, fault),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Whether the tiles follow from the entries.
async fn check_tree(
    ledger: &dyn Ledger,
    site: &SiteKey,
    size: u64,
    findings: &mut Findings,
) -> Result<(), LedgerError> {
    let mut tail = LogTail::default();
    let mut computed: Vec<(TileId, Vec<u8>)> = Vec::new();
    let mut keep = |tile: TileId, hashes: &[u8]| {
        if tile.level != TileLevel::Entries {
            computed.push((tile, hashes.to_vec()));
        }
        Ok::<_, std::convert::Infallible>(())
    };
    for number in 0..size.div_ceil(TILE_WIDTH) {
        let tile = TileId { level: TileLevel::Entries, number };
        let width = width_at(size, tile) as usize;
        let hashes = ledger.tiles(site.clone(), vec![tile]).await?.pop().unwrap_or_default();
        if hashes.len() < width * HASH_BYTES {
            findings.fault(
                site,
                format!("found {} entries in tile {number}, expected {width}", hashes.len() / HASH_BYTES),
            );
            return Ok(());
        }
        for entry in &hashes.as_chunks::<HASH_BYTES>().0[..width] {
            let Ok(()) = tail.add(entry, &mut keep);
        }
    }
    let Ok(()) = tail.save_open_tiles(&mut keep);
    for (tile, expected) in computed {
        let stored = ledger.tiles(site.clone(), vec![tile]).await?.pop().unwrap_or_default();
        // One that is not whole may have grown since.
        let is_open = expected.len() < TILE_WIDTH as usize * HASH_BYTES;
        if stored != expected && !(is_open && stored.starts_with(&expected)) {
            let (level, number) = (tile.level.index(), tile.number);
            findings.fault(site, format!("tile {number} of level {level} does not follow from the entries"));
        }
    }
    Ok(())
}

/// Whether each receipt is the one of its leaf, and each leaf has its receipt, or an erasure, or was named by one. `notices`: those
/// that each site has.
async fn check_receipts(
    ledger: &dyn Ledger,
    logs: &[(SiteKey, LogState)],
    notices: &BTreeMap<SiteKey, BTreeSet<NoticeHash>>,
    findings: &mut Findings,
) -> Result<(), LedgerError> {
    let mut places: BTreeMap<SiteKey, Place> = logs
        .iter()
        .map(|(site, log)| {
            let (missing, entries) = (Vec::new(), Entries::default());
            (site.clone(), Place { size: log.size, next_leaf: log.size, newer: None, missing, entries })
        })
        .collect();
    let mut before = None;
    loop {
        let receipts = ledger.receipts(ReceiptRange { before, limit: PAGE }).await?;
        let Some(last) = receipts.last() else { break };
        before = Some(last.position);
        for stored in &receipts {
            findings.receipts += 1;
            let site = &stored.receipt.site;
            let is_kept = |notice| notices.get(site).is_some_and(|kept| kept.contains(notice));
            if stored.receipt.notice.as_ref().is_some_and(|notice| !is_kept(notice)) {
                findings.without_notice += 1;
            }
            match places.get_mut(site) {
                Some(place) => check_receipt(ledger, stored, place, findings).await?,
                None => findings.fault(site, "found a receipt, but no log"),
            }
        }
    }
    for (site, place) in places {
        let size = ledger.log(site.clone()).await?.map_or(0, |log| log.size);
        if let Some((leaf, id)) = place.newer.filter(|(leaf, _)| *leaf >= size) {
            findings.fault(&site, out_of_order(&id, leaf));
        }
        let rest = place.next_leaf.checked_sub(1).map(|last| (0, last));
        let missing = Leaves::of_runs(place.missing.into_iter().chain(rest).collect());
        // After the receipts: what was erased since the check began is recorded by now.
        let erased = Erased::read(ledger, &site, place.size, findings).await?;
        erased.check_missing(&site, &missing, findings);
    }
    Ok(())
}

/// Where the check of a site's receipts is, from the newest to the oldest.
struct Place {
    /// How many leaves the log had when the check began.
    size: u64,
    /// The newest receipt with a leaf behind those.
    newer: Option<(u64, ReceiptId)>,
    /// The leaf of the receipt before; the next one is below it.
    next_leaf: u64,
    /// Runs of leaves between the receipts, each the first and the last.
    missing: Vec<(u64, u64)>,
    entries: Entries,
}

/// What stands in the leaves of a site's log, a tile at a time.
#[derive(Default)]
struct Entries {
    /// The tile that was read last, and its number.
    tile: Option<(u64, Vec<u8>)>,
}

impl Entries {
    /// What stands in a leaf; nothing where it is not there.
    async fn at(
        &mut self,
        ledger: &dyn Ledger,
        site: &SiteKey,
        leaf: u64,
    ) -> Result<Option<Hash>, LedgerError> {
        let number = leaf / TILE_WIDTH;
        if self.tile.as_ref().is_none_or(|(read, _)| *read != number) {
            let tile = TileId { level: TileLevel::Entries, number };
            let hashes = ledger.tiles(site.clone(), vec![tile]).await?.pop().unwrap_or_default();
            self.tile = Some((number, hashes));
        }
        let entries = self.tile.as_ref().map_or(&[][..], |(_, hashes)| hashes.as_chunks::<HASH_BYTES>().0);
        Ok(entries.get((leaf % TILE_WIDTH) as usize).copied())
    }
}

async fn check_receipt(
    ledger: &dyn Ledger,
    stored: &StoredReceipt,
    place: &mut Place,
    findings: &mut Findings,
) -> Result<(), LedgerError> {
    let StoredReceipt { receipt, leaf: Some(leaf), .. } = stored else { return Ok(()) };
    let (site, id) = (&receipt.site, &receipt.id);
    if *leaf >= place.size {
        // It came since the check began, or else was put there by hand: told apart at the end.
        if place.newer.as_ref().is_none_or(|(newest, _)| newest < leaf) {
            place.newer = Some((*leaf, id.clone()));
        }
        return Ok(());
    }
    if *leaf >= place.next_leaf {
        findings.fault(site, out_of_order(id, *leaf));
    } else {
        place.missing.extend((leaf + 1 < place.next_leaf).then(|| (leaf + 1, place.next_leaf - 1)));
        place.next_leaf = *leaf;
    }
    let logged = place.entries.at(ledger, site, *leaf).await?;
    // That a tile is too short was told when the tree was checked.
    if logged.is_some_and(|logged| logged != entry(&stored.salt, &record_text(receipt, stored.received))) {
        findings.fault(site, format!("the receipt {id} is not the one that was recorded as leaf {leaf}"));
    }
    Ok(())
}

/// What is said of a receipt whose leaf is not between those of its neighbours.
fn out_of_order(id: &ReceiptId, leaf: u64) -> String {
    format!("the receipt {id} is not in the order in which it came: leaf {leaf}")
}
