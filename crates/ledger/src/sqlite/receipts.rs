//! Receipts as rows of the table `receipts`: added and read, never changed.

use std::collections::HashMap;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Receipt, ReceiptId, Time};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::events;
use super::remembered::Remembered;
use super::rows::{column, digits_to_bytes, millis, receipt_id, subject};
use crate::decision::{Occasion, decision_text, receipt};
use crate::event::{self, Event};
use crate::log::{Hash, Salt, entry, record_text};
use crate::{Appended, LedgerError, StoredReceipt};

/// A receipt with all that is written of it.
pub struct NewReceipt {
    receipt: Receipt,
    received: Time,
    salt: Salt,
    entry: Hash,
    decision: String,
}

impl NewReceipt {
    /// `salt`: random, and used for nothing else.
    pub fn new(receipt: Receipt, received: Time, salt: Salt) -> NewReceipt {
        let entry = entry(&salt, &record_text(&receipt, received));
        NewReceipt { decision: decision_text(&receipt), receipt, received, salt, entry }
    }
}

/// Adds receipts that came together, each as a leaf of its site's log. A conflict among them refuses all, before anything is
/// written.
pub fn insert(
    connection: &Connection,
    remembered: &mut Remembered,
    receipts: &[NewReceipt],
) -> Result<Result<Vec<Appended>, LedgerError>, LedgerError> {
    let mut new: HashMap<(&ReceiptId, &SiteKey), &Receipt> = HashMap::new();
    let mut answers = Vec::with_capacity(receipts.len());
    for NewReceipt { receipt, .. } in receipts {
        let key = (&receipt.id, &receipt.site);
        let known = match new.get(&key) {
            Some(earlier) => Some(**earlier == *receipt),
            None => by_id(connection, &receipt.site, &receipt.id)?.map(|stored| stored.receipt == *receipt),
        };
        answers.push(match known {
            None => Appended::Stored,
            Some(true) => Appended::Known,
            Some(false) => return Ok(Err(LedgerError::Conflict(receipt.id.clone()))),
        });
        new.entry(key).or_insert(receipt);
    }
    for (new, _) in receipts.iter().zip(&answers).filter(|(_, answer)| **answer == Appended::Stored) {
        insert_one(connection, remembered, new, None)?;
        remembered.count(connection, &new.receipt, new.received)?;
        let Receipt { site, subject, .. } = &new.receipt;
        if remembered.hears_withdrawals(connection, site)? && withdraws(connection, &new.receipt)? {
            events::queue_event(connection, site, Event::Withdrawn, subject, new.received)?;
        }
    }
    Ok(Ok(answers))
}

/// Whether a receipt takes back what the one before it granted.
fn withdraws(connection: &Connection, receipt: &Receipt) -> rusqlite::Result<bool> {
    if !event::may_withdraw(receipt) {
        return Ok(false);
    }
    let mut find = connection.prepare_cached(
        "SELECT decisions.decision FROM receipts JOIN decisions ON decisions.number = receipts.decision
         WHERE id = ?1 AND log = (SELECT number FROM logs WHERE site = ?2)",
    )?;
    let previous = receipt.previous.as_ref().map(|previous| digits_to_bytes(previous.as_str()));
    let before = find.query_row(params![previous, receipt.site.as_str()], |row| row.get::<_, String>(0));
    Ok(event::withdraws(receipt, before.optional()?.as_deref()))
}

/// Adds a receipt that is not there; `position`: where an older file had it.
pub fn insert_one(
    connection: &Connection,
    remembered: &mut Remembered,
    new: &NewReceipt,
    position: Option<i64>,
) -> Result<(), LedgerError> {
    let NewReceipt { receipt, received, salt, entry, decision } = new;
    let decision = remembered.decision(connection, decision)?;
    let leaf = remembered.add_leaf(connection, &receipt.site, entry)?;
    let log = remembered.log(connection, &receipt.site)?.number;
    let mut insert = connection.prepare_cached(
        "INSERT INTO receipts (position, log, leaf, id, subject, time, received, decision, previous, salt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    insert.execute(params![
        position,
        log,
        column(leaf),
        digits_to_bytes(receipt.id.as_str()),
        digits_to_bytes(receipt.subject.as_str()),
        millis(receipt.time),
        millis(*received),
        decision,
        receipt.previous.as_ref().map(|previous| digits_to_bytes(previous.as_str())),
        salt,
    ])?;
    Ok(())
}

/// What each query of receipts begins with; `from_row` reads its columns.
const SELECT: &str = "SELECT position, leaf, id, logs.site, subject, time, received, previous, salt, decisions.decision
    FROM receipts JOIN logs ON logs.number = receipts.log JOIN decisions ON decisions.number = receipts.decision";

/// A condition: the receipts of a subject on a site behind a position, so many. The plus keeps the index over the sites from being
/// taken, as in all that looks for a subject: it would go through all receipts of the site.
pub const OF_SUBJECT: &str =
    "WHERE subject = ?1 AND +logs.site = ?2 AND position > ?3 ORDER BY position LIMIT ?4";
/// A condition: one that has an id on whatever site.
pub const WITH_ID: &str = "WHERE id = ?1 ORDER BY position";

/// The receipts that a condition says, which stands behind `SELECT`.
pub fn query(
    connection: &Connection,
    condition: &'static str,
    values: impl Params,
) -> Result<Vec<StoredReceipt>, LedgerError> {
    let mut query = connection.prepare_cached(&format!("{SELECT} {condition}"))?;
    let mut rows = query.query(values)?;
    let mut receipts = Vec::new();
    while let Some(row) = rows.next()? {
        receipts.push(from_row(row)?);
    }
    Ok(receipts)
}

/// The receipt of a site with this id.
pub fn by_id(
    connection: &Connection,
    site: &SiteKey,
    id: &ReceiptId,
) -> Result<Option<StoredReceipt>, LedgerError> {
    // Mostly there is none: one look at the index says so.
    let mut find = connection.prepare_cached(
        "SELECT position FROM receipts WHERE id = ?1 AND log = (SELECT number FROM logs WHERE site = ?2)",
    )?;
    let values = params![digits_to_bytes(id.as_str()), site.as_str()];
    let Some(position) = find.query_row(values, |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(None);
    };
    Ok(query(connection, "WHERE position = ?1", [position])?.pop())
}

fn from_row(row: &Row<'_>) -> Result<StoredReceipt, LedgerError> {
    let (position, leaf): (i64, i64) = (row.get(0)?, row.get(1)?);
    let (time, received): (i64, i64) = (row.get(5)?, row.get(6)?);
    let previous: Option<[u8; 16]> = row.get(7)?;
    let occasion = || {
        Some(Occasion {
            id: receipt_id(row.get(2).ok()?)?,
            site: SiteKey::new(&row.get::<_, String>(3).ok()?)?,
            subject: subject(row.get(4).ok()?)?,
            time: Time::from_millis(time.unsigned_abs()),
            previous: match previous {
                Some(bytes) => Some(receipt_id(bytes)?),
                None => None,
            },
        })
    };
    let damaged = |fault: &str| {
        LedgerError::Unavailable(format!("found no receipt at position {position} of the ledger: {fault}"))
    };
    let occasion = occasion().ok_or_else(|| damaged("a value is no id"))?;
    let receipt = receipt(&row.get::<_, String>(9)?, &occasion)
        .map_err(|faults| damaged(&faults.first().map(ToString::to_string).unwrap_or_default()))?;
    Ok(StoredReceipt {
        position: position.unsigned_abs(),
        leaf: Some(leaf.unsigned_abs()),
        received: Time::from_millis(received.unsigned_abs()),
        salt: row.get(8)?,
        receipt,
    })
}

#[cfg(test)]
mod tests {
    use super::{OF_SUBJECT, SELECT, WITH_ID};
    use crate::sqlite::{SqliteLedger, erasures};

    /// With the wrong index a question takes as long as there are receipts.
    #[test]
    fn what_visitors_ask_for_is_found_by_what_is_theirs_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(SqliteLedger::open(folder.path()).unwrap());
        let file = rusqlite::Connection::open(folder.path().join(crate::sqlite::FILE)).unwrap();
        for (query, index) in [
            (format!("{SELECT} {OF_SUBJECT}"), "receipts_by_subject (subject=?"),
            (erasures::OF_SUBJECT.to_owned(), "receipts_by_subject (subject=?"),
            (format!("{SELECT} {WITH_ID}"), "sqlite_autoindex_receipts_1 (id=?"),
        ] {
            let mut explain = file.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
            let mut rows = explain.raw_query();
            let mut plan = String::new();
            while let Some(row) = rows.next().unwrap() {
                plan += &format!("{}\n", row.get::<_, String>(3).unwrap());
            }
            assert!(plan.contains(index), "{query}: {plan}");
        }
    }
}
