//! The logs of the sites as rows: which there are, their tiles, their checkpoints.

use consentry::model::config::SiteKey;
use deadpool_postgres::{GenericClient, Object};
use tokio_postgres::Row;

use super::failure::Failure;
use crate::log::{Hash, TileId};
use crate::rows::column;
use crate::{LedgerError, LogState, SealedLog};

/// Tiles by their levels and numbers, as two columns.
pub fn tile_columns<'a>(tiles: impl Iterator<Item = &'a TileId>) -> (Vec<i64>, Vec<i64>) {
    tiles.map(|tile| (i64::from(tile.level.index()), column(tile.number))).unzip()
}

/// The hashes of tiles, none where one is not there, in the order asked for.
pub async fn tiles(
    client: &impl GenericClient,
    site: &str,
    tiles: &[TileId],
) -> Result<Vec<Vec<u8>>, Failure> {
    let sql = "SELECT tiles.level, tiles.number, hashes FROM unnest($2::bigint[], $3::bigint[]) AS asked (level, number)
        JOIN tiles ON tiles.site = $1 AND tiles.level = asked.level AND tiles.number = asked.number";
    let find = client.prepare_cached(sql).await?;
    let (levels, numbers) = tile_columns(tiles.iter());
    let mut hashes = vec![Vec::new(); tiles.len()];
    for row in client.query(&find, &[&site, &levels, &numbers]).await? {
        let (level, number): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        for at in (0..tiles.len()).filter(|at| (levels[*at], numbers[*at]) == (level, number)) {
            hashes[at] = row.try_get(2)?;
        }
    }
    Ok(hashes)
}

/// The log of a site; nothing where there is none.
pub async fn state(client: &Object, site: &SiteKey) -> Result<Option<LogState>, Failure> {
    let find = client.prepare_cached("SELECT size, sealed, checkpoint FROM logs WHERE site = $1").await?;
    let row = client.query_opt(&find, &[&site.as_str()]).await?;
    row.map(|row| state_from_row(&row)).transpose()
}

/// Every log.
pub async fn all(client: &Object) -> Result<Vec<(SiteKey, LogState)>, Failure> {
    let find = client.prepare_cached("SELECT size, sealed, checkpoint, site FROM logs ORDER BY site").await?;
    let rows = client.query(&find, &[]).await?;
    let log = |row: &Row| Ok(SiteKey::new(row.try_get(3)?).zip(Some(state_from_row(row)?)));
    rows.iter().filter_map(|row| log(row).transpose()).collect()
}

/// The log in a row of size, sealed and checkpoint.
fn state_from_row(row: &Row) -> Result<LogState, Failure> {
    let (size, sealed): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let sealed = row
        .try_get::<_, Option<String>>(2)?
        .map(|checkpoint| SealedLog { size: sealed.unsigned_abs(), checkpoint });
    Ok(LogState { size: size.unsigned_abs(), sealed })
}

/// Keeps a checkpoint, where it is newer than the one that is there.
pub async fn save_checkpoint(client: &Object, site: &SiteKey, sealed: &SealedLog) -> Result<(), Failure> {
    let sql = "UPDATE logs SET sealed = $2, checkpoint = $3 WHERE site = $1 AND sealed < $2 AND size >= $2";
    let update = client.prepare_cached(sql).await?;
    client.execute(&update, &[&site.as_str(), &column(sealed.size), &sealed.checkpoint]).await?;
    Ok(())
}

/// Claims that the first `size` leaves have this root, before it is signed; whether it is the newest claim. Writes even where the
/// claim is there already: only then it waits for a synchronous standby.
///
/// # Errors
/// Another root was claimed for so many leaves, or more leaves than there are: the database lost what was signed.
pub async fn claim_root(client: &Object, site: &SiteKey, size: u64, root: &Hash) -> Result<bool, Failure> {
    let sql = "UPDATE logs SET claimed = $2, claimed_root = $3
        WHERE site = $1 AND size >= $2 AND (claimed < $2 OR (claimed = $2 AND claimed_root = $3))";
    let update = client.prepare_cached(sql).await?;
    if client.execute(&update, &[&site.as_str(), &column(size), &&root[..]]).await? == 1 {
        return Ok(true);
    }
    let find = client.prepare_cached("SELECT claimed, size FROM logs WHERE site = $1").await?;
    let row = client.query_opt(&find, &[&site.as_str()]).await?;
    let (claimed, there) = match row {
        Some(row) => (row.try_get::<_, i64>(0)?, row.try_get::<_, i64>(1)?),
        None => (0, 0),
    };
    if claimed > column(size) && claimed <= there {
        return Ok(false);
    }
    Err(LedgerError::Unavailable(format!(
        "the log of {site} is another one than was signed: found {there} leaves, of which another root was signed for {claimed}"
    ))
    .into())
}
