//! A file of the built component, as the build made it.

use std::borrow::Cow;

/// A file of the build. What lies in the program itself is borrowed, and takes no memory twice.
pub struct BuiltFile {
    pub content: Cow<'static, [u8]>,
    /// What the build made of it, if it did.
    pub compressed: Option<Compressed>,
}

/// A file as the build compressed it.
pub struct Compressed {
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
    pub gzip: Cow<'static, [u8]>,
    pub brotli: Cow<'static, [u8]>,
}

impl From<&'static str> for BuiltFile {
    fn from(content: &'static str) -> BuiltFile {
        BuiltFile { content: content.as_bytes().into(), compressed: None }
    }
}

impl From<Vec<u8>> for BuiltFile {
    fn from(content: Vec<u8>) -> BuiltFile {
        BuiltFile { content: content.into(), compressed: None }
    }
}
