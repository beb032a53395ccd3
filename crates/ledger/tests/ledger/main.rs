//! The ledger by its own promises, in one program.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

mod log;
mod promises;
mod proof;
mod receipt;
mod verify;
