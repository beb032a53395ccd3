//! The ledger by its own promises, in one program.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

mod erasures;
mod events;
mod faults;
mod log;
mod postgres;
mod postgres_server;
mod promises;
mod proof;
mod receipt;
mod retention;
mod sqlite_file;
mod sqlite_wiping;
mod statistics;
mod stores;
mod verify;
