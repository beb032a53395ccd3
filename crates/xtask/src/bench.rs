//! Runs the benchmarks; what those in `tests/e2e/bench` measure and print is their own.

mod ledger;

use std::path::absolute;

use crate::built_files::size_budget;
use crate::workspace::{Outcome, run, run_with};
use crate::{build, install, train};

const START: &str = "tests/e2e/bench/start.mjs";
const SERVE: &str = "tests/e2e/bench/serve.mjs";

/// `cargo xtask bench classify`: how right the classifier is, how fast in WebAssembly, and how large.
pub fn classify() -> Outcome {
    build::component()?;
    train::print_measures()?;
    run("node", &["tests/e2e/bench/classify.mjs"])?;
    size_budget::check()
}

/// `cargo xtask bench gate`: what the gate adds to a page's own calls.
pub fn gate() -> Outcome {
    let browser = install::for_browser()?;
    build::component_and_program()?;
    run_with("node", &["tests/e2e/bench/gate.mjs"], &[("CHROMIUM", &browser)])
}

/// `cargo xtask bench ledger [--long]`: what the server costs, and what it loses.
pub fn ledger(options: &[&str]) -> Outcome {
    ledger::measure(options)
}

/// What `cargo xtask test` checks of it.
pub fn check_ledger() -> Outcome {
    ledger::check()
}

/// `cargo xtask bench start [--rounds N] [--before DIR] [--component DIR] [--only NAMES]`: what the banner costs a page, beside an earlier
/// build's files in DIR and a peer.
pub fn start(options: &[&str]) -> Outcome {
    let browser = install::for_browser()?;
    build::component_and_program()?;
    let options = from_anywhere(options)?;
    let arguments: Vec<&str> = [START].into_iter().chain(options.iter().map(String::as_str)).collect();
    run_with("node", &arguments, &[("CHROMIUM", &browser)])
}

/// `cargo xtask bench stores`: how many receipts a second a node stores, in its own file and in PostgreSQL.
pub fn stores() -> Outcome {
    install::for_database()?;
    build::component_and_program()?;
    run("node", &["tests/e2e/bench/stores.mjs"])
}

/// `cargo xtask bench failover`: what a killed database and a killed node cost.
pub fn failover() -> Outcome {
    install::for_database()?;
    build::component_and_program()?;
    run("node", &["tests/e2e/bench/failover.mjs"])
}

/// `cargo xtask bench serve [--sites N] [--like NAME] [--program FILE]`: what a server of many sites takes, and what a first
/// visit takes from it over the wire; of an earlier build in FILE, too.
pub fn serve(options: &[&str]) -> Outcome {
    build::component_and_program()?;
    let options = from_anywhere(options)?;
    let arguments: Vec<&str> = [SERVE].into_iter().chain(options.iter().map(String::as_str)).collect();
    run("node", &arguments)
}

/// The options with their folders and files made absolute: the script runs in the workspace's folder, this command
/// perhaps elsewhere.
fn from_anywhere(options: &[&str]) -> Outcome<Vec<String>> {
    let mut made = Vec::new();
    let mut path_follows = false;
    for option in options {
        made.push(if path_follows {
            let path = absolute(option);
            let path = path.map_err(|error| format!("found {option:?}, expected a path: {error}"))?;
            path.display().to_string()
        } else {
            (*option).to_owned()
        });
        path_follows = matches!(*option, "--before" | "--component" | "--program");
    }
    Ok(made)
}
