//! Checks the built scripts: that a browser of 2020 can read them, and that it meets no call of a library
//! that it does not have. One syntax error in `consentry.js` would mean no gate at all.

use crate::build::places::DIST;
use crate::workspace::{Outcome, names_in, run};

/// Fails with the file, the line and what was found, for every finding. Which calls are too new stands in
/// `scripts/newer-than-2020.mjs`.
pub fn check() -> Outcome {
    let scripts: Vec<_> = names_in(DIST)?
        .into_iter()
        .filter(|name| name.ends_with(".js"))
        .map(|name| format!("{DIST}/{name}"))
        .collect();
    let script = ["crates/xtask/scripts/check-built.mjs"];
    let arguments: Vec<_> = script.into_iter().chain(scripts.iter().map(String::as_str)).collect();
    run("node", &arguments)
}
