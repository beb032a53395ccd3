//! Builds the program again when the built component changed, or came to be.

use std::path::Path;

fn main() {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist");
    // Of a folder that is not there cargo would think that it changes all the time, so its parent stands
    // in for it until it is.
    let watched = if built.is_dir() { built } else { built.with_file_name("") };
    println!("cargo::rerun-if-changed={}", watched.display());
}
