//! The steps from an empty database to today's tables. A step that was once released is never changed; it may be begun again
//! where it was cut off, and by two programs at once.

use deadpool_postgres::Object;

use super::database::Database;
use super::failure::Failure;
use crate::LedgerError;

/// Step n takes the database from version n to n + 1.
const STEPS: &[&str] = &[
    include_str!("../../migrations/postgres/0001_ledger.sql"),
    include_str!("../../migrations/postgres/0008_erasures.sql"),
    include_str!("../../migrations/postgres/0009_statistics.sql"),
    include_str!("../../migrations/postgres/0010_deliveries.sql"),
];

/// Takes the database to today's version.
///
/// # Errors
/// What the database says, or that its tables are from a later version of this program.
pub async fn run(database: &Database) -> Result<(), LedgerError> {
    database
        .retried(|| async {
            let client = database.client().await?;
            client
                .batch_execute("CREATE TABLE IF NOT EXISTS versions (version bigint NOT NULL PRIMARY KEY)")
                .await
                .map_err(begun_by_another)?;
            let version = version(&client).await?;
            if version > STEPS.len() {
                return Err(newer(version).into());
            }
            for (step, sql) in STEPS.iter().enumerate().skip(version) {
                for statement in statements(sql) {
                    client.batch_execute(statement).await.map_err(begun_by_another)?;
                }
                let done = step as i64 + 1;
                client
                    .execute("INSERT INTO versions (version) VALUES ($1) ON CONFLICT DO NOTHING", &[&done])
                    .await?;
            }
            Ok(())
        })
        .await
}

/// Whether the database has today's version.
///
/// # Errors
/// What the database says, or which version it has.
pub async fn check(database: &Database) -> Result<(), LedgerError> {
    let found = database.retried(|| async { version(&database.client().await?).await }).await;
    match found {
        Ok(version) if version == STEPS.len() => Ok(()),
        Ok(version) if version > STEPS.len() => Err(newer(version)),
        Ok(version) => Err(LedgerError::Unavailable(format!(
            "found version {version} of its tables, expected {}: `consentry serve` renews older ones",
            STEPS.len()
        ))),
        Err(error) => Err(error),
    }
}

fn newer(version: usize) -> LedgerError {
    LedgerError::Unavailable(format!(
        "found version {version} of its tables, expected at most {}: a newer program made them",
        STEPS.len()
    ))
}

/// The version of the tables; 0 where there are none.
async fn version(client: &Object) -> Result<usize, Failure> {
    match client.query_one("SELECT coalesce(max(version), 0) FROM versions", &[]).await {
        Ok(row) => Ok(usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or(usize::MAX)),
        Err(error) if error.code().is_some_and(|code| code.code() == "42P01") => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// Two programs that make the same table at once disturb each other, `IF NOT EXISTS` or not.
fn begun_by_another(error: tokio_postgres::Error) -> Failure {
    match error.code().map(|code| code.code()) {
        Some("23505" | "42710" | "42P07" | "XX000") => Failure::Again,
        _ => Failure::Database(error),
    }
}

/// The statements of a file, whose comments are lines of their own.
fn statements(sql: &str) -> impl Iterator<Item = &str> {
    let is_statement =
        |text: &&str| text.lines().any(|line| !line.trim().is_empty() && !line.starts_with("--"));
    sql.split_inclusive(";\n").filter(is_statement)
}
