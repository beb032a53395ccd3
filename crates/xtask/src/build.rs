//! Builds the component into `pkg/dist/`, and the owner's program that carries it: in which order, from which
//! sources.

mod bindings;
mod bundler;
mod gate;
mod licences;
pub mod numbers;
pub mod places;
mod texts;
mod wasm_to_javascript;

use std::fs;

use bindings::BoundModule;
use places::{COMPRESSED, DIST, TOOLS};

use crate::install;
use crate::workspace::{Outcome, brotli, gzip, read, read_bytes, root, run, run_with, write};
use crate::{docs, tables, train};

/// The component, the owner's program that carries it, and the documentation.
pub fn component_and_program() -> Outcome {
    docs::write_site()?;
    component()?;
    compress_for_program()?;
    run("cargo", &["build", "--release", "--package", "consentry-cli"])
}

/// The component alone.
pub fn component() -> Outcome {
    install::for_build()?;
    tables::check_files()?;
    train::check_model()?;
    // A small stack lies in low addresses, and so does what comes behind it: those take fewer bytes.
    compile("consentry-gate", &[], &[("RUSTFLAGS", "-Clink-arg=-zstack-size=1024")])?;
    // The same sources with a standard library built for size, which ends at a panic without a word.
    let flags = "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none";
    let (mut std, mut environment): (&[_], &[_]) = (
        &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"],
        &[places::WITH_UNSTABLE_OPTIONS, ("RUSTFLAGS", flags)],
    );
    if !install::has_rust_sources() {
        println!(
            "rust-src is not there: banner and classifier are built with the usual standard library, and larger"
        );
        (std, environment) = (&[], &[]);
    }
    let for_pages = [&["--no-default-features", "--features", "component"], std].concat();
    compile("consentry", &for_pages, environment)?;
    compile("consentry-page-classifier", std, environment)?;
    // Whoever runs these reads their messages, which such a library leaves out.
    compile("consentry-tools", &[], &[places::WITH_UNSTABLE_OPTIONS])?;
    for folder in [DIST, COMPRESSED, TOOLS] {
        let _ = fs::remove_dir_all(root().join(folder));
        fs::create_dir_all(root().join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    }
    bindings::write_tools()?;
    licences::write_file()?;
    bindings::write_module(&BoundModule {
        name: "ui",
        compiled: "consentry",
        exports: "open, close, declaration, placeholder, changes, withdrawn",
    })?;
    bindings::write_module(&BoundModule {
        name: "classify",
        compiled: "consentry_page_classifier",
        exports: "Site, classify, categoryOfHost, withoutIdentifiers",
    })?;
    write(&format!("{DIST}/consentry-notices.txt"), read("crates/classify/NOTICES.txt")?)?;
    let texts = texts::write_files()?;
    // What was remembered of other tables is not what these say.
    let tables = format!("\"{:08x}\"", fnv(&read_bytes(&format!("{DIST}/consentry-classify.wasm"))?));
    numbers::write()?;
    bundler::forget_short_names()?;
    gate::write_script(&texts, &tables)?;
    let [mangle, cache] = bundler::SHORT_NAMES;
    let define = format!("--define:TABLES={tables}");
    let to = format!("{DIST}/consentry-after.js");
    bundler::bundle_module("crates/gate/js/after.js", &to, &[mangle, cache, &define])
}

/// The component's files with brotli, which takes seconds, and with gzip: the program that serves them carries them so, and need
/// not compress them whenever it starts.
fn compress_for_program() -> Outcome {
    for name in consentry::bundle::BUILT_FILES {
        let content = read_bytes(&format!("{DIST}/{name}"))?;
        write(&format!("{COMPRESSED}/{name}.br"), brotli(&content)?)?;
        write(&format!("{COMPRESSED}/{name}.gz"), gzip(&content)?)?;
    }
    Ok(())
}

/// FNV-1a with 32 bits, which tells two files apart.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Compiles a library for the browser.
fn compile(package: &str, more: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let common = ["build", "--quiet", "--lib", "--package", package, "--profile", places::PROFILE];
    let place = ["--target", install::WASM_TARGET, "--target-dir", places::TARGET_FOLDER];
    run_with("cargo", &[&common[..], &place, more].concat(), environment)
}
