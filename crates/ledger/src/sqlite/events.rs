//! Who listens, and what waits to be told, as rows of the tables `listeners` and `deliveries`.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use rusqlite::{Connection, params};

use super::rows::{digits_to_bytes, millis};
use crate::LedgerError;
use crate::event::{Delivery, DeliveryRow, Event, Listener, Waiting, new_id, read_listeners};

/// Has whoever listens told of something that this very transaction does.
pub fn queue_event(
    connection: &Connection,
    site: &SiteKey,
    event: Event,
    subject: &Subject,
    time: Time,
) -> Result<(), LedgerError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO deliveries (id, endpoint, site, event, subject, time, tries, due)
         SELECT ?1, endpoint, site, event, ?4, ?5, 0, ?5 FROM listeners WHERE site = ?2 AND event = ?3",
    )?;
    let subject = digits_to_bytes(subject.as_str());
    insert.execute(params![new_id(time)?, site.as_str(), event.name(), subject, millis(time)])?;
    Ok(())
}

/// Whether somebody listens to this event of the site.
pub fn is_heard(connection: &Connection, site: &SiteKey, event: Event) -> rusqlite::Result<bool> {
    let mut find = connection.prepare_cached("SELECT 1 FROM listeners WHERE site = ?1 AND event = ?2")?;
    find.exists([site.as_str(), event.name()])
}

/// Who listens.
pub fn listeners(connection: &Connection) -> Result<Vec<Listener>, LedgerError> {
    let mut query = connection
        .prepare_cached("SELECT site, endpoint, event FROM listeners ORDER BY site, endpoint, event")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    read_listeners(rows.collect::<rusqlite::Result<Vec<(String, String, String)>>>()?)
}

/// Adds a listener; what it listens to already stays.
pub fn insert_listener(connection: &Connection, listener: &Listener) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO listeners (site, event, endpoint) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for event in &listener.events {
        insert.execute(params![listener.site.as_str(), event.name(), listener.endpoint])?;
    }
    Ok(())
}

/// Removes a listener and what waits for it. The file is wiped of that, too.
pub fn delete_listener(connection: &Connection, site: &SiteKey, endpoint: &str) -> rusqlite::Result<()> {
    let of_endpoint = params![site.as_str(), endpoint];
    connection.execute("DELETE FROM listeners WHERE site = ?1 AND endpoint = ?2", of_endpoint)?;
    let waited =
        connection.execute("DELETE FROM deliveries WHERE site = ?1 AND endpoint = ?2", of_endpoint)?;
    if waited > 0 { ask_for_wiping(connection) } else { Ok(()) }
}

/// What is to be tried by now, at most so many for each who listens, what is longest due first.
pub fn due(connection: &Connection, now: Time, each: u32) -> Result<Vec<Delivery>, LedgerError> {
    let mut listening =
        connection.prepare_cached("SELECT DISTINCT site, endpoint FROM listeners ORDER BY site, endpoint")?;
    let listening = listening.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut query = connection.prepare_cached(
        "SELECT id, event, subject, time, tries FROM deliveries
         WHERE site = ?1 AND endpoint = ?2 AND due <= ?3 ORDER BY due, id LIMIT ?4",
    )?;
    let mut deliveries = Vec::new();
    for of_endpoint in listening {
        let (site, endpoint): (String, String) = of_endpoint?;
        let mut rows = query.query(params![site, endpoint, millis(now), each])?;
        while let Some(row) = rows.next()? {
            let event: String = row.get(1)?;
            let row = DeliveryRow {
                id: row.get(0)?,
                site: &site,
                endpoint: &endpoint,
                event: &event,
                subject: row.get(2)?,
                time: row.get(3)?,
                tries: row.get(4)?,
            };
            deliveries.push(row.read()?);
        }
    }
    Ok(deliveries)
}

/// Removes what happened before a time; how much it was. The file is wiped of it, too.
pub fn give_up(connection: &Connection, before: Time) -> rusqlite::Result<u64> {
    let removed = connection.execute("DELETE FROM deliveries WHERE time < ?1", [millis(before)])?;
    if removed > 0 {
        ask_for_wiping(connection)?;
    }
    Ok(removed as u64)
}

/// Takes a delivery for a try; whether nobody else did meanwhile.
pub fn begin(connection: &Connection, delivery: &Delivery, next: Time) -> rusqlite::Result<bool> {
    let mut update = connection.prepare_cached(
        "UPDATE deliveries SET tries = tries + 1, due = ?5 WHERE id = ?1 AND endpoint = ?2 AND site = ?3 AND tries = ?4",
    )?;
    let Delivery { id, site, endpoint, tries, .. } = delivery;
    Ok(update.execute(params![id.into_bytes(), endpoint, site.as_str(), tries, millis(next)])? == 1)
}

/// Removes a delivery; whether no receipt of its subject is kept on the site, so that the file has to be wiped of it.
pub fn end(connection: &Connection, delivery: &Delivery) -> rusqlite::Result<bool> {
    let Delivery { id, site, endpoint, subject, .. } = delivery;
    let mut delete =
        connection.prepare_cached("DELETE FROM deliveries WHERE id = ?1 AND endpoint = ?2 AND site = ?3")?;
    if delete.execute(params![id.into_bytes(), endpoint, site.as_str()])? == 0 {
        return Ok(false);
    }
    let mut find = connection.prepare_cached(
        "SELECT 1 FROM receipts WHERE subject = ?1 AND +log = (SELECT number FROM logs WHERE site = ?2)",
    )?;
    let is_kept = find.exists(params![digits_to_bytes(subject.as_str()), site.as_str()])?;
    if !is_kept {
        ask_for_wiping(connection)?;
    }
    Ok(!is_kept)
}

/// What waits, by endpoint.
pub fn waiting(connection: &Connection) -> rusqlite::Result<Vec<Waiting>> {
    let mut query = connection.prepare_cached(
        "SELECT endpoint, count(*), min(time) FROM deliveries GROUP BY endpoint ORDER BY endpoint",
    )?;
    let rows = query.query_map([], |row| {
        let (count, oldest): (i64, i64) = (row.get(1)?, row.get(2)?);
        let oldest = Time::from_millis(oldest.unsigned_abs());
        Ok(Waiting { endpoint: row.get(0)?, count: count.unsigned_abs(), oldest })
    })?;
    rows.collect()
}

fn ask_for_wiping(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE wiping SET asked = asked + 1")?.execute([]).map(drop)
}
