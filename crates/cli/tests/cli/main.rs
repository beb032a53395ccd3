//! The program from outside: what it prints, how it exits, and what survives when it is killed.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

mod bundle;
mod classify;
#[cfg(feature = "serve")]
mod declared;
mod mark;
#[cfg(feature = "serve")]
mod serve;
