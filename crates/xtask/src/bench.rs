//! Runs the benchmark of a page's start; what it measures and prints is `tests/e2e/bench/start.mjs`' own.

use std::path::absolute;

use crate::workspace::{Outcome, run_with};
use crate::{build, install};

const SCRIPT: &str = "tests/e2e/bench/start.mjs";

/// `cargo xtask bench start [--rounds N] [--before DIR]`: what the banner costs a page, beside an earlier
/// build's files in DIR and a peer.
pub fn start(options: &[&str]) -> Outcome {
    let browser = install::for_browser()?;
    build::component_and_program()?;
    let options = from_anywhere(options)?;
    let arguments: Vec<&str> = [SCRIPT].into_iter().chain(options.iter().map(String::as_str)).collect();
    run_with("node", &arguments, &[("CHROMIUM", &browser)])
}

/// The options with their folders made absolute: the script runs in the workspace's folder, this command
/// perhaps elsewhere.
fn from_anywhere(options: &[&str]) -> Outcome<Vec<String>> {
    let mut made = Vec::new();
    let mut folder_follows = false;
    for option in options {
        let folder =
            absolute(option).map_err(|error| format!("found {option:?}, expected a folder: {error}"));
        made.push(if folder_follows { folder?.display().to_string() } else { (*option).to_owned() });
        folder_follows = matches!(*option, "--before" | "--component");
    }
    Ok(made)
}
