//! What the retention asks: receipts that are not in force any more, and its own runs.

use consentry::model::config::SiteKey;
use consentry::model::receipt::Time;
use deadpool_postgres::Object;

use super::bytes::bytes;
use super::failure::Failure;
use crate::LedgerError;
use crate::log::Salt;
use crate::retention::{EndedReceipt, EndedReceipts, RetentionRun};
use crate::rows::{column, millis, subject};

/// How many receipts are looked at in one query.
const PART: i64 = 2000;

/// Receipts behind a position that ended before a time, of one part of the ledger.
pub async fn ended_receipts(client: &Object, after: u64, before: Time) -> Result<EndedReceipts, Failure> {
    let sql = "SELECT max(position) FROM
        (SELECT position FROM receipts WHERE position > $1 ORDER BY position LIMIT $2) AS part";
    let find = client.prepare_cached(sql).await?;
    let last: Option<i64> = client.query_one(&find, &[&column(after), &PART]).await?.try_get(0)?;
    let Some(last) = last else { return Ok(EndedReceipts::default()) };
    // What replaced them is looked up once for all of a subject: one may have very many.
    let sql = "WITH part AS (
            SELECT position, site, id, subject, received, decision FROM receipts
            WHERE position > $1 AND position <= $2 AND received < $3
        ), newer AS (
            SELECT site, subject, previous, min(received) AS received FROM receipts
            WHERE previous IS NOT NULL AND (subject, site) IN (SELECT subject, site FROM part)
            GROUP BY site, subject, previous
        ), ends AS (
            SELECT part.position, part.site, part.subject, least(
                part.received + (decisions.decision::jsonb ->> 'validFor')::bigint, newer.received
            ) AS ended
            FROM part JOIN decisions ON decisions.hash = part.decision
            LEFT JOIN newer ON newer.previous = part.id AND newer.subject = part.subject AND newer.site = part.site
        ) SELECT position, site, subject, ended FROM ends WHERE ended < $3 ORDER BY position";
    let query = client.prepare_cached(sql).await?;
    let mut receipts = Vec::new();
    for row in client.query(&query, &[&column(after), &last, &millis(before)]).await? {
        let (position, ended): (i64, i64) = (row.try_get(0)?, row.try_get(3)?);
        let read = SiteKey::new(row.try_get(1)?).zip(subject(bytes(&row, 2)?));
        let (site, subject) = read.ok_or_else(|| {
            LedgerError::Unavailable(format!("found no receipt at position {position} of the ledger"))
        })?;
        let ended = Time::from_millis(ended.unsigned_abs());
        receipts.push(EndedReceipt { position: position.unsigned_abs(), site, subject, ended });
    }
    Ok(EndedReceipts { receipts, next: Some(last.unsigned_abs()) })
}

/// Keeps a run. `id`: random.
pub async fn insert_run(client: &Object, run: &RetentionRun, id: Salt) -> Result<(), Failure> {
    let sql = "INSERT INTO retention_runs (at, id, erased) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let insert = client.prepare_cached(sql).await?;
    let id = format!("{:032x}", u128::from_be_bytes(id));
    client.execute(&insert, &[&millis(run.at), &id, &run.erased_text()]).await?;
    Ok(())
}

/// The last runs, the newest first.
pub async fn runs(client: &Object, limit: u32) -> Result<Vec<RetentionRun>, Failure> {
    let sql = "SELECT at, erased FROM retention_runs ORDER BY at DESC, id LIMIT $1";
    let query = client.prepare_cached(sql).await?;
    let rows = client.query(&query, &[&i64::from(limit)]).await?;
    let run = |row: &tokio_postgres::Row| {
        let (at, erased): (i64, &str) = (row.try_get(0)?, row.try_get(1)?);
        Ok(RetentionRun::stored(Time::from_millis(at.unsigned_abs()), erased))
    };
    rows.iter().map(run).collect()
}
