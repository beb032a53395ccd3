//! The steps from an empty file to today's tables. A step that was once released is never changed.

use rusqlite::{Connection, TransactionBehavior};

/// Step n takes the file from `user_version` n to n + 1.
const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_receipts.sql"),
    include_str!("../../migrations/0002_observations.sql"),
    include_str!("../../migrations/0003_rare_observations.sql"),
    include_str!("../../migrations/0004_tokens.sql"),
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
        transaction.execute_batch(step).map_err(text)?;
    }
    transaction.pragma_update(None, "user_version", STEPS.len() as u32).map_err(text)?;
    transaction.commit().map_err(text)
}
