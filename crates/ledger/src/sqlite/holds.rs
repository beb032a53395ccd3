//! Holds as rows of the table `holds`: added, removed and read.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use rusqlite::{Connection, params};

use super::rows::millis;
use crate::LedgerError;
use crate::erasure::Erase;
use crate::hold::{Hold, column, read_column};

/// Whether a hold refuses an erasure. One on a subject among many only keeps its own.
pub fn refuse(connection: &Connection, site: &SiteKey, what: &Erase) -> rusqlite::Result<bool> {
    let subject = match what {
        Erase::Subject(subject) => column(Some(subject)),
        Erase::Receipts(_) => column(None),
    };
    let mut find =
        connection.prepare_cached("SELECT 1 FROM holds WHERE site = ?1 AND subject IN (?2, ?3)")?;
    find.exists(params![site.as_str(), subject, column(None)])
}

/// All holds, by site.
pub fn all(connection: &Connection) -> Result<Vec<Hold>, LedgerError> {
    let mut query = connection
        .prepare_cached("SELECT site, subject, reason, since FROM holds ORDER BY site, since, subject")?;
    let mut rows = query.query([])?;
    let mut holds = Vec::new();
    while let Some(row) = rows.next()? {
        let (site, bytes, since): (String, Vec<u8>, i64) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let since = Time::from_millis(since.unsigned_abs());
        let read = SiteKey::new(&site).zip(read_column(&bytes));
        let (site, subject) = read.ok_or_else(|| Hold::damaged(&site))?;
        holds.push(Hold { site, subject, reason: row.get(2)?, since });
    }
    Ok(holds)
}

/// Adds a hold; whether it is new.
pub fn insert(connection: &Connection, hold: &Hold) -> rusqlite::Result<bool> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO holds (site, subject, reason, since) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    let Hold { site, subject, reason, since } = hold;
    Ok(insert.execute(params![site.as_str(), column(subject.as_ref()), reason, millis(*since)])? == 1)
}

/// Removes a hold; whether it was there. The file is wiped of its subject, too.
pub fn delete(connection: &Connection, site: &SiteKey, subject: Option<&Subject>) -> rusqlite::Result<bool> {
    let mut delete = connection.prepare_cached("DELETE FROM holds WHERE site = ?1 AND subject = ?2")?;
    let was_there = delete.execute(params![site.as_str(), column(subject)])? == 1;
    if was_there {
        connection.prepare_cached("UPDATE wiping SET asked = asked + 1")?.execute([])?;
    }
    Ok(was_there)
}
