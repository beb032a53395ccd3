//! What reading a site's configuration must never need.

use std::process::Command;

/// Whether a package, with these arguments for its features, needs none of what a server or a database is
/// made of.
#[track_caller]
fn check(arguments: &[&str]) {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8_lossy(&output.stdout);
    let packages: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(packages.contains(&"consentry-sites"), "{output:?}");
    for heavy in ["axum", "hyper", "rusqlite", "libsqlite3-sys", "tokio"] {
        assert!(!packages.contains(&heavy), "{arguments:?} needs {heavy}");
    }
}

#[test]
fn reading_a_site_needs_neither_a_server_nor_a_database() {
    check(&["--package", "consentry-sites"]);
}

#[test]
fn the_program_without_serve_needs_neither_a_server_nor_a_database() {
    check(&["--package", "consentry-cli", "--no-default-features"]);
}
