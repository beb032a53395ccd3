//! What the retention asks: receipts that are not in force any more, and its own runs.

use consentry::model::config::SiteKey;
use consentry::model::receipt::Time;
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{column, millis, subject};
use crate::LedgerError;
use crate::retention::{EndedReceipt, EndedReceipts, RetentionRun};

/// How many receipts are looked at in one query: others wait for the reader meanwhile.
const PART: u32 = 2000;

/// Receipts behind a position that ended before a time, of one part of the ledger.
pub fn ended_receipts(
    connection: &Connection,
    after: u64,
    before: Time,
) -> Result<EndedReceipts, LedgerError> {
    let mut find = connection.prepare_cached(
        "SELECT max(position) FROM (SELECT position FROM receipts WHERE position > ?1 ORDER BY position LIMIT ?2)",
    )?;
    let last: Option<i64> =
        find.query_row(params![column(after), PART], |row| row.get(0)).optional()?.flatten();
    let Some(last) = last else { return Ok(EndedReceipts::default()) };
    let mut query = connection.prepare_cached(
        "SELECT * FROM (
            SELECT position, logs.site, subject, min(
                received + CAST(json_extract(decisions.decision, '$.validFor') AS INTEGER),
                ifnull((SELECT min(newer.received) FROM receipts AS newer
                    WHERE newer.subject = receipts.subject AND +newer.log = receipts.log AND newer.previous = receipts.id),
                    9223372036854775807)
            ) AS ended
            FROM receipts JOIN logs ON logs.number = receipts.log JOIN decisions ON decisions.number = receipts.decision
            WHERE position > ?1 AND position <= ?2 AND received < ?3
        ) WHERE ended < ?3 ORDER BY position",
    )?;
    let mut rows = query.query(params![column(after), last, millis(before)])?;
    let mut receipts = Vec::new();
    while let Some(row) = rows.next()? {
        let (position, site, ended): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let read = SiteKey::new(&site).zip(subject(row.get(2)?));
        let (site, subject) = read.ok_or_else(|| damaged(position))?;
        let ended = Time::from_millis(ended.unsigned_abs());
        receipts.push(EndedReceipt { position: position.unsigned_abs(), site, subject, ended });
    }
    Ok(EndedReceipts { receipts, next: Some(last.unsigned_abs()) })
}

/// What is said of a receipt that was changed from outside.
pub fn damaged(position: i64) -> LedgerError {
    LedgerError::Unavailable(format!("found no receipt at position {position} of the ledger"))
}

/// Keeps a run.
pub fn insert_run(connection: &Connection, run: &RetentionRun) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached("INSERT INTO retention_runs (at, erased) VALUES (?1, ?2)")?;
    insert.execute(params![millis(run.at), run.erased_text()]).map(drop)
}

/// The last runs, the newest first.
pub fn runs(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<RetentionRun>> {
    let mut query =
        connection.prepare_cached("SELECT at, erased FROM retention_runs ORDER BY number DESC LIMIT ?1")?;
    let rows = query.query_map([limit], |row| {
        let (at, erased): (i64, String) = (row.get(0)?, row.get(1)?);
        Ok(RetentionRun::stored(Time::from_millis(at.unsigned_abs()), &erased))
    })?;
    rows.collect()
}
