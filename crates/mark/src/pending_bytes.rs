//! The bytes of a page that have come in and not gone out, found by their position in the page. Reads
//! nothing in them.

use std::ops::Range;

use lol_html::html_content::SourceLocation;

/// A part of the page, moving forward.
#[derive(Default)]
pub(crate) struct Window {
    bytes: Vec<u8>,
    /// The position in the page of the first of these bytes.
    origin: usize,
    /// The position at which the tokenizer of the moment began to count.
    tokenizer_start: usize,
}

impl Window {
    /// Appends bytes that have come in.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
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

    /// Takes everything before the position `end` out, by giving it and the position of its first byte to
    /// `write`.
    pub fn release(&mut self, end: usize, write: impl FnOnce(&[u8], usize)) {
        let length = end.saturating_sub(self.origin).min(self.bytes.len());
        write(self.bytes.get(..length).unwrap_or_default(), self.origin);
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
