//! Holds as rows of the table `holds`: added, removed and read.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use deadpool_postgres::{GenericClient, Object};

use super::failure::Failure;
use crate::erasure::Erase;
use crate::hold::{Hold, column, read_column};
use crate::rows::millis;

/// Whether a hold refuses an erasure. One on a subject among many only keeps its own.
pub async fn refuse(client: &impl GenericClient, site: &SiteKey, what: &Erase) -> Result<bool, Failure> {
    let subject = match what {
        Erase::Subject(subject) => column(Some(subject)),
        Erase::Receipts(_) => column(None),
    };
    let sql = "SELECT 1 FROM holds WHERE site = $1 AND subject IN ($2, $3) LIMIT 1";
    let find = client.prepare_cached(sql).await?;
    Ok(client.query_opt(&find, &[&site.as_str(), &subject, &column(None)]).await?.is_some())
}

/// All holds, by site.
pub async fn all(client: &Object) -> Result<Vec<Hold>, Failure> {
    let sql = "SELECT site, subject, reason, since FROM holds ORDER BY site, since, subject";
    let query = client.prepare_cached(sql).await?;
    let mut holds = Vec::new();
    for row in client.query(&query, &[]).await? {
        let (site, bytes, since): (&str, &[u8], i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(3)?);
        let read = SiteKey::new(site).zip(read_column(bytes));
        let (site, subject) = read.ok_or_else(|| Hold::damaged(site))?;
        let since = Time::from_millis(since.unsigned_abs());
        holds.push(Hold { site, subject, reason: row.try_get(2)?, since });
    }
    Ok(holds)
}

/// Adds a hold; whether it is new.
pub async fn insert(client: &Object, hold: &Hold) -> Result<bool, Failure> {
    let sql =
        "INSERT INTO holds (site, subject, reason, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let insert = client.prepare_cached(sql).await?;
    let Hold { site, subject, reason, since } = hold;
    let subject = column(subject.as_ref());
    Ok(client.execute(&insert, &[&site.as_str(), &subject, reason, &millis(*since)]).await? == 1)
}

/// Removes a hold; whether it was there.
pub async fn delete(client: &Object, site: &SiteKey, subject: Option<&Subject>) -> Result<bool, Failure> {
    let delete = client.prepare_cached("DELETE FROM holds WHERE site = $1 AND subject = $2").await?;
    Ok(client.execute(&delete, &[&site.as_str(), &column(subject)]).await? == 1)
}
