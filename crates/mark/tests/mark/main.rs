//! What goes into the crate, and what comes out of it: pages, headers, policies. Looks at nothing inside.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // helpers of tests too

mod held;
mod layer;
mod long_pages;
mod marked_site;
mod odd_markup;
mod policy;
mod rules;
mod stream;
mod untouched;
