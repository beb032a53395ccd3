//! What the writer remembers of the file between two commits: the ends of the logs with their sums, and the numbers of decisions. True only
//! while nobody else writes and every commit holds; else it is forgotten and read again.

use std::collections::HashMap;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Receipt, Time};
use rusqlite::{Connection, params};

use super::events;
use super::logs::{OpenLog, save_tile};
use crate::LedgerError;
use crate::day::Day;
use crate::event::Event;
use crate::log::Hash;

/// How many logs and decisions are remembered at most.
const MOST_LOGS: usize = 256;
const MOST_DECISIONS: usize = 4096;

/// What is in the file, as far as it was needed lately.
#[derive(Default)]
pub struct Remembered {
    logs: HashMap<SiteKey, OpenLog>,
    /// The logs to which leaves were added since the last commit.
    grown: Vec<SiteKey>,
    decisions: HashMap<String, i64>,
    /// Whether somebody listens to withdrawals, by site.
    hears_withdrawals: HashMap<SiteKey, bool>,
    /// Says whether another connection wrote.
    data_version: Option<i64>,
}

impl Remembered {
    /// Forgets everything if another connection wrote since. To be called within each transaction.
    pub fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let version = Some(connection.pragma_query_value(None, "data_version", |row| row.get(0))?);
        if version != self.data_version
            || self.logs.len() > MOST_LOGS
            || self.hears_withdrawals.len() > MOST_LOGS
        {
            self.forget();
        }
        self.data_version = version;
        Ok(())
    }

    /// Forgets everything: what was written since is not in the file.
    pub fn forget(&mut self) {
        *self = Remembered::default();
    }

    /// The log of a site.
    pub fn log(&mut self, connection: &Connection, site: &SiteKey) -> Result<&mut OpenLog, LedgerError> {
        if !self.logs.contains_key(site) {
            self.logs.insert(site.clone(), OpenLog::read(connection, site)?);
        }
        self.logs.get_mut(site).ok_or_else(|| LedgerError::Unavailable("the log was forgotten".into()))
    }

    /// Adds a leaf to the log of a site; its number.
    pub fn add_leaf(
        &mut self,
        connection: &Connection,
        site: &SiteKey,
        entry: &Hash,
    ) -> Result<u64, LedgerError> {
        let log = self.log(connection, site)?;
        let (number, leaf) = (log.number, log.tail.size());
        log.tail.add(entry, |tile, hashes| save_tile(connection, number, tile, hashes))?;
        if !self.grown.contains(site) {
            self.grown.push(site.clone());
        }
        Ok(leaf)
    }

    /// Counts a receipt that was added, on the day when it came.
    pub fn count(
        &mut self,
        connection: &Connection,
        receipt: &Receipt,
        received: Time,
    ) -> Result<(), LedgerError> {
        let log = self.log(connection, &receipt.site)?;
        log.sums.of_day(connection, log.number, Day::of(received))?.add(receipt, 1);
        Ok(())
    }

    /// Whether somebody listens to the withdrawals of a site.
    pub fn hears_withdrawals(&mut self, connection: &Connection, site: &SiteKey) -> rusqlite::Result<bool> {
        if let Some(hears) = self.hears_withdrawals.get(site) {
            return Ok(*hears);
        }
        let hears = events::is_heard(connection, site, Event::Withdrawn)?;
        self.hears_withdrawals.insert(site.clone(), hears);
        Ok(hears)
    }

    /// To be called where who listens changes.
    pub fn forget_listeners(&mut self) {
        self.hears_withdrawals.clear();
    }

    /// Writes the ends of the logs to which leaves were added.
    pub fn save_logs(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        for site in self.grown.drain(..) {
            if let Some(log) = self.logs.get_mut(&site) {
                log.save(connection)?;
            }
        }
        Ok(())
    }

    /// The number of a decision, which is added where it is new.
    pub fn decision(&mut self, connection: &Connection, decision: &str) -> rusqlite::Result<i64> {
        if let Some(number) = self.decisions.get(decision) {
            return Ok(*number);
        }
        let mut insert = connection
            .prepare_cached("INSERT INTO decisions (decision) VALUES (?1) ON CONFLICT DO NOTHING")?;
        insert.execute([decision])?;
        let mut find = connection.prepare_cached("SELECT number FROM decisions WHERE decision = ?1")?;
        let number = find.query_row(params![decision], |row| row.get(0))?;
        if self.decisions.len() >= MOST_DECISIONS {
            self.decisions.clear();
        }
        self.decisions.insert(decision.to_owned(), number);
        Ok(number)
    }
}
