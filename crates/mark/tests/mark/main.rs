//! What goes into the crate, and what comes out of it: pages, headers, policies. Looks at nothing inside.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // helpers of tests too

mod csp;
mod encodings;
mod held;
mod lint;
mod long_pages;
mod marked_site;
mod middleware;
mod odd_markup;
mod rules;
mod stream;
mod untouched;
