//! What a build must keep before it can be released: the sizes of its files, and the browsers that can read
//! them.

mod es2020;
pub mod size_budget;

use crate::workspace::Outcome;

/// Checks what lies in `pkg/dist` and prints its sizes. Both checks run, whatever the first one finds.
pub fn check() -> Outcome {
    let found: Vec<_> = [size_budget::check(), es2020::check()].into_iter().filter_map(Result::err).collect();
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}
