//! Runs the tests and the benchmarks: rules and backend natively, then the built component in a real browser.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::built_files::size_budget;
use crate::workspace::{Outcome, names_in, run, run_with};
use crate::{build, built_files, install, lint, train};

const BROWSER_TESTS: &str = "tests/e2e";
const FUZZ_TESTS: &str = "tests/e2e/fuzz.test.mjs";

/// `cargo xtask test`
pub fn lint_and_run_all_tests() -> Outcome {
    let browser = install::for_browser()?;
    lint::check_sources()?;
    build::component_and_program()?;
    built_files::check()?;
    run("cargo", &["test", "--release", "--workspace", "--quiet"])?;
    run("node", &["--test", "crates/xtask/scripts/es2020.test.mjs"])?;
    let names = names_in(BROWSER_TESTS)?;
    let files = names.iter().filter(|name| name.ends_with(".test.mjs"));
    let files: Vec<_> = files.map(|name| format!("{BROWSER_TESTS}/{name}")).collect();
    // One file after the other: a browser takes both cores of a small machine.
    let options = ["--test", "--test-concurrency=1"];
    let arguments: Vec<_> = options.into_iter().chain(files.iter().map(String::as_str)).collect();
    run_with("node", &arguments, &[("CHROMIUM", &browser)])
}

/// `cargo xtask fuzz [seed]`: the fuzz tests with a seed that nobody has drawn before, or with a given one.
/// The fixed seed, with which a change must pass, runs in `cargo xtask test`.
pub fn fuzz(seed: Option<&str>) -> Outcome {
    let seed = match seed {
        Some(text) => text.parse().map_err(|_| format!("found {text:?}, expected a seed: a number"))?,
        None => new_seed(),
    };
    let browser = install::for_browser()?;
    build::component_and_program()?;
    println!("fuzz seed {seed}: `cargo xtask fuzz {seed}` repeats this run");
    let environment = [("CHROMIUM", browser.as_str()), ("FUZZ_SEED", &seed.to_string())];
    run_with("node", &["--test", FUZZ_TESTS], &environment)
        .map_err(|error| format!("fuzz seed {seed}: {error}"))
}

/// A seed from the clock; never 0, which the tests take for none.
fn new_seed() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.subsec_nanos().max(1)
}

/// `cargo xtask bench classify`: how right the classifier is, how fast in WebAssembly, and how large.
pub fn bench_classify() -> Outcome {
    build::component()?;
    train::print_measures()?;
    run("node", &["tests/e2e/bench/classify.mjs"])?;
    size_budget::check()
}

/// `cargo xtask bench gate`: what the gate adds to a page's own calls.
pub fn bench_gate() -> Outcome {
    let browser = install::for_browser()?;
    build::component_and_program()?;
    run_with("node", &["tests/e2e/bench/gate.mjs"], &[("CHROMIUM", &browser)])
}
