//! Where a ledger is, and opens it, whichever store that is.

use std::path::PathBuf;

use crate::Ledger;
use crate::sqlite::{FILE, SqliteLedger};

/// Where a ledger is.
#[derive(Clone, Debug)]
pub struct Place {
    /// The data directory: the signing keys, the newest checkpoints and, without a database elsewhere, the ledger's file.
    pub data: PathBuf,
    /// The address of a database that holds the ledger instead: `postgres://…`.
    pub database: Option<String>,
}

/// A ledger in the data directory alone.
impl From<&PathBuf> for Place {
    fn from(data: &PathBuf) -> Place {
        Place { data: data.clone(), database: None }
    }
}

impl Place {
    /// Whether there is something to open, as far as that is seen from here.
    ///
    /// # Errors
    /// A sentence for the operator: there is no directory, or no ledger in it.
    pub fn check(&self) -> Result<(), String> {
        if self.database.is_some() || self.data.join(FILE).is_file() {
            return Ok(());
        }
        let found = if self.data.is_dir() { format!("no {FILE}") } else { "nothing".to_owned() };
        Err(format!("{}: found {found}, expected the directory of a ledger", self.data.display()))
    }

    /// Opens the ledger; makes it where it is not there. Within a runtime of tokio.
    ///
    /// # Errors
    /// A sentence for the operator: it cannot be read or written.
    pub async fn open(&self) -> Result<Box<dyn Ledger>, String> {
        match &self.database {
            Some(address) => open_database(address).await,
            None => Ok(Box::new(SqliteLedger::open(&self.data)?)),
        }
    }

    /// Opens the ledger to be read, whether or not others serve it. Changes nothing.
    ///
    /// # Errors
    /// A sentence for the operator: there is none, it cannot be read, or it is of another version.
    pub async fn open_to_read(&self) -> Result<Box<dyn Ledger>, String> {
        match &self.database {
            Some(address) => open_database_to_read(address).await,
            None => Ok(Box::new(SqliteLedger::open_to_read(&self.data)?)),
        }
    }
}

#[cfg(feature = "postgres")]
async fn open_database(address: &str) -> Result<Box<dyn Ledger>, String> {
    Ok(Box::new(crate::postgres::PostgresLedger::open(address).await?))
}

#[cfg(feature = "postgres")]
async fn open_database_to_read(address: &str) -> Result<Box<dyn Ledger>, String> {
    Ok(Box::new(crate::postgres::PostgresLedger::open_to_read(address).await?))
}

#[cfg(not(feature = "postgres"))]
async fn open_database(_: &str) -> Result<Box<dyn Ledger>, String> {
    Err("found the address of a database, expected none: this program was built without PostgreSQL".into())
}

#[cfg(not(feature = "postgres"))]
async fn open_database_to_read(address: &str) -> Result<Box<dyn Ledger>, String> {
    open_database(address).await
}
