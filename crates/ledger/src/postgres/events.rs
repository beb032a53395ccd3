//! Who listens, and what waits to be told, as rows of the tables `listeners` and `deliveries`.

use std::collections::{BTreeSet, HashMap};

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use deadpool_postgres::{GenericClient, Object};

use super::bytes::bytes;
use super::failure::Failure;
use super::new_receipt::{Key, NewReceipt};
use crate::event::{self, Delivery, DeliveryRow, Event, Listener, Waiting, new_id, read_listeners};
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

/// Has whoever listens told of the withdrawals among receipts that this very transaction added.
pub async fn queue_withdrawals(
    transaction: &impl GenericClient,
    added: &[&NewReceipt],
) -> Result<(), Failure> {
    let mut withdrawals: Vec<&NewReceipt> =
        added.iter().copied().filter(|new| event::may_withdraw(&new.receipt)).collect();
    if withdrawals.is_empty() {
        return Ok(());
    }
    let sql = "SELECT DISTINCT site FROM listeners WHERE event = $1 AND site = ANY($2)";
    let query = transaction.prepare_cached(sql).await?;
    let sites: Vec<&str> = withdrawals.iter().map(|new| new.site()).collect();
    let rows = transaction.query(&query, &[&Event::Withdrawn.name(), &sites]).await?;
    let heard = rows.iter().map(|row| row.try_get(0)).collect::<Result<BTreeSet<String>, _>>()?;
    withdrawals.retain(|new| heard.contains(new.site()));
    if withdrawals.is_empty() {
        return Ok(());
    }
    let before = decisions_before(transaction, &withdrawals).await?;
    withdrawals.retain(|new| {
        let before = new.previous.and_then(|previous| before.get(&(new.site().to_owned(), previous)));
        event::withdraws(&new.receipt, before.map(String::as_str))
    });
    let sql = "INSERT INTO deliveries (id, endpoint, site, event, subject, time, tries, due)
        SELECT new.id, endpoint, listeners.site, event, new.subject, new.time, 0, new.time
        FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::bigint[]) AS new (id, site, subject, time)
        JOIN listeners ON listeners.site = new.site AND listeners.event = $5";
    let insert = transaction.prepare_cached(sql).await?;
    let ids = withdrawals.iter().map(|new| new_id(Time::from_millis(new.received.unsigned_abs())));
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<&[u8]> = ids.iter().map(|id| &id[..]).collect();
    let sites: Vec<&str> = withdrawals.iter().map(|new| new.site()).collect();
    let subjects: Vec<&[u8]> = withdrawals.iter().map(|new| &new.subject[..]).collect();
    let times: Vec<i64> = withdrawals.iter().map(|new| new.received).collect();
    transaction.execute(&insert, &[&ids, &sites, &subjects, &times, &Event::Withdrawn.name()]).await?;
    Ok(())
}

/// The decisions of the receipts before these, as they are kept, where they are there.
async fn decisions_before(
    transaction: &impl GenericClient,
    receipts: &[&NewReceipt],
) -> Result<HashMap<Key, String>, Failure> {
    let sql = "SELECT receipts.site, receipts.id, decisions.decision
        FROM unnest($1::text[], $2::bytea[]) AS asked (site, id)
        JOIN receipts ON receipts.id = asked.id AND receipts.site = asked.site
        JOIN decisions ON decisions.hash = receipts.decision";
    let query = transaction.prepare_cached(sql).await?;
    let asked = receipts.iter().filter_map(|new| Some((new.site(), &new.previous.as_ref()?[..])));
    let (sites, ids): (Vec<&str>, Vec<&[u8]>) = asked.unzip();
    let rows = transaction.query(&query, &[&sites, &ids]).await?;
    rows.iter().map(|row| Ok(((row.try_get(0)?, bytes(row, 1)?), row.try_get(2)?))).collect()
}

/// Who listens.
pub async fn listeners(client: &Object) -> Result<Vec<Listener>, Failure> {
    let sql = "SELECT site, endpoint, event FROM listeners ORDER BY site, endpoint, event";
    let query = client.prepare_cached(sql).await?;
    let rows = client.query(&query, &[]).await?;
    let rows = rows.iter().map(|row| Ok::<_, Failure>((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
    Ok(read_listeners(rows.collect::<Result<_, _>>()?)?)
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

/// Removes a listener and what waits for it. The table is to be cleaned up then.
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

/// What is to be tried by now, at most so many for each who listens, what is longest due first.
pub async fn due(client: &Object, now: Time, each: u32) -> Result<Vec<Delivery>, Failure> {
    let sql = "SELECT waiting.id, waiting.site, waiting.endpoint, waiting.event, subject, time, tries
        FROM (SELECT DISTINCT site, endpoint FROM listeners) AS listening
        CROSS JOIN LATERAL (
            SELECT * FROM deliveries
            WHERE site = listening.site AND endpoint = listening.endpoint AND due <= $1 ORDER BY due, id LIMIT $2
        ) AS waiting ORDER BY waiting.site, waiting.endpoint, due, id";
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

/// Removes what happened before a time; how much it was. The table is to be cleaned up then.
pub async fn give_up(client: &Object, before: Time) -> Result<u64, Failure> {
    let delete = client.prepare_cached("DELETE FROM deliveries WHERE time < $1").await?;
    Ok(client.execute(&delete, &[&millis(before)]).await?)
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

/// Removes a delivery; whether no receipt of its subject is kept on the site, so that the table has to be cleaned up.
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
