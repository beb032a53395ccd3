//! The text of a page that has come in and not gone out, found by its position in the text. Reads nothing in
//! it.

use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};
use lol_html::html_content::SourceLocation;

use crate::edit::{self, Edit};
use crate::original_bytes::OriginalBytes;

/// A part of the page, moving forward.
#[derive(Default)]
pub(crate) struct PendingText {
    /// In UTF-8. Positions and edits are those of this text.
    bytes: Vec<u8>,
    /// What came in, if that was not UTF-8.
    original: Option<OriginalBytes>,
    /// The position of the first of these bytes.
    origin: usize,
    /// The position at which the tokenizer of the moment began to count.
    tokenizer_start: usize,
}

impl PendingText {
    /// For a page in this encoding.
    pub fn of_page(encoding: &'static Encoding) -> PendingText {
        let original = (encoding != UTF_8).then(|| OriginalBytes::new(encoding));
        PendingText { original, ..PendingText::default() }
    }

    /// Appends bytes that have come in.
    pub fn extend(&mut self, bytes: &[u8]) {
        match &mut self.original {
            Some(original) => original.decode(bytes, &mut self.bytes),
            None => self.bytes.extend_from_slice(bytes),
        }
    }

    /// Says that all bytes have come in.
    pub fn finish(&mut self) {
        if let Some(original) = &mut self.original {
            original.end(&mut self.bytes);
        }
    }

    /// The position behind the last byte that has come in.
    pub fn end(&self) -> usize {
        self.origin + self.bytes.len()
    }

    /// The bytes at these positions, as far as they are here.
    pub fn slice(&self, range: Range<usize>) -> &[u8] {
        let (start, end) = (range.start.saturating_sub(self.origin), range.end.saturating_sub(self.origin));
        self.bytes.get(start..end.min(self.bytes.len())).unwrap_or_default()
    }

    /// Takes everything before the position `end` out and appends it to `out`, with the edits made.
    pub fn release(&mut self, end: usize, edits: impl IntoIterator<Item = Edit>, out: &mut Vec<u8>) {
        let length = end.saturating_sub(self.origin).min(self.bytes.len());
        let bytes = self.bytes.get(..length).unwrap_or_default();
        match &mut self.original {
            Some(original) => original.write(edits, self.origin + length, out),
            None => edit::apply(edits, bytes, self.origin, out),
        }
        self.bytes.drain(..length);
        self.origin += length;
    }

    /// A new tokenizer begins to count at this position.
    pub fn restart_tokenizer(&mut self, position: usize) {
        self.tokenizer_start = position;
    }

    /// The position of a byte, from the number that the tokenizer has for it.
    pub fn position(&self, tokenizer_offset: usize) -> usize {
        self.tokenizer_start + tokenizer_offset
    }

    /// The positions of what the tokenizer found at this place.
    pub fn range_of(&self, location: &SourceLocation) -> Range<usize> {
        let bytes = location.bytes();
        self.position(bytes.start)..self.position(bytes.end)
    }
}
