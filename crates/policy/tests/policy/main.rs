//! The gate's rules from outside, in one program: what can never happen, whatever a page does.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // helpers of tests too

mod decision;
mod grants;
mod numbers;
mod table;
