//! Observations as rows of the table `observations`: counted, forgotten and read.

use std::collections::BTreeSet;

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, ObservationKind, Report};
use deadpool_postgres::{Object, Transaction};
use tokio_postgres::Row;

use super::failure::Failure;
use crate::{MAX_OBSERVATIONS, StoredObservation};

/// Counts a report. What is new and finds no room takes that of an observation which was reported once, that of the longest
/// ago; where each was reported again, it is dropped. Returns how many observations were dropped, old or new.
pub async fn count(client: &mut Object, report: &Report, day: &str) -> Result<usize, Failure> {
    let transaction = client.transaction().await?;
    let site = report.site.as_str();
    // Two reports of a site are counted one after the other, whichever nodes they came to.
    let know = "INSERT INTO observed_sites (site) VALUES ($1) ON CONFLICT DO NOTHING";
    execute(&transaction, know, &[&site]).await?;
    let lock =
        transaction.prepare_cached("SELECT site FROM observed_sites WHERE site = $1 FOR UPDATE").await?;
    transaction.query(&lock, &[&site]).await?;

    let (kinds, names) = columns(&report.observations);
    let again = "UPDATE observations SET last = greatest(last, $4), reports = reports + 1
        WHERE site = $1 AND (kind, name) IN (SELECT * FROM unnest($2::text[], $3::text[])) RETURNING kind, name";
    let again = transaction.prepare_cached(again).await?;
    let known = transaction.query(&again, &[&site, &kinds, &names, &day]).await?;
    let known = known.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let known = known.collect::<Result<BTreeSet<(String, String)>, Failure>>()?;
    let mut new: Vec<&Observation> = report.observations.iter().collect();
    new.retain(|new| !known.contains(&(new.kind().name().to_owned(), new.name().to_owned())));

    let mut dropped = 0;
    if !new.is_empty() {
        let count = transaction.prepare_cached("SELECT count(*) FROM observations WHERE site = $1").await?;
        let count: i64 = transaction.query_one(&count, &[&site]).await?.try_get(0)?;
        let room = MAX_OBSERVATIONS.saturating_sub(usize::try_from(count).unwrap_or(MAX_OBSERVATIONS));
        dropped = new.len().saturating_sub(room);
        let rarest = "DELETE FROM observations WHERE site = $1 AND (kind, name) IN
            (SELECT kind, name FROM observations WHERE site = $1 AND reports = 1 ORDER BY last LIMIT $2)";
        let made =
            if dropped > 0 { execute(&transaction, rarest, &[&site, &(dropped as i64)]).await? } else { 0 };
        new.truncate(room + made as usize);
    }
    let (kinds, names) = columns(new);
    let insert = "INSERT INTO observations (site, kind, name, first, last, reports)
        SELECT $1, kind, name, $4, $4, 1 FROM unnest($2::text[], $3::text[]) AS new (kind, name)";
    execute(&transaction, insert, &[&site, &kinds, &names, &day]).await?;
    transaction.commit().await?;
    Ok(dropped)
}

async fn execute(
    transaction: &Transaction<'_>,
    sql: &'static str,
    values: &[&(dyn tokio_postgres::types::ToSql + Sync)],
) -> Result<u64, Failure> {
    let statement = transaction.prepare_cached(sql).await?;
    Ok(transaction.execute(&statement, values).await?)
}

/// The kinds and the names.
fn columns<'a>(observations: impl IntoIterator<Item = &'a Observation>) -> (Vec<&'static str>, Vec<&'a str>) {
    observations.into_iter().map(|observation| (observation.kind().name(), observation.name())).unzip()
}

/// Deletes observations of a site.
pub async fn forget(client: &Object, site: &SiteKey, observations: &[Observation]) -> Result<(), Failure> {
    let (kinds, names) = columns(observations);
    let sql = "DELETE FROM observations
        WHERE site = $1 AND (kind, name) IN (SELECT * FROM unnest($2::text[], $3::text[]))";
    let delete = client.prepare_cached(sql).await?;
    client.execute(&delete, &[&site.as_str(), &kinds, &names]).await?;
    Ok(())
}

/// All observations of a site, what was reported most often first.
pub async fn of_site(client: &Object, site: &SiteKey) -> Result<Vec<StoredObservation>, Failure> {
    let sql = "SELECT kind, name, first, last, reports FROM observations WHERE site = $1
        ORDER BY reports DESC, last DESC, kind, name";
    let query = client.prepare_cached(sql).await?;
    let rows = client.query(&query, &[&site.as_str()]).await?;
    // What an older program stored in a form that is no observation any more is passed over.
    rows.iter().filter_map(|row| from_row(row).transpose()).collect()
}

/// The observation in a row; nothing where it is none.
fn from_row(row: &Row) -> Result<Option<StoredObservation>, Failure> {
    let (kind, name, reports): (&str, &str, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(4)?);
    let observation = ObservationKind::named(kind).and_then(|kind| Observation::new(kind, name));
    let Some(observation) = observation else { return Ok(None) };
    let (first, last, reports) = (row.try_get(2)?, row.try_get(3)?, reports.unsigned_abs());
    Ok(Some(StoredObservation { observation, first, last, reports }))
}
