//! Observations as rows of the table `observations`: counted, forgotten and read.

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, ObservationKind, Report};
use rusqlite::{Connection, Row, params};

use crate::{MAX_OBSERVATIONS, StoredObservation};

/// Counts a report. What is new and finds no room takes that of an observation which was reported once, that of the longest
/// ago; where each was reported again, it is dropped. Returns how many observations were dropped, old or new.
pub fn count(connection: &Connection, report: &Report, day: &str) -> rusqlite::Result<usize> {
    let mut count_again = connection.prepare_cached(
        "UPDATE observations SET last = max(last, ?4), reports = reports + 1
         WHERE site = ?1 AND kind = ?2 AND name = ?3",
    )?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO observations (site, kind, name, first, last, reports) VALUES (?1, ?2, ?3, ?4, ?4, 1)",
    )?;
    let mut forget_rarest = connection.prepare_cached(
        "DELETE FROM observations WHERE (site, kind, name) = (SELECT site, kind, name FROM observations
         WHERE site = ?1 AND reports = 1 ORDER BY last LIMIT 1)",
    )?;
    let site = report.site.as_str();
    let (mut room, mut dropped) = (None, 0); // the room is counted only where something is new
    for observation in &report.observations {
        let row = params![site, observation.kind().name(), observation.name(), day];
        if count_again.execute(row)? > 0 {
            continue;
        }
        let left = match room {
            Some(left) => left,
            None => room_left(connection, site)?,
        };
        room = Some(left.saturating_sub(1));
        let has_room = left > 0 || forget_rarest.execute([site])? > 0;
        dropped += usize::from(left == 0);
        if has_room {
            insert.execute(row)?;
        }
    }
    Ok(dropped)
}

/// How many more observations a site may have.
fn room_left(connection: &Connection, site: &str) -> rusqlite::Result<usize> {
    let mut count = connection.prepare_cached("SELECT count(*) FROM observations WHERE site = ?1")?;
    let count: i64 = count.query_row([site], |row| row.get(0))?;
    Ok(MAX_OBSERVATIONS.saturating_sub(usize::try_from(count).unwrap_or(MAX_OBSERVATIONS)))
}

/// Deletes observations of a site.
pub fn forget(connection: &Connection, site: &SiteKey, observations: &[Observation]) -> rusqlite::Result<()> {
    let mut delete =
        connection.prepare_cached("DELETE FROM observations WHERE site = ?1 AND kind = ?2 AND name = ?3")?;
    for observation in observations {
        delete.execute([site.as_str(), observation.kind().name(), observation.name()])?;
    }
    Ok(())
}

/// All observations of a site, what was reported most often first.
pub fn of_site(connection: &Connection, site: &SiteKey) -> rusqlite::Result<Vec<StoredObservation>> {
    let mut query = connection.prepare_cached(
        "SELECT kind, name, first, last, reports FROM observations WHERE site = ?1
         ORDER BY reports DESC, last DESC, kind, name",
    )?;
    let rows = query.query_map([site.as_str()], from_row)?;
    // What an older program stored in a form that is no observation any more is passed over.
    rows.filter_map(Result::transpose).collect()
}

/// The observation in a row; nothing where it is none.
fn from_row(row: &Row<'_>) -> rusqlite::Result<Option<StoredObservation>> {
    let (kind, name, reports): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(4)?);
    let observation = ObservationKind::named(&kind).and_then(|kind| Observation::new(kind, &name));
    let Some(observation) = observation else { return Ok(None) };
    let (first, last, reports) = (row.get(2)?, row.get(3)?, reports.unsigned_abs());
    Ok(Some(StoredObservation { observation, first, last, reports }))
}
