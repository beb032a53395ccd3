//! Columns of a known number of bytes: ids, hashes, salts.

use tokio_postgres::Row;

use super::failure::Failure;
use crate::LedgerError;

/// A column of so many bytes.
///
/// # Errors
/// It has another number of bytes: the database was changed from outside.
pub fn bytes<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], Failure> {
    let bytes: &[u8] = row.try_get(column)?;
    let fault = || {
        LedgerError::Unavailable(format!(
            "found a value of {} bytes in the ledger, expected {N}",
            bytes.len()
        ))
    };
    bytes.try_into().map_err(|_| Failure::Final(fault()))
}
