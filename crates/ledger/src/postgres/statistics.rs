//! What the receipts of each site add up to, as rows: one for each site and day. Receipts are counted after they got their
//! positions, in the order of these, and `counters` has how far: where they were counted in the transaction that stores them, all
//! who store would wait for the one row of today. A receipt is in the sums exactly when its position was counted.

use std::collections::{BTreeMap, HashMap};

use consentry::model::config::SiteKey;
use consentry::model::receipt::Receipt;
use deadpool_postgres::{Object, Transaction};

use super::failure::Failure;
use crate::LedgerError;
use crate::day::Day;
use crate::decision::any_receipt;
use crate::sums::{DaySums, Sums};

/// How many receipts are counted in one transaction.
const MOST_RECEIPTS: i64 = 4000;

/// Counts receipts that were not counted; whether there may be more.
pub async fn count_some(client: &mut Object) -> Result<bool, Failure> {
    let sql =
        "SELECT 1 FROM receipts WHERE position > (SELECT value FROM counters WHERE name = 'counted') LIMIT 1";
    let find = client.prepare_cached(sql).await?;
    if client.query_opt(&find, &[]).await?.is_none() {
        return Ok(false);
    }
    let transaction = client.transaction().await?;
    let sql = "SELECT value FROM counters WHERE name = 'counted' FOR UPDATE";
    let lock = transaction.prepare_cached(sql).await?;
    let counted: i64 = transaction.query_one(&lock, &[]).await?.try_get(0)?;
    let sql = "SELECT site, received / 86400000, decisions.decision, count(*), max(position)
        FROM (SELECT site, received, decision, position FROM receipts WHERE position > $1 ORDER BY position LIMIT $2) AS next
        JOIN decisions ON decisions.hash = next.decision GROUP BY 1, 2, 3 ORDER BY min(position)";
    let find = transaction.prepare_cached(sql).await?;
    let (mut days, mut decisions) =
        (BTreeMap::<(String, Day), Sums>::new(), HashMap::<String, Receipt>::new());
    let (mut last, mut receipts) = (counted, 0);
    for row in transaction.query(&find, &[&counted, &MOST_RECEIPTS]).await? {
        let (site, day, decision): (String, i64, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let (times, position): (i64, i64) = (row.try_get(3)?, row.try_get(4)?);
        if !decisions.contains_key(&decision) {
            decisions.insert(decision.clone(), any_receipt(&decision).map_err(|fault| damaged(&fault))?);
        }
        let day = Day::from_number(u32::try_from(day).unwrap_or_default());
        if let Some(receipt) = decisions.get(&decision) {
            days.entry((site, day)).or_default().add(receipt, times.unsigned_abs());
        }
        last = last.max(position);
        receipts += times;
    }
    save(&transaction, days).await?;
    let sql = "UPDATE counters SET value = $1 WHERE name = 'counted'";
    let update = transaction.prepare_cached(sql).await?;
    transaction.execute(&update, &[&last]).await?;
    transaction.commit().await?;
    Ok(receipts == MOST_RECEIPTS)
}

/// Counts all receipts that have a position and were not counted.
pub async fn count_all(client: &mut Object) -> Result<(), Failure> {
    while count_some(client).await? {}
    Ok(())
}

/// Whether the receipts up to a position are counted.
pub async fn is_counted(transaction: &Transaction<'_>, position: i64) -> Result<bool, Failure> {
    let find = transaction.prepare_cached("SELECT value FROM counters WHERE name = 'counted'").await?;
    let counted: i64 = transaction.query_one(&find, &[]).await?.try_get(0)?;
    Ok(position <= counted)
}

/// Adds sums to what is there. Whoever calls this holds the row of `counted`: nobody else adds at the same time.
async fn save(transaction: &Transaction<'_>, mut days: BTreeMap<(String, Day), Sums>) -> Result<(), Failure> {
    let (sites, numbers): (Vec<String>, Vec<i64>) =
        days.keys().map(|(site, day)| (site.clone(), i64::from(day.number()))).unzip();
    let sql = "SELECT statistics.site, statistics.day, sums FROM unnest($1::text[], $2::bigint[]) AS asked (site, day)
        JOIN statistics ON statistics.site = asked.site AND statistics.day = asked.day";
    let find = transaction.prepare_cached(sql).await?;
    for row in transaction.query(&find, &[&sites, &numbers]).await? {
        let (day, mut there) = read(row.try_get(1)?, row.try_get(2)?)?;
        if let Some(sums) = days.get_mut(&(row.try_get(0)?, day)) {
            there.merge(sums);
            *sums = there;
        }
    }
    let sql =
        "INSERT INTO statistics (site, day, sums) SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
        ON CONFLICT (site, day) DO UPDATE SET sums = excluded.sums";
    let save = transaction.prepare_cached(sql).await?;
    let texts: Vec<String> = days.values().map(Sums::to_text).collect();
    transaction.execute(&save, &[&sites, &numbers, &texts]).await?;
    Ok(())
}

/// The sums of a site's days, the oldest first.
pub async fn of_site(client: &Object, site: &SiteKey, from: Day, to: Day) -> Result<Vec<DaySums>, Failure> {
    let sql = "SELECT day, sums FROM statistics WHERE site = $1 AND day BETWEEN $2 AND $3 ORDER BY day";
    let find = client.prepare_cached(sql).await?;
    let (from, to) = (i64::from(from.number()), i64::from(to.number()));
    let rows = client.query(&find, &[&site.as_str(), &from, &to]).await?;
    let days = rows.iter().map(|row| {
        let (day, sums) = read(row.try_get(0)?, row.try_get(1)?)?;
        Ok(DaySums { day, sums })
    });
    days.collect()
}

fn read(day: i64, sums: &str) -> Result<(Day, Sums), Failure> {
    let day = Day::from_number(u32::try_from(day).unwrap_or_default());
    Ok((day, Sums::parse(sums).map_err(|fault| damaged(&format!("the sums of {day}: {fault}")))?))
}

fn damaged(fault: &str) -> Failure {
    LedgerError::Unavailable(format!("the statistics cannot be counted: {fault}")).into()
}
