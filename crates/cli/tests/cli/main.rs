//! The program from outside: what it prints, how it exits, and what survives when it is killed.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // helpers of tests too

mod bundle;
mod classify;
mod declared;
mod mark;
mod serve;
