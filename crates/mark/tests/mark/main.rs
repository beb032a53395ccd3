//! Pages in, pages out.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // helpers of tests too

mod held;
mod layer;
mod policy;
mod rules;
mod site;
mod stream;
mod untouched;
mod wild;
