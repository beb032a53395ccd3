//! Receipts as rows of the table `receipts`: read.

use consentry::model::config::SiteKey;
use consentry::model::receipt::Time;
use deadpool_postgres::Object;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::bytes::bytes;
use super::failure::Failure;
use crate::decision::{Occasion, receipt};
use crate::rows::{receipt_id, subject};
use crate::{LedgerError, StoredReceipt, UNPLACED};

/// Which receipts, in which order: what stands behind `SELECT`.
pub const BEFORE: &str = "WHERE position < $1 ORDER BY position DESC LIMIT $2";
pub const NEWEST_OF_SITE: &str = "WHERE site = $1 AND position < $2 ORDER BY position DESC LIMIT $3";
pub const WITH_ID: &str = "WHERE id = $1 ORDER BY received, site";
/// Those without a position come last; `$4` is the position that they are given.
pub const OF_SUBJECT: &str = "WHERE subject = $1 AND site = $2 AND coalesce(position, $4) > $3
    ORDER BY coalesce(position, $4), received, id LIMIT $5";
pub const OF_SITE: &str =
    "WHERE site = $1 AND position > $2 AND position <= $3 AND received >= $4 AND received < $5
    ORDER BY position LIMIT $6";

/// What each query of receipts begins with; `from_row` reads its columns.
const SELECT: &str =
    "SELECT position, leaf, id, site, subject, time, received, previous, salt, decisions.decision
    FROM receipts JOIN decisions ON decisions.hash = receipts.decision";

/// The receipts that a condition says.
pub async fn query(
    client: &Object,
    condition: &'static str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<Vec<StoredReceipt>, Failure> {
    let query = client.prepare_cached(&format!("{SELECT} {condition}")).await?;
    client.query(&query, values).await?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<StoredReceipt, Failure> {
    let (position, leaf): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let (time, received): (i64, i64) = (row.try_get(5)?, row.try_get(6)?);
    let previous = match row.try_get::<_, Option<&[u8]>>(7)? {
        Some(_) => Some(bytes(row, 7)?),
        None => None,
    };
    let (id, of): ([u8; 16], [u8; 16]) = (bytes(row, 2)?, bytes(row, 4)?);
    let site: &str = row.try_get(3)?;
    let position = position.map_or(UNPLACED, i64::unsigned_abs);
    let damaged = |fault: &str| {
        LedgerError::Unavailable(format!("found no receipt at position {position} of the ledger: {fault}"))
    };
    let occasion = || {
        Some(Occasion {
            id: receipt_id(id)?,
            site: SiteKey::new(site)?,
            subject: subject(of)?,
            time: Time::from_millis(time.unsigned_abs()),
            previous: match previous {
                Some(bytes) => Some(receipt_id(bytes)?),
                None => None,
            },
        })
    };
    let occasion = occasion().ok_or_else(|| damaged("a value is no id"))?;
    let receipt = receipt(row.try_get(9)?, &occasion)
        .map_err(|faults| damaged(&faults.first().map(ToString::to_string).unwrap_or_default()))?;
    Ok(StoredReceipt {
        position,
        leaf: leaf.map(i64::unsigned_abs),
        received: Time::from_millis(received.unsigned_abs()),
        salt: bytes(row, 8)?,
        receipt,
    })
}
