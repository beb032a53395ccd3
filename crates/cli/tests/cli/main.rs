//! The program from outside: what it prints, how it exits, and what survives when it is killed.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

#[cfg(feature = "serve")]
mod backup;
mod bundle;
mod classify;
mod convert;
#[cfg(all(feature = "postgres", feature = "serve", target_os = "linux"))]
mod database;
#[cfg(feature = "serve")]
mod declared;
#[cfg(all(feature = "serve", target_os = "linux"))]
mod disk;
#[cfg(feature = "serve")]
mod erase;
#[cfg(all(feature = "serve", target_os = "linux"))]
mod export;
#[cfg(all(feature = "serve", target_os = "linux"))]
mod hostile_requests;
#[cfg(all(feature = "serve", unix))]
mod kills;
mod lint;
mod mark;
#[cfg(all(feature = "serve", target_os = "linux"))]
mod operations;
#[cfg(all(feature = "postgres", feature = "serve", target_os = "linux"))]
#[path = "../../../ledger/tests/ledger/postgres_server.rs"]
mod postgres_server;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod token;
#[cfg(feature = "serve")]
mod verify;
#[cfg(all(feature = "serve", unix))]
mod webhook;

/// The configurations of most tests tell visitors nothing.
const SMALL_SITES: &str = "--allow=missing-controller,missing-authority,missing-policy-url,missing-purpose,\
                           missing-recipient,missing-retention,missing-legal-basis,missing-language-text,\
                           tracker-without-purpose,tracker-without-duration,tracker-without-provider=small sites of a test";
