//! The component's built files, carried in the program. They are there if `cargo xtask build` had made
//! them when the program was built.

use rust_embed::Embed;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../pkg/dist"]
#[allow_missing = true]
#[exclude = "*.map"]
struct Component;

/// The files compressed with brotli, each as `<name>.br`.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../pkg/brotli"]
#[allow_missing = true]
struct Compressed;

/// The built file of this name, or of its name and `.br` as brotli.
pub fn file(name: &str) -> Option<Vec<u8>> {
    let file = if name.ends_with(".br") { Compressed::get(name) } else { Component::get(name) };
    file.map(|file| file.data.into_owned())
}
