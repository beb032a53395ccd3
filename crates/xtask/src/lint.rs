//! `cargo xtask lint`: everything that a machine can say of the sources without running a test. What is built
//! from them is checked after the build, by `built_files`.

mod circles;
mod imports;

use std::time::Instant;

use crate::build::{numbers, places};
use crate::install;
use crate::workspace::{Outcome, run, run_with};

/// What is compiled to WebAssembly.
const BROWSER_PACKAGES: [&str; 5] =
    ["consentry", "consentry-gate", "consentry-classify", "consentry-page-classifier", "consentry-tools"];

/// tsc's projects. Each has globals of its own: a gate knows no Node, and no call newer than 2020.
const TYPESCRIPT_PROJECTS: [&str; 4] =
    ["tsconfig.gate.json", "tsconfig.demo.json", "tsconfig.verify.json", "tsconfig.tests.json"];

/// One check: its name and what runs it.
type Step = (&'static str, fn() -> Outcome);

/// The quick ones first.
const STEPS: [Step; 8] = [
    ("rustfmt", rustfmt),
    ("import circles in Rust", circles::check),
    ("numbers in JavaScript", numbers::check),
    ("tsc", tsc),
    ("prettier", prettier),
    ("eslint", eslint),
    ("clippy for browsers", clippy_for_browsers),
    ("clippy", clippy),
];

/// Runs every check, says how long each took, and fails with the names of those that found something.
pub fn check_sources() -> Outcome {
    install::for_lint()?;
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        let start = Instant::now();
        let outcome = step();
        println!("lint: {name}, {:.1} s", start.elapsed().as_secs_f32());
        if let Err(message) = outcome {
            failed.push(format!("{name}: {message}"));
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn rustfmt() -> Outcome {
    run("cargo", &["fmt", "--all", "--check"])
}

/// Clippy reads what cargo's `check` writes, which no compiled library can replace. With the profile and the
/// target folder of the build it shares the build's procedural macros and build scripts, the slow part; in
/// the `dev` profile those would be compiled once more.
fn clippy() -> Outcome {
    run_clippy(&["--release", "--workspace", "--all-targets"], &[])
}

fn clippy_for_browsers() -> Outcome {
    let place = ["--target", install::WASM_TARGET, "--target-dir", places::TARGET_FOLDER];
    let packages = BROWSER_PACKAGES.iter().flat_map(|package| ["--package", package]);
    let profile = ["--profile", places::PROFILE];
    let what: Vec<_> = place.into_iter().chain(profile).chain(packages).collect();
    run_clippy(&what, &[places::WITH_UNSTABLE_OPTIONS])
}

fn run_clippy(what: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let arguments = [&["clippy", "--quiet", "--keep-going"], what, &["--", "--deny", "warnings"]].concat();
    run_with("cargo", &arguments, environment)
}

fn tsc() -> Outcome {
    let failed: Vec<_> = TYPESCRIPT_PROJECTS
        .into_iter()
        .filter_map(|project| run("node_modules/.bin/tsc", &["--project", project]).err())
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(failed.join("; ")) }
}

fn eslint() -> Outcome {
    run("node_modules/.bin/eslint", &["--max-warnings=0", "."])
}

fn prettier() -> Outcome {
    run("node_modules/.bin/prettier", &["--check", "--log-level=warn", "."])
}
