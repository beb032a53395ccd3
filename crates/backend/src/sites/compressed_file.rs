//! A file as it is sent, compressed once. Knows no site and no request.

use std::io::{self, Read};
use std::sync::OnceLock;

use axum::body::Bytes;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};

use crate::short_digest::short_digest;

/// How the bytes of an answer are coded (RFC 9110, 8.4.1), the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Brotli,
    Gzip,
    Identity,
}

/// A file's content, in one coding at the least.
pub struct CompressedFile {
    /// The entity tag, as the header writes it: a weak one, since it is the same in every coding.
    pub etag: String,
    gzip: Bytes,
    /// Takes a hundred times as long as gzip, and comes later.
    brotli: OnceLock<Bytes>,
    /// Where it is held as it was, too.
    content: Option<Bytes>,
}

impl CompressedFile {
    /// The same as [`new`](Self::new), for one of few files: it is also held as it was.
    ///
    /// # Errors
    /// None that is known: the library can say some.
    pub fn holding(content: Vec<u8>) -> io::Result<CompressedFile> {
        let file = CompressedFile::new(&content)?;
        Ok(CompressedFile { content: Some(content.into()), ..file })
    }

    /// Compresses with gzip, which takes milliseconds, and is held so alone: hardly a browser asks for it as it was.
    ///
    /// # Errors
    /// None that is known: the library can say some.
    pub fn new(content: &[u8]) -> io::Result<CompressedFile> {
        let mut gzip = Vec::new();
        GzEncoder::new(content, Compression::best()).read_to_end(&mut gzip)?;
        let etag = format!("W/\"{}\"", short_digest(content));
        Ok(CompressedFile { etag, gzip: gzip.into(), brotli: OnceLock::new(), content: None })
    }

    /// Compresses with brotli, unless that was done. Takes tenths of a second where `made`, which somebody compressed before, is
    /// none or not of this content.
    ///
    /// # Errors
    /// None that is known: the library can say some.
    pub fn make_brotli(&self, made: Option<Vec<u8>>) -> io::Result<()> {
        if self.brotli.get().is_none() {
            let content = self.content()?;
            if let Some(made) = made.filter(|made| is_brotli_of(made, &content)) {
                let _ = self.brotli.set(made.into());
                return Ok(());
            }
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

    /// The bytes in a coding; in gzip where they are not there in that one.
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

/// Whether these bytes are brotli, and say this.
fn is_brotli_of(brotli: &[u8], content: &[u8]) -> bool {
    let mut said = Vec::with_capacity(content.len());
    brotli::BrotliDecompress(&mut &brotli[..], &mut said).is_ok() && said == content
}

#[cfg(test)]
mod tests {
    use super::{Coding, CompressedFile};

    #[test]
    fn every_coding_says_the_same() {
        for content in [&b""[..], b"a", "a script ".repeat(9000).as_bytes(), &[0, 255].repeat(100_000)] {
            let held = CompressedFile::holding(content.to_vec()).unwrap();
            assert_eq!(held.bytes(Coding::Identity).unwrap(), content);
            let file = CompressedFile::new(content).unwrap();
            assert_eq!(file.etag, held.etag);
            assert!(!file.has(Coding::Brotli) && file.has(Coding::Gzip) && file.has(Coding::Identity));
            file.make_brotli(None).unwrap();
            let mut brotli = Vec::new();
            let coded = file.bytes(Coding::Brotli).unwrap();
            brotli::BrotliDecompress(&mut &coded[..], &mut brotli).unwrap();
            assert!(brotli == content && file.bytes(Coding::Identity).unwrap() == content);
            assert!(coded.len() <= file.bytes(Coding::Gzip).unwrap().len());
        }
    }

    #[test]
    fn what_the_build_compressed_is_taken_if_it_is_of_this_content() {
        let compressed = |content: &[u8]| {
            let mut brotli = Vec::new();
            let parameters = brotli::enc::BrotliEncoderParams { quality: 1, ..Default::default() };
            brotli::BrotliCompress(&mut &content[..], &mut brotli, &parameters).unwrap();
            brotli
        };
        let content = &b"a script ".repeat(9000)[..];
        for (made, is_taken) in
            [(compressed(content), true), (compressed(b"another"), false), (b"no brotli".to_vec(), false)]
        {
            let file = CompressedFile::new(content).unwrap();
            file.make_brotli(Some(made.clone())).unwrap();
            let coded = file.bytes(Coding::Brotli).unwrap();
            assert_eq!(coded == made, is_taken);
            let mut said = Vec::new();
            brotli::BrotliDecompress(&mut &coded[..], &mut said).unwrap();
            assert!(said == content);
        }
    }
}
