//! Observations as rows.

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, ObservationKind, Report};
use rusqlite::{Connection, Row, params};

use super::super::{MOST_OBSERVED, Observed};

/// Counts a report; how many of its observations were dropped.
pub fn count(connection: &Connection, report: &Report, day: &str) -> rusqlite::Result<usize> {
    let mut seen = connection.prepare_cached(
        "UPDATE observations SET last = max(last, ?4), reports = reports + 1
         WHERE site = ?1 AND kind = ?2 AND name = ?3",
    )?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO observations (site, kind, name, first, last, reports) VALUES (?1, ?2, ?3, ?4, ?4, 1)",
    )?;
    let site = report.site.as_str();
    let (mut room, mut dropped) = (None, 0);
    for observation in &report.observations {
        let row = params![site, observation.kind().name(), observation.name(), day];
        if seen.execute(row)? > 0 {
            continue;
        }
        let left = match room {
            Some(left) => left,
            None => room_for(connection, site)?,
        };
        room = Some(left.saturating_sub(1));
        if left == 0 {
            dropped += 1;
        } else {
            insert.execute(row)?;
        }
    }
    Ok(dropped)
}

/// How many more a site may have.
fn room_for(connection: &Connection, site: &str) -> rusqlite::Result<usize> {
    let mut count = connection.prepare_cached("SELECT count(*) FROM observations WHERE site = ?1")?;
    let count: i64 = count.query_row([site], |row| row.get(0))?;
    Ok(MOST_OBSERVED.saturating_sub(usize::try_from(count).unwrap_or(MOST_OBSERVED)))
}

/// Takes observations of a site out.
pub fn forget(connection: &Connection, site: &SiteKey, observations: &[Observation]) -> rusqlite::Result<()> {
    let mut delete =
        connection.prepare_cached("DELETE FROM observations WHERE site = ?1 AND kind = ?2 AND name = ?3")?;
    for observation in observations {
        delete.execute([site.as_str(), observation.kind().name(), observation.name()])?;
    }
    Ok(())
}

/// All of a site, what was told most often first.
pub fn of(connection: &Connection, site: &SiteKey) -> rusqlite::Result<Vec<Observed>> {
    let mut query = connection.prepare_cached(
        "SELECT kind, name, first, last, reports FROM observations WHERE site = ?1
         ORDER BY reports DESC, last DESC, kind, name",
    )?;
    let rows = query.query_map([site.as_str()], observed)?;
    // What an older program stored in another form is passed over.
    rows.filter_map(Result::transpose).collect()
}

fn observed(row: &Row<'_>) -> rusqlite::Result<Option<Observed>> {
    let (kind, name, reports): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(4)?);
    let observation = ObservationKind::named(&kind).and_then(|kind| Observation::new(kind, &name));
    let Some(observation) = observation else { return Ok(None) };
    Ok(Some(Observed { observation, first: row.get(2)?, last: row.get(3)?, reports: reports.unsigned_abs() }))
}
