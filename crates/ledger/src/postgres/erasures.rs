//! Erasures: receipts that are deleted, and in the same transaction the leaf and the row that say so.

use std::convert::Infallible;

use consentry::model::config::SiteKey;
use consentry::model::receipt::Time;
use deadpool_postgres::{GenericClient, Object, Transaction};
use tokio_postgres::Row;

use super::bytes::bytes;
use super::events;
use super::failure::Failure;
use super::holds;
use super::sequencer::{read_tail, save_tiles};
use super::statistics;
use crate::LedgerError;
use crate::erasure::{Erase, ErasedBy, Erasure, Leaves};
use crate::event::Event;
use crate::log::{Salt, TileId};
use crate::rows::{column, digits_to_bytes, millis};

/// An erasure that is asked for.
pub struct NewErasure {
    pub site: SiteKey,
    pub what: Erase,
    pub by: ErasedBy,
    pub received: Time,
    /// Random, and used for nothing else.
    pub salt: Salt,
}

/// Deletes receipts, and adds the erasure to the log; how many there were. `again`: an earlier try may have succeeded
/// unnoticed.
pub async fn erase(client: &mut Object, new: &NewErasure, again: bool) -> Result<u64, Failure> {
    let NewErasure { site, what, by, received, salt } = new;
    // What was stored stays counted: it is, before it goes. Statistics that are damaged keep nobody's receipts.
    let is_counting = match statistics::count_all(client).await {
        Err(failure) if failure.may_pass() => return Err(failure),
        counted => counted.is_ok(),
    };
    let transaction = client.transaction().await?;
    // Locked before the receipts are, as where they get their leaves. Whose lease it is need not be asked: the lock tells.
    let lock = transaction.prepare_cached("SELECT size FROM logs WHERE site = $1 FOR UPDATE").await?;
    let size = transaction.query_opt(&lock, &[&site.as_str()]).await?;
    if again && let Some(earlier) = with_salt(&transaction, site, salt).await? {
        return Ok(earlier.leaves.count());
    }
    if holds::refuse(&transaction, site, what).await? {
        return Err(LedgerError::Held(site.clone()).into());
    }
    let deleted = delete(&transaction, site, what).await?;
    if deleted.is_empty() {
        return Ok(0);
    }
    // One that has no leaf yet gets one in a moment.
    let placed: Option<Vec<(i64, i64)>> =
        deleted.into_iter().map(|(leaf, position)| leaf.zip(position)).collect();
    let (Some(placed), Some(size)) = (placed, size) else { return Err(Failure::Again) };
    let last = placed.iter().map(|(_, position)| *position).max().unwrap_or_default();
    if is_counting && !statistics::is_counted(&transaction, last).await? {
        return Err(Failure::Again);
    }
    let size: i64 = size.try_get(0)?;
    let leaves = Leaves::of(placed.iter().map(|(leaf, _)| leaf.unsigned_abs()));
    let erasure = Erasure { leaf: size.unsigned_abs(), received: *received, by: *by, leaves, salt: *salt };
    add_leaf(&transaction, site, size, &erasure).await?;
    let sql = "INSERT INTO erasures (site, leaf, received, by, leaves, salt) VALUES ($1, $2, $3, $4, $5, $6)";
    let insert = transaction.prepare_cached(sql).await?;
    let (by, leaves) = (by.name(), erasure.leaves.to_text());
    transaction
        .execute(&insert, &[&site.as_str(), &size, &millis(*received), &by, &leaves, &&salt[..]])
        .await?;
    if let Erase::Subject(subject) = what {
        events::queue_event(&transaction, site, Event::Erased, subject, *received).await?;
    }
    transaction.commit().await?;
    Ok(placed.len() as u64)
}

/// Deletes what is asked for and not on hold; leaf and position of each, where it has them.
async fn delete(
    transaction: &Transaction<'_>,
    site: &SiteKey,
    what: &Erase,
) -> Result<Vec<(Option<i64>, Option<i64>)>, Failure> {
    let rows = match what {
        Erase::Subject(subject) => {
            let sql = "DELETE FROM receipts WHERE subject = $1 AND site = $2 RETURNING leaf, position";
            let delete = transaction.prepare_cached(sql).await?;
            let subject = digits_to_bytes(subject.as_str());
            transaction.query(&delete, &[&&subject[..], &site.as_str()]).await?
        }
        Erase::Receipts(positions) => {
            let sql = "DELETE FROM receipts WHERE position = ANY ($1) AND site = $2
                AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.site = $2 AND holds.subject = receipts.subject)
                RETURNING leaf, position";
            let delete = transaction.prepare_cached(sql).await?;
            let positions: Vec<i64> = positions.iter().map(|position| column(*position)).collect();
            transaction.query(&delete, &[&positions, &site.as_str()]).await?
        }
    };
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Adds the erasure's leaf to a log of this size, whose row is locked.
async fn add_leaf(
    transaction: &Transaction<'_>,
    site: &SiteKey,
    size: i64,
    erasure: &Erasure,
) -> Result<(), Failure> {
    let mut tail = read_tail(transaction, site.as_str(), size).await?;
    let mut tiles: Vec<(TileId, Vec<u8>)> = Vec::new();
    let mut save = |tile: TileId, hashes: &[u8]| {
        tiles.push((tile, hashes.to_vec()));
        Ok::<_, Infallible>(())
    };
    let Ok(()) = tail.add(&erasure.entry(site), &mut save);
    let Ok(()) = tail.save_open_tiles(&mut save);
    save_tiles(transaction, site.as_str(), &tiles).await?;
    let update =
        transaction.prepare_cached("UPDATE logs SET size = $3 WHERE site = $1 AND size = $2").await?;
    let updated = transaction.execute(&update, &[&site.as_str(), &size, &column(tail.size())]).await?;
    if updated == 1 { Ok(()) } else { Err(Failure::Again) }
}

/// What each query of erasures begins with; `from_row` reads its columns.
const SELECT: &str = "SELECT leaf, received, by, leaves, salt FROM erasures WHERE site = $1";

/// Erasures of a site behind a leaf.
pub async fn of_site(
    client: &Object,
    site: &SiteKey,
    after: Option<u64>,
    limit: u32,
) -> Result<Vec<Erasure>, Failure> {
    let find = client.prepare_cached(&format!("{SELECT} AND leaf > $2 ORDER BY leaf LIMIT $3")).await?;
    let (after, limit) = (after.map_or(-1, column), i64::from(limit));
    let rows = client.query(&find, &[&site.as_str(), &after, &limit]).await?;
    rows.iter().map(|row| from_row(site, row)).collect()
}

async fn with_salt(
    client: &impl GenericClient,
    site: &SiteKey,
    salt: &Salt,
) -> Result<Option<Erasure>, Failure> {
    let find = client.prepare_cached(&format!("{SELECT} AND salt = $2")).await?;
    let row = client.query_opt(&find, &[&site.as_str(), &&salt[..]]).await?;
    row.map(|row| from_row(site, &row)).transpose()
}

fn from_row(site: &SiteKey, row: &Row) -> Result<Erasure, Failure> {
    let (leaf, received): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let (by, leaves): (&str, &str) = (row.try_get(2)?, row.try_get(3)?);
    let (by, leaves) = ErasedBy::named(by).zip(Leaves::parse(leaves)).ok_or_else(|| {
        LedgerError::Unavailable(format!("the log of {site} is damaged: found no erasure as leaf {leaf}"))
    })?;
    let received = Time::from_millis(received.unsigned_abs());
    Ok(Erasure { leaf: leaf.unsigned_abs(), received, by, leaves, salt: bytes(row, 4)? })
}
