//! Exports from outside, in one program. What other programs make of them is tested in `tests/independent`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

mod csv;
mod exported;
mod json;
#[cfg(target_os = "linux")]
mod many;
mod ts27560;
mod xlsx;
