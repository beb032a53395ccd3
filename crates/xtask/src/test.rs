//! Runs every test: rules and backend natively, then the built component in a real browser.

use std::fs;
use std::process::Command;

use crate::build::{component, everything};
use crate::{Outcome, learn, root, run, run_with, setup, sizes};

/// `cargo xtask test`
pub fn everything_tested() -> Outcome {
    let browser = setup::for_browser()?;
    everything()?;
    sizes::check()?;
    run("cargo", &["test", "--release", "--workspace", "--quiet"])?;
    in_browser(&browser, "tests/e2e", ".test.mjs")
}

/// `cargo xtask bench classify`: how right the classifier is, how fast in WebAssembly, and how large.
pub fn bench_classify() -> Outcome {
    component()?;
    learn::bench()?;
    run("node", &["tests/e2e/bench/classify.mjs"])?;
    sizes::check()
}

/// `cargo xtask bench gate`: what the gate adds to a page's own calls.
pub fn bench_gate() -> Outcome {
    let browser = setup::for_browser()?;
    everything()?;
    run_with("node", &["tests/e2e/bench/gate.mjs"], &[("CHROMIUM", &browser)])
}

/// Runs Node's test runner over the files of a folder that end so, one after the other: two cores.
fn in_browser(browser: &str, folder: &str, ending: &str) -> Outcome {
    let listed = fs::read_dir(root().join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let mut files: Vec<_> = listed.flatten().map(|it| it.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(ending));
    files.sort();
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1"]).args(files).env("CHROMIUM", browser).current_dir(root());
    match node.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the browser tests ended with {status}")),
        Err(error) => Err(format!("node: {error}")),
    }
}
