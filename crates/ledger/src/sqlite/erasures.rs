//! Erasures: receipts that are deleted, and the row that says so. What SQLite leaves of them in the file is `wiping`'s.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::events;
use super::holds;
use super::logs::damaged;
use super::remembered::Remembered;
use super::rows::{column, digits_to_bytes, millis};
use super::writer::Written;
use crate::LedgerError;
use crate::erasure::{Erase, ErasedBy, Erasure, Leaves};
use crate::event::Event;
use crate::log::Salt;

/// An erasure that is asked for.
pub struct NewErasure {
    pub site: SiteKey,
    pub what: Erase,
    pub by: ErasedBy,
    pub received: Time,
    /// Random, and used for nothing else.
    pub salt: Salt,
}

/// Deletes receipts, and adds the erasure to the log; how many there were.
pub fn erase(connection: &Connection, remembered: &mut Remembered, new: &NewErasure) -> Written<u64> {
    let NewErasure { site, what, by, received, salt } = new;
    let mut find = connection.prepare_cached("SELECT number FROM logs WHERE site = ?1")?;
    let log: Option<i64> = find.query_row([site.as_str()], |row| row.get(0)).optional()?;
    if holds::refuse(connection, site, what)? {
        return Ok(Err(LedgerError::Held(site.clone())));
    }
    let Some(log) = log else { return Ok(Ok(0)) };
    let receipts = match what {
        Erase::Subject(subject) => of_subject(connection, log, subject)?,
        Erase::Receipts(positions) => at_positions(connection, log, site, positions)?,
    };
    if receipts.is_empty() {
        return Ok(Ok(0));
    }
    let mut delete = connection.prepare_cached("DELETE FROM receipts WHERE position = ?1")?;
    for (position, _) in &receipts {
        delete.execute([position])?;
    }
    let leaves = Leaves::of(receipts.iter().map(|(_, leaf)| leaf.unsigned_abs()));
    let mut erasure = Erasure { leaf: 0, received: *received, by: *by, leaves, salt: *salt };
    erasure.leaf = remembered.add_leaf(connection, site, &erasure.entry(site))?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO erasures (log, leaf, received, by, leaves, salt) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let (leaf, leaves) = (column(erasure.leaf), erasure.leaves.to_text());
    insert.execute(params![log, leaf, millis(*received), by.name(), leaves, salt])?;
    connection.prepare_cached("UPDATE wiping SET asked = asked + 1")?.execute([])?;
    if let Erase::Subject(subject) = what {
        events::queue_event(connection, site, Event::Erased, subject, *received)?;
    }
    Ok(Ok(receipts.len() as u64))
}

/// The receipts of a subject in a log.
pub const OF_SUBJECT: &str = "SELECT position, leaf FROM receipts WHERE subject = ?1 AND +log = ?2";

/// Positions and leaves of a subject's receipts.
fn of_subject(connection: &Connection, log: i64, subject: &Subject) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut find = connection.prepare_cached(OF_SUBJECT)?;
    let values = params![digits_to_bytes(subject.as_str()), log];
    find.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The receipts among these that are there and not on hold.
fn at_positions(
    connection: &Connection,
    log: i64,
    site: &SiteKey,
    positions: &[u64],
) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut find = connection.prepare_cached(
        "SELECT position, leaf FROM receipts WHERE position = ?1 AND log = ?2
         AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.site = ?3 AND holds.subject = receipts.subject)",
    )?;
    let mut found = Vec::with_capacity(positions.len());
    for position in positions {
        let values = params![column(*position), log, site.as_str()];
        found.extend(find.query_row(values, |row| Ok((row.get(0)?, row.get(1)?))).optional()?);
    }
    Ok(found)
}

/// Erasures of a site behind a leaf.
pub fn of_site(
    connection: &Connection,
    site: &SiteKey,
    after: Option<u64>,
    limit: u32,
) -> Result<Vec<Erasure>, LedgerError> {
    let mut find = connection.prepare_cached(
        "SELECT leaf, received, by, leaves, salt FROM erasures JOIN logs ON logs.number = erasures.log
         WHERE logs.site = ?1 AND leaf > ?2 ORDER BY leaf LIMIT ?3",
    )?;
    let mut rows = find.query(params![site.as_str(), after.map_or(-1, column), limit])?;
    let mut erasures = Vec::new();
    while let Some(row) = rows.next()? {
        erasures.push(from_row(site, row)?);
    }
    Ok(erasures)
}

fn from_row(site: &SiteKey, row: &Row<'_>) -> Result<Erasure, LedgerError> {
    let (leaf, received): (i64, i64) = (row.get(0)?, row.get(1)?);
    let (by, leaves): (String, String) = (row.get(2)?, row.get(3)?);
    let read = ErasedBy::named(&by).zip(Leaves::parse(&leaves));
    let (by, leaves) = read.ok_or_else(|| damaged(site, &format!("no erasure as leaf {leaf}")))?;
    let received = Time::from_millis(received.unsigned_abs());
    Ok(Erasure { leaf: leaf.unsigned_abs(), received, by, leaves, salt: row.get(4)? })
}
