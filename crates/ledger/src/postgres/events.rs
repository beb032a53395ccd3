//! Who listens, and what waits to be told, as rows of the tables `listeners` and `deliveries`.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use deadpool_postgres::{GenericClient, Object};

use super::bytes::bytes;
use super::failure::Failure;
use crate::event::{Delivery, DeliveryRow, Event, Listener, Waiting, new_id};
use crate::rows::{digits_to_bytes, millis};

/// Has whoever listens told of something that this very transaction does.
pub async fn queue_event(
    transaction: &impl GenericClient,
    site: &SiteKey,
    event: Event,
    subject: &Subject,
    time: Time,
) -> Result<(), Failure> {
    let sql = "INSERT INTO deliveries (id, endpoint, site, event, subject, time, tries, due)
        SELECT $1, endpoint, site, event, $4, $5, 0, $5 FROM listeners WHERE site = $2 AND event = $3";
    let insert = transaction.prepare_cached(sql).await?;
    let (id, subject) = (new_id(time)?, digits_to_bytes(subject.as_str()));
    let time = millis(time);
    transaction.execute(&insert, &[&&id[..], &site.as_str(), &event.name(), &&subject[..], &time]).await?;
    Ok(())
}

/// Adds a listener; what it listens to already stays.
pub async fn insert_listener(client: &Object, listener: &Listener) -> Result<(), Failure> {
    let sql = "INSERT INTO listeners (site, event, endpoint) SELECT $1, event, $3 FROM unnest($2::text[]) AS told (event)
        ON CONFLICT DO NOTHING";
    let insert = client.prepare_cached(sql).await?;
    let event: Vec<&str> = listener.events.iter().map(|event| event.name()).collect();
    client.execute(&insert, &[&listener.site.as_str(), &event, &listener.endpoint]).await?;
    Ok(())
}

/// Removes a listener and what waits for it.
pub async fn delete_listener(client: &mut Object, site: &SiteKey, endpoint: &str) -> Result<(), Failure> {
    let transaction = client.transaction().await?;
    for sql in [
        "DELETE FROM listeners WHERE site = $1 AND endpoint = $2",
        "DELETE FROM deliveries WHERE site = $1 AND endpoint = $2",
    ] {
        let delete = transaction.prepare_cached(sql).await?;
        transaction.execute(&delete, &[&site.as_str(), &endpoint]).await?;
    }
    Ok(transaction.commit().await?)
}

/// What is to be tried by now, at most so many for each endpoint, what is longest due first.
pub async fn due(client: &Object, now: Time, each: u32) -> Result<Vec<Delivery>, Failure> {
    let sql = "SELECT id, site, endpoint, event, subject, time, tries FROM (
            SELECT *, row_number() OVER (PARTITION BY endpoint ORDER BY due, id) AS turn FROM deliveries WHERE due <= $1
        ) AS in_turn WHERE turn <= $2 ORDER BY endpoint, turn";
    let query = client.prepare_cached(sql).await?;
    let rows = client.query(&query, &[&millis(now), &i64::from(each)]).await?;
    let read = rows.iter().map(|row| {
        let row = DeliveryRow {
            id: bytes(row, 0)?,
            site: row.try_get(1)?,
            endpoint: row.try_get(2)?,
            event: row.try_get(3)?,
            subject: bytes(row, 4)?,
            time: row.try_get(5)?,
            tries: row.try_get(6)?,
        };
        Ok(row.read()?)
    });
    read.collect()
}

/// Takes a delivery for a try; whether nobody else did meanwhile.
pub async fn begin(client: &Object, delivery: &Delivery, next: Time) -> Result<bool, Failure> {
    let sql = "UPDATE deliveries SET tries = tries + 1, due = $5
        WHERE id = $1 AND endpoint = $2 AND site = $3 AND tries = $4";
    let update = client.prepare_cached(sql).await?;
    let Delivery { id, site, endpoint, tries, .. } = delivery;
    let (id, tries, next) = (id.into_bytes(), i64::from(*tries), millis(next));
    Ok(client.execute(&update, &[&&id[..], endpoint, &site.as_str(), &tries, &next]).await? == 1)
}

/// Removes a delivery; whether nothing else of its subject is kept on the site, so that it has to be cleaned up.
pub async fn end(client: &Object, delivery: &Delivery) -> Result<bool, Failure> {
    let Delivery { id, site, endpoint, subject, .. } = delivery;
    let delete =
        client.prepare_cached("DELETE FROM deliveries WHERE id = $1 AND endpoint = $2 AND site = $3").await?;
    if client.execute(&delete, &[&&id.into_bytes()[..], endpoint, &site.as_str()]).await? == 0 {
        return Ok(false);
    }
    let find =
        client.prepare_cached("SELECT 1 FROM receipts WHERE subject = $1 AND site = $2 LIMIT 1").await?;
    let subject = digits_to_bytes(subject.as_str());
    Ok(client.query_opt(&find, &[&&subject[..], &site.as_str()]).await?.is_none())
}

/// What waits, by endpoint.
pub async fn waiting(client: &Object) -> Result<Vec<Waiting>, Failure> {
    let sql = "SELECT endpoint, count(*), min(time) FROM deliveries GROUP BY endpoint ORDER BY endpoint";
    let query = client.prepare_cached(sql).await?;
    let rows = client.query(&query, &[]).await?;
    let read = rows.iter().map(|row| {
        let (count, oldest): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
        let oldest = Time::from_millis(oldest.unsigned_abs());
        Ok(Waiting { endpoint: row.try_get(0)?, count: count.unsigned_abs(), oldest })
    });
    read.collect()
}
