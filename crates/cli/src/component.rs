//! The component's built files, carried in the program. They are there if `cargo xtask build` had made
//! them when the program was built.

use rust_embed::Embed;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../pkg/dist"]
#[allow_missing = true]
#[exclude = "*.map"]
struct Component;

/// The built file of this name.
pub fn file(name: &str) -> Option<Vec<u8>> {
    Component::get(name).map(|file| file.data.into_owned())
}
