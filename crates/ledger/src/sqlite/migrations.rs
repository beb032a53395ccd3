//! The steps from an empty file to today's tables. A step that was once released is never changed.

use consentry::model::receipt::{Receipt, Time};
use rusqlite::{Connection, TransactionBehavior};

use super::receipts::{NewReceipt, insert_one};
use super::remembered::Remembered;
use super::{statistics, wiping};
use crate::LedgerError;

/// What takes a file from one version to the next.
enum Step {
    Sql(&'static str),
    /// What SQL alone cannot say.
    Program(fn(&Connection) -> Result<(), LedgerError>),
}

/// Step n takes the file from `user_version` n to n + 1.
const STEPS: &[Step] = &[
    Step::Sql(include_str!("../../migrations/0001_receipts.sql")),
    Step::Sql(include_str!("../../migrations/0002_observations.sql")),
    Step::Sql(include_str!("../../migrations/0003_rare_observations.sql")),
    Step::Program(add_receipts_to_logs),
    Step::Sql(include_str!("../../migrations/0006_notices.sql")),
    Step::Sql(include_str!("../../migrations/0007_tokens.sql")),
    Step::Program(add_erasures),
    Step::Program(count_receipts),
    Step::Sql(include_str!("../../migrations/0010_deliveries.sql")),
];

/// Takes the file to today's version, in one transaction.
///
/// # Errors
/// What SQLite says, or that the file is from a later version of this program.
pub fn run(connection: &mut Connection) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    // Immediate: of two programs that start at once, one waits for the other.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(text)?;
    let version: u32 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(text)?;
    let version = version as usize;
    if version > STEPS.len() {
        return Err(format!(
            "found version {version}, expected at most {}: a newer program wrote this file",
            STEPS.len()
        ));
    }
    for step in &STEPS[version..] {
        match step {
            Step::Sql(sql) => transaction.execute_batch(sql).map_err(text)?,
            Step::Program(step) => step(&transaction).map_err(|error| error.to_string())?,
        }
    }
    transaction.pragma_update(None, "user_version", STEPS.len() as u32).map_err(text)?;
    transaction.commit().map_err(text)
}

/// Whether a file has today's version.
///
/// # Errors
/// What SQLite says, or which version it has.
pub fn check(connection: &Connection) -> Result<(), String> {
    let version = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    match version.map_err(|error| error.to_string())? as usize {
        version if version == STEPS.len() => Ok(()),
        version => Err(format!(
            "found version {version}, expected {}: `consentry serve` renews an older one",
            STEPS.len()
        )),
    }
}

/// Adds the receipts of the first program to their sites' logs, in the order in which they came. They keep their positions.
fn add_receipts_to_logs(connection: &Connection) -> Result<(), LedgerError> {
    connection.execute_batch(include_str!("../../migrations/0005_before_log.sql"))?;
    connection.execute_batch(include_str!("../../migrations/0005_log.sql"))?;
    let mut remembered = Remembered::default();
    let mut old =
        connection.prepare("SELECT position, received, body FROM receipts_without_log ORDER BY position")?;
    let mut rows = old.query([])?;
    while let Some(row) = rows.next()? {
        let (position, received, body): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let receipt = Receipt::parse(&body).map_err(|faults| {
            let fault = faults.first().map(ToString::to_string).unwrap_or_default();
            LedgerError::Unavailable(format!("found no receipt at position {position}: {fault}"))
        })?;
        let mut salt = [0; 16];
        crate::fill_random(&mut salt)?;
        let new = NewReceipt::new(receipt, Time::from_millis(received.unsigned_abs()), salt);
        insert_one(connection, &mut remembered, &new, Some(position))?;
    }
    remembered.save_logs(connection)?;
    drop(rows);
    drop(old);
    connection.execute_batch("DROP TABLE receipts_without_log")?;
    Ok(())
}

/// Makes room for erasures, and wipes what the first pass over the file would not find.
fn add_erasures(connection: &Connection) -> Result<(), LedgerError> {
    wiping::wipe_ends_of_values(connection)?;
    connection.execute_batch(include_str!("../../migrations/0008_erasures.sql"))?;
    Ok(())
}

/// Adds up the receipts that are there.
fn count_receipts(connection: &Connection) -> Result<(), LedgerError> {
    connection.execute_batch(include_str!("../../migrations/0009_statistics.sql"))?;
    statistics::count_all(connection)
}
