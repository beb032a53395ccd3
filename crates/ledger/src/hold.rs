//! A legal hold: what is kept although its time is over or its visitor asks for its erasure (GDPR article 17(3)(e)).

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};

use crate::LedgerError;
use crate::rows;

/// What is not erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub site: SiteKey,
    /// Whose receipts; everything of the site where there is none.
    pub subject: Option<Subject>,
    /// Why, in the owner's words.
    pub reason: String,
    pub since: Time,
}

impl Hold {
    /// What is said of a row that was changed from outside.
    pub(crate) fn damaged(site: &str) -> LedgerError {
        LedgerError::Unavailable(format!("found no hold in a row of {site:?}, expected a site and a subject"))
    }
}

/// A subject as a column has it: its 16 bytes, or none for a whole site.
pub(crate) fn column(subject: Option<&Subject>) -> Vec<u8> {
    subject.map_or(Vec::new(), |subject| rows::digits_to_bytes(subject.as_str()).to_vec())
}

/// The opposite of [`column`]; nothing where it is none.
pub(crate) fn read_column(bytes: &[u8]) -> Option<Option<Subject>> {
    match <[u8; 16]>::try_from(bytes) {
        Ok(digits) => rows::subject(digits).map(Some),
        Err(_) => bytes.is_empty().then_some(None),
    }
}
