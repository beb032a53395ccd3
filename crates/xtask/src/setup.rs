//! Installs what is missing on a machine that has rustup and Node and nothing else.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Outcome, root, run};

/// The Rust target of everything that runs in a browser.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// What a build needs: the wasm target and the npm packages of the lock file.
pub fn for_build() -> Outcome {
    if !output("rustup", &["target", "list", "--installed"]).contains(TARGET) {
        let add = || run("rustup", &["target", "add", TARGET]);
        add().or_else(|_| add())?;
    }
    let installed = root().join("node_modules/.package-lock.json");
    if !newer(&installed, &root().join("package-lock.json")) {
        run("npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
    }
    Ok(())
}

/// Whether the standard library's sources are there, or could be fetched.
pub fn has_rust_sources() -> bool {
    let there = || output("rustup", &["component", "list", "--installed"]).contains("rust-src");
    let add = || run("rustup", &["component", "add", "rust-src"]).is_ok();
    there() || add() || add()
}

/// What the browser tests need: Chromium. Where it may (root, apt) it installs Debian's.
pub fn for_browser() -> Outcome<String> {
    if let Some(found) = browser() {
        return Ok(found);
    }
    let missing = "no Chromium found: install it (Debian: `apt-get install chromium`) \
                   or set CHROMIUM to the program's path";
    if output("id", &["-u"]).trim() != "0" || output("apt-get", &["--version"]).is_empty() {
        return Err(missing.into());
    }
    run("apt-get", &["update", "-qq"])?;
    let install = "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null";
    run("sh", &["-c", install]).or_else(|_| run("sh", &["-c", install]))?;
    browser().ok_or_else(|| missing.into())
}

/// The program to drive, if there is one.
pub fn browser() -> Option<String> {
    let named = std::env::var("CHROMIUM").ok();
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    named.into_iter().chain(usual.map(String::from)).find(|path| Path::new(path).exists())
}

/// What a program prints, or nothing where it fails.
fn output(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).stderr(Stdio::null()).output();
    done.map_or_else(|_| String::new(), |done| String::from_utf8_lossy(&done.stdout).into_owned())
}

fn newer(made: &Path, source: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|it| it.modified()).ok();
    matches!((time(made), time(source)), (Some(made), Some(source)) if made >= source)
}
