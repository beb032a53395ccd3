//! Installs what is missing on a machine that has rustup and Node and nothing else.

use std::fs;
use std::path::Path;

use crate::workspace::{Outcome, output_of, root, run};

/// The Rust target of everything that runs in a browser.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What a build needs: the wasm target and the npm packages of the lock file.
pub fn for_build() -> Outcome {
    if !output_of("rustup", &["target", "list", "--installed"]).contains(WASM_TARGET) {
        let add = || run("rustup", &["target", "add", WASM_TARGET]);
        add().or_else(|_| add())?;
    }
    npm_packages(".")
}

/// The npm packages of a folder's lock file.
fn npm_packages(folder: &str) -> Outcome {
    let installed = root().join(folder).join("node_modules/.package-lock.json");
    if is_newer(&installed, &root().join(folder).join("package-lock.json")) {
        return Ok(());
    }
    run("npm", &["ci", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"])
}

/// What the tests of the npm package build applications with.
pub fn for_packaging() -> Outcome {
    npm_packages("tests/packaging")
}

/// What lint needs beside that: the formatter and clippy, which rustup's minimal profile leaves out, and all that a test
/// imports.
pub fn for_lint() -> Outcome {
    for_build()?;
    for_packaging()?;
    for component in ["rustfmt", "clippy"] {
        if !has_component(component) {
            return Err(format!("rustup component {component}: not found, and it could not be installed"));
        }
    }
    Ok(())
}

/// Whether the standard library's sources are there, or could be fetched.
pub fn has_rust_sources() -> bool {
    has_component("rust-src")
}

/// Whether a component of the Rust toolchain is there, or could be fetched; a lost connection is tried again
/// once.
fn has_component(name: &str) -> bool {
    let there = || output_of("rustup", &["component", "list", "--installed"]).contains(name);
    let add = || run("rustup", &["component", "add", name]).is_ok();
    there() || add() || add()
}

/// What the browser tests need: Chromium. Where it may (root, apt) it installs Debian's.
pub fn for_browser() -> Outcome<String> {
    if let Some(found) = browser() {
        return Ok(found);
    }
    let missing = "no Chromium found: install it (Debian: `apt-get install chromium`) \
                   or set CHROMIUM to the program's path";
    install_packages("chromium").map_err(|_| missing.to_string())?;
    browser().ok_or_else(|| missing.into())
}

/// What the independent checks need: Python that can make an environment of its own. What goes into it they install
/// themselves.
pub fn for_independent_check() -> Outcome {
    let there = || output_of("python3", &["-c", "import ensurepip, venv; print('there')"]).contains("there");
    if there() {
        return Ok(());
    }
    let missing = "no Python with venv found: install it (Debian: `apt-get install python3-venv`)";
    install_packages("python3-venv").map_err(|_| missing.to_string())?;
    if there() { Ok(()) } else { Err(missing.into()) }
}

/// What the tests of other engines need: Firefox, WebKitGTK's driver with its small browser, and a screen for that.
pub fn for_other_engines() -> Outcome {
    for_build()?;
    let programs = ["/usr/bin/firefox-esr", "/usr/bin/WebKitWebDriver", "/usr/bin/xvfb-run"];
    if programs.iter().all(|program| Path::new(program).exists()) {
        return Ok(());
    }
    let packages = "firefox-esr webkit2gtk-driver xvfb xauth";
    install_packages(packages).map_err(|error| format!("{error}: install {packages}"))
}

/// What the tests of the ledger on PostgreSQL need: a server, which they start themselves.
pub fn for_database() -> Outcome {
    let is_there = || {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        versions.into_iter().any(|version| version.path().join("bin/initdb").exists())
    };
    if is_there() {
        return Ok(());
    }
    let missing = "no PostgreSQL server found in /usr/lib/postgresql: install Debian's package (`apt-get install postgresql`)";
    install_packages("postgresql").map_err(|_| missing.to_string())?;
    if is_there() { Ok(()) } else { Err(missing.into()) }
}

/// What counts the instructions of a program: valgrind.
pub fn for_counting() -> Outcome {
    if !output_of("valgrind", &["--version"]).is_empty() {
        return Ok(());
    }
    let missing = "no valgrind found: install it (Debian: `apt-get install valgrind`)";
    install_packages("valgrind").map_err(|_| missing.into())
}

/// What judges the unit of the service: systemd's own tool, which needs no systemd that runs. Elsewhere than on Linux there is none.
pub fn for_unit() -> Outcome {
    let is_there =
        || !cfg!(target_os = "linux") || output_of("systemd-analyze", &["--version"]).contains("systemd");
    if is_there() {
        return Ok(());
    }
    let missing = "no systemd-analyze found: install it (Debian: `apt-get install systemd`)";
    install_packages("systemd").map_err(|_| missing.to_string())?;
    if is_there() { Ok(()) } else { Err(missing.into()) }
}

/// Installs Debian packages, where it may (root, apt).
fn install_packages(names: &str) -> Outcome {
    if output_of("id", &["-u"]).trim() != "0" || output_of("apt-get", &["--version"]).is_empty() {
        return Err("packages cannot be installed here".into());
    }
    run("apt-get", &["update", "-qq"])?;
    let install = format!("DEBIAN_FRONTEND=noninteractive apt-get install -y -qq {names} >/dev/null");
    run("sh", &["-c", &install]).or_else(|_| run("sh", &["-c", &install]))
}

/// The program to drive, if there is one.
pub fn browser() -> Option<String> {
    let named = std::env::var("CHROMIUM").ok();
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    named.into_iter().chain(usual.map(String::from)).find(|path| Path::new(path).exists())
}

/// Whether a file was made after its source changed.
fn is_newer(made: &Path, source: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    matches!((time(made), time(source)), (Some(made), Some(source)) if made >= source)
}
