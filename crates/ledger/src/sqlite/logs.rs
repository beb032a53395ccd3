//! The logs of the sites as rows: which there are, their tiles, their checkpoints.

use consentry::model::config::SiteKey;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::column;
use super::statistics::OpenSums;
use crate::log::{LogTail, TailError, TileId};
use crate::{LedgerError, LogState, SealedLog};

/// A log that grows.
pub struct OpenLog {
    /// Its number in the table.
    pub number: i64,
    pub tail: LogTail,
    pub sums: OpenSums,
}

impl OpenLog {
    /// Reads the log of a site; makes an empty one where there is none.
    pub fn read(connection: &Connection, site: &SiteKey) -> Result<OpenLog, LedgerError> {
        let mut insert = connection.prepare_cached(
            "INSERT INTO logs (site, size, sealed) VALUES (?1, 0, 0) ON CONFLICT DO NOTHING",
        )?;
        insert.execute([site.as_str()])?;
        let mut find = connection.prepare_cached("SELECT number, size FROM logs WHERE site = ?1")?;
        let (number, size): (i64, i64) =
            find.query_row([site.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let tail = LogTail::read(size.unsigned_abs(), |tile| read_tile(connection, number, tile));
        let tail = tail.map_err(|error| match error {
            TailError::Read(error) => error.into(),
            TailError::Short(tile) => damaged(site, &format!("too few hashes in {tile:?}")),
        })?;
        Ok(OpenLog { number, tail, sums: OpenSums::default() })
    }

    /// Writes how long the log is by now, the tiles at its end, and what its receipts add up to.
    pub fn save(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let number = self.number;
        self.sums.save(connection, number)?;
        self.tail.save_open_tiles(|tile, hashes| save_tile(connection, number, tile, hashes))?;
        let mut update = connection.prepare_cached("UPDATE logs SET size = ?2 WHERE number = ?1")?;
        update.execute(params![number, column(self.tail.size())]).map(drop)
    }
}

/// What is said of a log that was changed from outside.
pub fn damaged(site: &SiteKey, fault: &str) -> LedgerError {
    LedgerError::Unavailable(format!("the log of {site} is damaged: found {fault}"))
}

/// Writes a tile over what is there.
pub fn save_tile(connection: &Connection, log: i64, tile: TileId, hashes: &[u8]) -> rusqlite::Result<()> {
    let mut save = connection.prepare_cached(
        "INSERT INTO tiles (log, level, number, hashes) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET hashes = excluded.hashes",
    )?;
    save.execute(params![log, tile.level.index(), column(tile.number), hashes]).map(drop)
}

/// The hashes of a tile; none where it is not there.
fn read_tile(connection: &Connection, log: i64, tile: TileId) -> rusqlite::Result<Vec<u8>> {
    let mut find = connection
        .prepare_cached("SELECT hashes FROM tiles WHERE log = ?1 AND level = ?2 AND number = ?3")?;
    let hashes =
        find.query_row(params![log, tile.level.index(), column(tile.number)], |row| row.get(0)).optional()?;
    Ok(hashes.unwrap_or_default())
}

/// Tiles of a site, in the order asked for.
pub fn tiles(connection: &Connection, site: &SiteKey, tiles: &[TileId]) -> rusqlite::Result<Vec<Vec<u8>>> {
    let mut find = connection.prepare_cached("SELECT number FROM logs WHERE site = ?1")?;
    let log: Option<i64> = find.query_row([site.as_str()], |row| row.get(0)).optional()?;
    let Some(log) = log else { return Ok(vec![Vec::new(); tiles.len()]) };
    tiles.iter().map(|tile| read_tile(connection, log, *tile)).collect()
}

/// How long the log of a site is, and its newest checkpoint; nothing where it has none.
pub fn state(connection: &Connection, site: &SiteKey) -> rusqlite::Result<Option<LogState>> {
    let mut find = connection.prepare_cached("SELECT size, sealed, checkpoint FROM logs WHERE site = ?1")?;
    find.query_row([site.as_str()], state_from_row).optional()
}

/// The logs of all sites.
pub fn all(connection: &Connection) -> rusqlite::Result<Vec<(SiteKey, LogState)>> {
    let mut find =
        connection.prepare_cached("SELECT size, sealed, checkpoint, site FROM logs ORDER BY site")?;
    let logs = find
        .query_map([], |row| Ok(SiteKey::new(&row.get::<_, String>(3)?).zip(Some(state_from_row(row)?))))?;
    logs.filter_map(Result::transpose).collect()
}

/// The log in a row of size, sealed and checkpoint.
fn state_from_row(row: &Row<'_>) -> rusqlite::Result<LogState> {
    let (size, sealed, note): (i64, i64, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let sealed = note.map(|checkpoint| SealedLog { size: sealed.unsigned_abs(), checkpoint });
    Ok(LogState { size: size.unsigned_abs(), sealed })
}

/// Keeps a checkpoint, where it is newer than the one that is there.
pub fn save_checkpoint(connection: &Connection, site: &SiteKey, sealed: &SealedLog) -> rusqlite::Result<()> {
    let mut update = connection.prepare_cached(
        "UPDATE logs SET sealed = ?2, checkpoint = ?3 WHERE site = ?1 AND sealed < ?2 AND size >= ?2",
    )?;
    update.execute(params![site.as_str(), column(sealed.size), sealed.checkpoint]).map(drop)
}
