//! Runs the tests: rules and backend natively, then the npm package and the built component in a real browser.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::workspace::{Outcome, names_in, run, run_quietly, run_with};
use crate::{bench, build, built_files, install, lint};

const BROWSER_TESTS: &str = "tests/e2e";
/// Each asks a browser for no more than every driver can do.
const TESTS_OF_ALL_ENGINES: [&str; 6] =
    ["gate", "failures", "held-elements", "harmless", "journey", "systems"];
const SOAK: &str = "tests/e2e/soak/soak.test.mjs";
const SITES_OF_SOAK: &str = "tests/e2e/soak";
const INDEPENDENT_TESTS: &str = "tests/independent";
const PACKAGING_TESTS: &str = "tests/packaging";
const FUZZ_TESTS: &str = "tests/e2e/fuzz.test.mjs";

/// `cargo xtask test`
pub fn lint_and_run_all_tests() -> Outcome {
    let browser = install::for_browser()?;
    install::for_database()?;
    install::for_independent_check()?;
    install::for_counting()?;
    install::for_unit()?;
    lint::check_sources()?;
    build::component_and_program()?;
    built_files::check()?;
    bench::check_ledger()?;
    run("cargo", &["test", "--release", "--workspace", "--quiet"])?;
    run("node", &["--test", "crates/xtask/scripts/es2020.test.mjs"])?;
    run_in_browser(&browser)
}

/// Runs every file of tests that need a browser, two at a time: most of a test's time is waiting. What fails is run once more
/// by itself. A file that passes then is unsteady, which is a fault of its own, and is named as such.
fn run_in_browser(browser: &str) -> Outcome {
    // Those of the package install it in the same place: one after the other.
    let alone = vec![tests_in(PACKAGING_TESTS)?];
    let others = [tests_in(INDEPENDENT_TESTS)?, tests_in(BROWSER_TESTS)?].concat();
    let files = others.into_iter().map(|file| vec![file]);
    let waiting = Mutex::new(alone.into_iter().chain(files));
    let failed = Mutex::new(Vec::new());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some(files) = next() {
            let fails = files.into_iter().filter(|file| !passes(file, browser)).collect::<Vec<_>>();
            failed.lock().unwrap_or_else(PoisonError::into_inner).extend(fails);
        }
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (unsteady, failed): (Vec<_>, Vec<_>) = failed.into_iter().partition(|file| passes(file, browser));
    if !unsteady.is_empty() {
        println!("passed at the second try alone, and have to be mended:\n{}", unsteady.join("\n"));
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed twice:\n{}", failed.join("\n"))) }
}

/// Whether the tests of a file pass; prints what they say.
fn passes(file: &str, browser: &str) -> bool {
    let begun = Instant::now();
    // None takes a quarter of an hour but one that waits for ever.
    let arguments = ["--test", "--test-timeout=900000", "--test-reporter=spec", file];
    let (printed, success) = run_quietly("node", &arguments, &[("CHROMIUM", browser)]);
    println!("{printed}{file}: {} s", begun.elapsed().as_secs());
    success
}

/// The files of tests in a folder.
fn tests_in(folder: &str) -> Outcome<Vec<String>> {
    let names = names_in(folder)?.into_iter().filter(|name| name.ends_with(".test.mjs"));
    Ok(names.map(|name| format!("{folder}/{name}")).collect())
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
