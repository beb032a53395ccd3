//! Runs the tests: rules and backend natively, then the built component in a real browser.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::workspace::{Outcome, names_in, run, run_with};
use crate::{build, built_files, install, lint};

const BROWSER_TESTS: &str = "tests/e2e";
/// Each asks a browser for no more than every driver can do.
const TESTS_OF_ALL_ENGINES: [&str; 5] = ["gate", "failures", "held-elements", "harmless", "journey"];
const SOAK: &str = "tests/e2e/soak/soak.test.mjs";
const SITES_OF_SOAK: &str = "tests/e2e/soak";
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
    // One file after the other: a browser takes both cores of a small machine. None takes a quarter of an hour but one
    // that waits for ever. The reporter names the tests that failed once more at the end.
    let options = ["--test", "--test-concurrency=1", "--test-timeout=900000", "--test-reporter=spec"];
    let arguments: Vec<_> = options.into_iter().chain(files.iter().map(String::as_str)).collect();
    run_with("node", &arguments, &[("CHROMIUM", &browser)])
}

/// `cargo xtask test --engines`: the tests of what holds in every engine, in Firefox and in WebKitGTK.
pub fn run_in_other_engines() -> Outcome {
    install::for_other_engines()?;
    build::component_and_program()?;
    let mut failed = Vec::new();
    for engine in ["firefox", "webkit"] {
        for name in TESTS_OF_ALL_ENGINES {
            println!("{engine}: {name}");
            let file = format!("{BROWSER_TESTS}/{name}.test.mjs");
            if run_with("node", &["--test", &file], &[("ENGINE", engine)]).is_err() {
                failed.push(format!("{engine}: {file}"));
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// `cargo xtask contact-sheet [part...]`: pictures of all that visitors see, or of those with these parts in their names.
pub fn contact_sheet(parts: &[&str]) -> Outcome {
    let browser = install::for_browser()?;
    build::component_and_program()?;
    let arguments = [&["tests/e2e/contact-sheet.mjs", "target/contact-sheet"], parts].concat();
    run_with("node", &arguments, &[("CHROMIUM", &browser)])
}

/// `cargo xtask soak [seed]`: whole sites, used by a random visitor with and without us. It takes minutes; the seed 1
/// is drawn if none is given.
pub fn soak(seed: &str) -> Outcome {
    let browser = install::for_browser()?;
    run("npm", &["ci", "--prefix", SITES_OF_SOAK, "--no-audit", "--no-fund", "--loglevel=error"])?;
    build::component_and_program()?;
    run_with("node", &["--test", SOAK], &[("CHROMIUM", &browser), ("SEED", seed)])
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
