//! The classifier from outside, in one program.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // helpers of tests too

mod anything;
mod gate_table;
mod model;
mod order;
mod tables;
