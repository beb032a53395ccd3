//! The component's built files, carried in the program. They are there if `cargo xtask build` had made
//! them when the program was built.

#[cfg(feature = "serve")]
use consentry_backend::{BuiltFile, Compressed};
use rust_embed::Embed;
#[cfg(feature = "serve")]
use rust_embed::EmbeddedFile;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../pkg/dist"]
#[allow_missing = true]
#[exclude = "*.map"]
struct Component;

/// Files compressed with gzip and brotli, each as `<name>.gz` and `<name>.br`.
#[cfg(feature = "serve")]
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../pkg/compressed"]
#[allow_missing = true]
struct CompressedFiles;

/// The content of the built file of this name.
pub fn file(name: &str) -> Option<Vec<u8>> {
    Component::get(name).map(|file| file.data.into_owned())
}

/// The built file of this name, where it lies in the program.
#[cfg(feature = "serve")]
pub fn built_file(name: &str) -> Option<BuiltFile> {
    let EmbeddedFile { data: content, metadata } = Component::get(name)?;
    let compressed = |ending| CompressedFiles::get(&format!("{name}.{ending}")).map(|file| file.data);
    let compressed = compressed("gz").zip(compressed("br")).map(|(gzip, brotli)| Compressed {
        sha256: metadata.sha256_hash(),
        gzip,
        brotli,
    });
    Some(BuiltFile { content, compressed })
}
