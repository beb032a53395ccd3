//! A file as it is sent, compressed once. Knows no site and no request.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::OnceLock;

use axum::body::Bytes;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};

use super::built_file::{BuiltFile, Compressed};
use crate::short_digest::{short, short_digest};

/// How the bytes of an answer are coded (RFC 9110, 8.4.1), the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Brotli,
    Gzip,
    Identity,
}

/// A file's content, always in gzip.
pub struct CompressedFile {
    /// The entity tag, as the header writes it: a weak one, since it is the same in every coding.
    pub etag: String,
    gzip: Bytes,
    /// Takes a hundred times as long as gzip, and comes later.
    brotli: OnceLock<Bytes>,
    /// As it was: of files of the build alone.
    content: Option<Bytes>,
}

impl CompressedFile {
    /// Compresses with gzip, which takes milliseconds, and is held so alone: hardly a browser asks for it as it was.
    ///
    /// # Errors
    /// None that is known: the library can say some.
    pub fn new(content: &[u8]) -> io::Result<CompressedFile> {
        let mut gzip = Vec::new();
        GzEncoder::new(content, Compression::best()).read_to_end(&mut gzip)?;
        Ok(CompressedFile {
            etag: etag(&short_digest(content)),
            gzip: gzip.into(),
            brotli: OnceLock::new(),
            content: None,
        })
    }

    /// A file of the build, which is held as it was, too. What the build compressed is not read before somebody asks for it.
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn built(file: BuiltFile) -> io::Result<CompressedFile> {
        let BuiltFile { content, compressed } = file;
        let file = match compressed {
            Some(Compressed { sha256, gzip, brotli }) => CompressedFile {
                etag: etag(&short(&sha256)),
                gzip: bytes(gzip),
                brotli: OnceLock::from(bytes(brotli)),
                content: None,
            },
            None => CompressedFile::new(&content)?,
        };
        Ok(CompressedFile { content: Some(bytes(content)), ..file })
    }

    /// Compresses with brotli, unless that was done. Takes tenths of a second.
    ///
    /// # Errors
    /// None that is known: the library can say some.
    pub fn make_brotli(&self) -> io::Result<()> {
        if self.brotli.get().is_none() {
            let content = self.content()?;
            // The smallest window that holds all of it and the smallest blocks compress as well as any, and take 10 MB while
            // they do in place of 60.
            let bits = usize::BITS - content.len().leading_zeros();
            let parameters = BrotliEncoderParams {
                quality: 11,
                lgwin: i32::try_from(bits.clamp(10, 22)).unwrap_or(22),
                lgblock: 16,
                size_hint: content.len(),
                ..Default::default()
            };
            let mut brotli = Vec::new();
            brotli::BrotliCompress(&mut &content[..], &mut brotli, &parameters)?;
            brotli.shrink_to_fit();
            let _ = self.brotli.set(brotli.into());
        }
        Ok(())
    }

    /// Whether it is there in this coding.
    pub fn has(&self, coding: Coding) -> bool {
        coding != Coding::Brotli || self.brotli.get().is_some()
    }

    /// The bytes in a coding; for brotli in gzip where they are not there in that one yet.
    ///
    /// # Errors
    /// None that is known: the library can say some.
    pub fn bytes(&self, coding: Coding) -> io::Result<Bytes> {
        match coding {
            Coding::Brotli => Ok(self.brotli.get().unwrap_or(&self.gzip).clone()),
            Coding::Gzip => Ok(self.gzip.clone()),
            Coding::Identity => self.content(),
        }
    }

    /// How many bytes it may take in memory: brotli takes less than gzip.
    pub fn most_bytes(&self) -> usize {
        2 * self.gzip.len()
    }

    fn content(&self) -> io::Result<Bytes> {
        if let Some(content) = &self.content {
            return Ok(content.clone());
        }
        let mut content = Vec::new();
        GzDecoder::new(&self.gzip[..]).read_to_end(&mut content)?;
        Ok(content.into())
    }
}

fn etag(digest: &str) -> String {
    format!("W/\"{digest}\"")
}

/// The bytes; those that lie in the program are not copied.
fn bytes(content: Cow<'static, [u8]>) -> Bytes {
    match content {
        Cow::Borrowed(content) => Bytes::from_static(content),
        Cow::Owned(content) => content.into(),
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{Coding, CompressedFile};
    use crate::sites::built_file::{BuiltFile, Compressed};

    #[test]
    fn every_coding_says_the_same() {
        for content in [&b""[..], b"a", "a script ".repeat(9000).as_bytes(), &[0, 255].repeat(100_000)] {
            let file = CompressedFile::new(content).unwrap();
            assert!(!file.has(Coding::Brotli) && file.has(Coding::Gzip) && file.has(Coding::Identity));
            file.make_brotli().unwrap();
            let coded = file.bytes(Coding::Brotli).unwrap();
            let mut said = Vec::new();
            brotli::BrotliDecompress(&mut &coded[..], &mut said).unwrap();
            assert!(said == content && file.bytes(Coding::Identity).unwrap() == content);
            assert!(coded.len() <= file.bytes(Coding::Gzip).unwrap().len());
            let compressed = Compressed {
                sha256: Sha256::digest(content).into(),
                gzip: file.bytes(Coding::Gzip).unwrap().to_vec().into(),
                brotli: coded.to_vec().into(),
            };
            for compressed in [None, Some(compressed)] {
                let has_brotli = compressed.is_some();
                let built = BuiltFile { content: content.to_vec().into(), compressed };
                let built = CompressedFile::built(built).unwrap();
                assert_eq!((&built.etag, built.has(Coding::Brotli)), (&file.etag, has_brotli));
                built.make_brotli().unwrap();
                for coding in [Coding::Brotli, Coding::Gzip, Coding::Identity] {
                    assert!(built.bytes(coding).unwrap() == file.bytes(coding).unwrap());
                }
            }
        }
    }
}
