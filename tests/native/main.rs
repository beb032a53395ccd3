//! The pure rules, tested from outside in one program.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // helpers of tests too

mod bundle;
mod classify;
mod config;
mod convert;
mod declared;
mod documentation;
mod lint;
mod observation;
mod receipt;
mod recorded;
mod view;
