//! Gives receipts their leaves, after they were stored, and counts them: nodes that store at the same time need not wait for each other. Of all
//! nodes one at a time adds to a site's log, the one that has its lease; where it dies, another takes the lease over when it
//! ends. A lease only saves work: that no leaf is given twice is seen to by the log's row, which is locked meanwhile.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::Transaction;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::bytes::bytes;
use super::database::Database;
use super::failure::Failure;
use super::logs::tile_columns;
use super::statistics;
use crate::LedgerError;
use crate::log::{Hash, LogTail, TailError, TileId};
use crate::rows::column;

/// How long a lease lasts, as the database's clock says: how long receipts wait for a leaf where its holder dies.
const LEASE_SECONDS: f64 = 1.0;
/// How long receipts are gathered after others got their leaves.
const GATHER: Duration = Duration::from_millis(40);
/// How often to look for receipts that another node stored.
const LOOK: Duration = Duration::from_millis(250);
/// How many leaves are added in one transaction.
const MOST_LEAVES: i64 = 2000;
/// How many ends of logs are remembered.
const MOST_LOGS: usize = 256;

/// What a node does for the logs.
pub struct Sequencer {
    pub database: Arc<Database>,
    /// This node, among those that may hold a lease.
    pub holder: String,
    /// Told when there are receipts without a leaf, or not counted yet.
    pub stored: Arc<Notify>,
    /// Why the last receipts got no leaf, or were not counted.
    pub fault: Arc<Mutex<Option<LedgerError>>>,
}

impl Sequencer {
    /// Works for ever.
    pub async fn run(self) {
        let mut tails = HashMap::new();
        loop {
            // Ended by whatever comes first; both are fine.
            drop(timeout(LOOK, self.stored.notified()).await);
            let added = match self.add_all(&mut tails).await {
                Ok(()) => self.count().await,
                failed => failed,
            };
            let fault = added.err();
            if let Some(error) = &fault {
                tracing::error!("receipts wait for their leaves, or to be counted: {error}");
                tails.clear();
            }
            let gather = if fault.is_some() { 4 * LOOK } else { GATHER };
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
            sleep(gather).await;
        }
    }

    /// Gives a leaf to each receipt that waits for one, but on sites of which another node has the lease.
    async fn add_all(&self, tails: &mut HashMap<String, LogTail>) -> Result<(), LedgerError> {
        let mut done: Vec<String> = Vec::new();
        while let Some(site) = self.database.retried(|| self.site_that_waits(&done)).await? {
            let known = tails.remove(&site);
            let added = self.database.retried(|| self.add_leaves(&site, known.clone())).await?;
            if added.as_ref().is_none_or(|(_, count)| *count < MOST_LEAVES) {
                done.push(site.clone());
            }
            if tails.len() >= MOST_LOGS {
                tails.clear();
            }
            tails.extend(added.map(|(tail, _)| (site, tail)));
        }
        Ok(())
    }

    /// Counts receipts that have their leaves: as many as one transaction takes, so that the next leaves do not wait for the others.
    async fn count(&self) -> Result<(), LedgerError> {
        let count = || async { statistics::count_some(&mut self.database.client().await?).await };
        if self.database.retried(count).await? {
            self.stored.notify_one();
        }
        Ok(())
    }

    /// A site, but for some, with a receipt that has no leaf.
    async fn site_that_waits(&self, but: &[String]) -> Result<Option<String>, Failure> {
        let client = self.database.client().await?;
        let sql = "SELECT site FROM receipts WHERE position IS NULL AND site <> ALL ($1) LIMIT 1";
        let find = client.prepare_cached(sql).await?;
        let row = client.query_opt(&find, &[&but]).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Adds leaves to a site's log; its new end, and how many there were. Nothing where another node has the lease. `known`:
    /// the end as this node left it.
    async fn add_leaves(
        &self,
        site: &str,
        known: Option<LogTail>,
    ) -> Result<Option<(LogTail, i64)>, Failure> {
        let mut client = self.database.client().await?;
        let transaction = client.transaction().await?;
        let Some(size) = self.take_lease(&transaction, site).await? else { return Ok(None) };
        let waiting = waiting(&transaction, site).await?;
        let count = waiting.len() as i64;
        let mut tail = match known.filter(|tail| column(tail.size()) == size) {
            Some(tail) => tail,
            None => read_tail(&transaction, site, size).await?,
        };
        if waiting.is_empty() {
            return Ok(Some((tail, 0)));
        }
        let mut tiles: Vec<(TileId, Vec<u8>)> = Vec::new();
        let mut save = |tile: TileId, hashes: &[u8]| {
            tiles.push((tile, hashes.to_vec()));
            Ok::<_, Infallible>(())
        };
        for (_, entry) in &waiting {
            let Ok(()) = tail.add(entry, &mut save);
        }
        let Ok(()) = tail.save_open_tiles(&mut save);
        save_tiles(&transaction, site, &tiles).await?;
        self.save_size(&transaction, site, size, column(tail.size())).await?;
        // Last: other sites' logs wait for the row of the positions from here on.
        give_places(&transaction, site, size, &waiting).await?;
        transaction.commit().await?;
        Ok(Some((tail, count)))
    }

    /// Takes or extends the lease of a site's log, and locks its row; how many leaves it has. Nothing where another node has
    /// the lease.
    async fn take_lease(&self, transaction: &Transaction<'_>, site: &str) -> Result<Option<i64>, Failure> {
        let sql = "INSERT INTO logs (site, size, sealed, claimed, holder, lease_until)
            VALUES ($1, 0, 0, 0, $2, now() + $3 * INTERVAL '1 second')
            ON CONFLICT (site) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
                WHERE logs.holder = excluded.holder OR logs.lease_until < now()
            RETURNING size";
        let take = transaction.prepare_cached(sql).await?;
        let row = transaction.query_opt(&take, &[&site, &self.holder, &LEASE_SECONDS]).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Writes how long the log is by now, where it is as it was read and the lease is still this node's.
    async fn save_size(
        &self,
        transaction: &Transaction<'_>,
        site: &str,
        read: i64,
        size: i64,
    ) -> Result<(), Failure> {
        let sql = "UPDATE logs SET size = $3 WHERE site = $1 AND size = $2 AND holder = $4";
        let update = transaction.prepare_cached(sql).await?;
        let updated = transaction.execute(&update, &[&site, &read, &size, &self.holder]).await?;
        if updated == 1 { Ok(()) } else { Err(Failure::Again) }
    }
}

/// The ids of receipts that wait for a leaf, with what will stand in it, in the order in which they were stored.
async fn waiting(transaction: &Transaction<'_>, site: &str) -> Result<Vec<([u8; 16], Hash)>, Failure> {
    let sql = "SELECT id, entry FROM receipts WHERE position IS NULL AND site = $1 ORDER BY turn LIMIT $2";
    let find = transaction.prepare_cached(sql).await?;
    let rows = transaction.query(&find, &[&site, &MOST_LEAVES]).await?;
    rows.iter().map(|row| Ok((bytes(row, 0)?, bytes(row, 1)?))).collect()
}

/// The end of a log of this size.
pub async fn read_tail(transaction: &Transaction<'_>, site: &str, size: i64) -> Result<LogTail, Failure> {
    let size = size.unsigned_abs();
    let tiles = LogTail::open_tiles(size);
    let read = super::logs::tiles(transaction, site, &tiles).await?;
    let mut read: HashMap<TileId, Vec<u8>> = tiles.into_iter().zip(read).collect();
    let tail = LogTail::read(size, |tile| Ok::<_, Infallible>(read.remove(&tile).unwrap_or_default()));
    tail.map_err(|error| {
        let fault = match error {
            TailError::Read(never) => match never {},
            TailError::Short(tile) => format!("too few hashes in {tile:?}"),
        };
        LedgerError::Unavailable(format!("the log of {site} is damaged: found {fault}")).into()
    })
}

/// Writes tiles over what is there.
pub async fn save_tiles(
    transaction: &Transaction<'_>,
    site: &str,
    tiles: &[(TileId, Vec<u8>)],
) -> Result<(), Failure> {
    let sql = "INSERT INTO tiles (site, level, number, hashes)
        SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[])
        ON CONFLICT (site, level, number) DO UPDATE SET hashes = excluded.hashes";
    let save = transaction.prepare_cached(sql).await?;
    let (levels, numbers) = tile_columns(tiles.iter().map(|(tile, _)| tile));
    let hashes: Vec<&[u8]> = tiles.iter().map(|(_, hashes)| &hashes[..]).collect();
    transaction.execute(&save, &[&site, &levels, &numbers, &hashes]).await?;
    Ok(())
}

/// Gives receipts their leaves, from `leaf` on, and their positions in the ledger.
async fn give_places(
    transaction: &Transaction<'_>,
    site: &str,
    leaf: i64,
    receipts: &[([u8; 16], Hash)],
) -> Result<(), Failure> {
    let count = receipts.len() as i64;
    let sql = "UPDATE counters SET value = value + $1 WHERE name = 'position' RETURNING value";
    let take = transaction.prepare_cached(sql).await?;
    let last: i64 = transaction.query_one(&take, &[&count]).await?.try_get(0)?;
    let sql = "UPDATE receipts SET position = given.position, leaf = given.leaf, entry = NULL, turn = NULL
        FROM unnest($2::bytea[], $3::bigint[], $4::bigint[]) AS given (id, position, leaf)
        WHERE receipts.id = given.id AND receipts.site = $1 AND receipts.position IS NULL";
    let update = transaction.prepare_cached(sql).await?;
    let ids: Vec<&[u8]> = receipts.iter().map(|(id, _)| &id[..]).collect();
    let positions: Vec<i64> = (last - count + 1..=last).collect();
    let leaves: Vec<i64> = (leaf..leaf + count).collect();
    let updated = transaction.execute(&update, &[&site, &ids, &positions, &leaves]).await?;
    if updated == receipts.len() as u64 { Ok(()) } else { Err(Failure::Again) }
}
