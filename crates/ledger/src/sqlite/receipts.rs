//! Receipts as rows of the table `receipts`: added and read, never changed.

use consentry::model::receipt::{Receipt, Time};
use rusqlite::{Connection, Row, params};

use crate::{Appended, LedgerError, StoredReceipt};

/// Adds receipts that came together; a conflict among them refuses all.
pub fn insert(
    connection: &Connection,
    receipts: &[Receipt],
    received: Time,
) -> rusqlite::Result<Result<Vec<Appended>, LedgerError>> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO receipts (site, id, subject, received, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (site, id) DO NOTHING",
    )?;
    let mut find = connection.prepare_cached("SELECT body FROM receipts WHERE site = ?1 AND id = ?2")?;
    let received = i64::try_from(received.millis()).unwrap_or(i64::MAX);
    let mut results = Vec::with_capacity(receipts.len());
    for receipt in receipts {
        let (site, id, subject) = (receipt.site.as_str(), receipt.id.as_str(), receipt.subject.as_str());
        let body = receipt.to_json().to_string();
        if insert.execute(params![site, id, subject, received, body])? == 1 {
            results.push(Appended::Stored);
        } else if find.query_row([site, id], |row| row.get::<_, String>(0))? == body {
            results.push(Appended::Known);
        } else {
            return Ok(Err(LedgerError::Conflict(receipt.id.clone())));
        }
    }
    Ok(Ok(results))
}

/// The receipt in a row of position, received and body.
pub fn from_row(row: &Row<'_>) -> rusqlite::Result<StoredReceipt> {
    let (position, received): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok(StoredReceipt {
        position: position.unsigned_abs(),
        received: Time::from_millis(received.unsigned_abs()),
        body: row.get(2)?,
    })
}
