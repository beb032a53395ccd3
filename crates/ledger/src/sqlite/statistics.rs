//! What the receipts of each site add up to, as rows: one for each log and day.

use std::collections::BTreeMap;

use consentry::model::config::SiteKey;
use rusqlite::{Connection, OptionalExtension, params};

use crate::LedgerError;
use crate::day::Day;
use crate::decision::any_receipt;
use crate::sums::{DaySums, Sums};

/// How many days of a log are remembered; mostly it is one.
const MOST_DAYS: usize = 4;

/// The days of a log that were counted lately.
#[derive(Default)]
pub struct OpenSums(BTreeMap<Day, Open>);

struct Open {
    sums: Sums,
    /// Whether something was added since it was written.
    has_grown: bool,
}

impl OpenSums {
    /// The sums of a day, to add to.
    pub fn of_day(&mut self, connection: &Connection, log: i64, day: Day) -> Result<&mut Sums, LedgerError> {
        let open = match self.0.entry(day) {
            std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let sums = read(connection, log, day)?.unwrap_or_default();
                place.insert(Open { sums, has_grown: false })
            }
        };
        open.has_grown = true;
        Ok(&mut open.sums)
    }

    /// Writes the days that have grown.
    pub fn save(&mut self, connection: &Connection, log: i64) -> rusqlite::Result<()> {
        for (day, open) in self.0.iter_mut().filter(|(_, open)| open.has_grown) {
            save(connection, log, *day, &open.sums)?;
            open.has_grown = false;
        }
        if self.0.len() > MOST_DAYS {
            self.0.clear();
        }
        Ok(())
    }
}

fn read(connection: &Connection, log: i64, day: Day) -> Result<Option<Sums>, LedgerError> {
    let mut find = connection.prepare_cached("SELECT sums FROM statistics WHERE log = ?1 AND day = ?2")?;
    let text: Option<String> = find.query_row(params![log, day.number()], |row| row.get(0)).optional()?;
    text.map(|text| parse(&text, day)).transpose()
}

fn save(connection: &Connection, log: i64, day: Day, sums: &Sums) -> rusqlite::Result<()> {
    let mut save = connection.prepare_cached(
        "INSERT INTO statistics (log, day, sums) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET sums = excluded.sums",
    )?;
    save.execute(params![log, day.number(), sums.to_text()]).map(drop)
}

fn parse(text: &str, day: Day) -> Result<Sums, LedgerError> {
    Sums::parse(text).map_err(|fault| LedgerError::Unavailable(format!("the sums of {day}: {fault}")))
}

/// The sums of a site's days, the oldest first.
pub fn of_site(
    connection: &Connection,
    site: &SiteKey,
    from: Day,
    to: Day,
) -> Result<Vec<DaySums>, LedgerError> {
    let mut find = connection.prepare_cached(
        "SELECT day, sums FROM statistics WHERE log = (SELECT number FROM logs WHERE site = ?1) AND day BETWEEN ?2 AND ?3
         ORDER BY day",
    )?;
    let mut rows = find.query(params![site.as_str(), from.number(), to.number()])?;
    let mut days = Vec::new();
    while let Some(row) = rows.next()? {
        let day = Day::from_number(row.get(0)?);
        let sums = parse(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?, day)?;
        days.push(DaySums { day, sums });
    }
    Ok(days)
}

/// Counts every receipt that is there, where none was counted before.
pub fn count_all(connection: &Connection) -> Result<(), LedgerError> {
    let mut counted = connection.prepare(
        "SELECT log, received / 86400000 AS day, decisions.decision, count(*)
         FROM receipts JOIN decisions ON decisions.number = receipts.decision
         GROUP BY log, day, receipts.decision ORDER BY log, day",
    )?;
    let mut rows = counted.query([])?;
    let mut open: Option<(i64, Day, Sums)> = None;
    while let Some(row) = rows.next()? {
        let (log, day, decision, times): (i64, u32, String, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let day = Day::from_number(day);
        let receipt = any_receipt(&decision)
            .map_err(|fault| LedgerError::Unavailable(format!("found no decision: {fault}")))?;
        if let Some((log, day, sums)) = open.take_if(|(of, on, _)| (*of, *on) != (log, day)) {
            save(connection, log, day, &sums)?;
        }
        let (_, _, sums) = open.get_or_insert_with(|| (log, day, Sums::default()));
        sums.add(&receipt, times.unsigned_abs());
    }
    if let Some((log, day, sums)) = open {
        save(connection, log, day, &sums)?;
    }
    Ok(())
}
