//! Why the database did not do what it was asked, and whether it may do it later.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;

use crate::LedgerError;

/// Why a try failed.
#[derive(Debug)]
pub enum Failure {
    Database(Error),
    /// It took too long.
    Slow,
    /// Somebody else changed what was read: the same may succeed at the next try.
    Again,
    /// No further try helps.
    Final(LedgerError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Database(error)
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Failure {
        Failure::Final(error)
    }
}

impl Failure {
    /// Whether the same may succeed at another try.
    pub fn may_pass(&self) -> bool {
        match self {
            Failure::Slow | Failure::Again => true,
            Failure::Final(_) => false,
            Failure::Database(error) => match error.code() {
                // Lost against another transaction, of unknown outcome, or too many connections.
                Some(code) if matches!(code.code(), "40001" | "40003" | "40P01" | "53300") => true,
                _ => self.is_of_connection(),
            },
        }
    }

    /// Whether its connection, and others as old, are of no more use.
    pub fn is_of_connection(&self) -> bool {
        match self {
            Failure::Slow => true,
            Failure::Again | Failure::Final(_) => false,
            Failure::Database(error) => match error.code() {
                // Shut down, crashed, starting, or a standby by now.
                Some(code) => {
                    matches!(code.code(), "25006" | "57P01" | "57P02" | "57P03")
                        || code.code().starts_with("08")
                }
                None => error.is_closed() || error.source().is_some_and(|source| source.is::<io::Error>()),
            },
        }
    }
}

/// What the database says, or else what the connection says.
pub fn text(error: &Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(said), _) => format!("{} ({})", said.message(), said.code().code()),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
