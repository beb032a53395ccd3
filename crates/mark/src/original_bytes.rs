//! The bytes of a page that is not UTF-8. They are decoded to be read, and what is not changed comes out as
//! the bytes that came in. Neither finds tags nor knows what is changed.

use std::collections::VecDeque;
use std::ops::Range;

use encoding_rs::{Decoder, Encoding, ISO_2022_JP, UTF_16BE, UTF_16LE};

use crate::edit::Edit;
use crate::iso_2022_jp::{ESCAPE, StateOfInput, StatefulOutput};

/// The part of the page that is not written yet, and where each character of its text stands in it.
pub(crate) struct OriginalBytes {
    encoding: &'static Encoding,
    decoder: Decoder,
    bytes: Vec<u8>,
    /// The position in the page of the first of these bytes.
    origin: usize,
    /// Where the characters stand, in their order.
    runs: VecDeque<Run>,
    /// How long the text is so far, in UTF-8.
    text_end: usize,
    /// The position behind the last byte that is in the text.
    decoded_to: usize,
    /// Whether an ASCII byte that comes next is an ASCII character.
    is_between_characters: bool,
    /// In ISO-2022-JP.
    states: Option<(StateOfInput, StatefulOutput)>,
}

/// Characters in a row that are as long as each other, up to the next run.
struct Run {
    /// Where the first stands in the text.
    text: usize,
    /// Where the first stands in the page. Escape sequences belong to the character after them.
    original: usize,
    length: Length,
}

/// How long a character is, or several that need not be told apart: no change begins or ends between them.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Length {
    in_text: usize,
    in_original: usize,
}

/// No byte brings more text than this: three bytes that wait, each an error, and its own.
const LONGEST_STEP: usize = 32;

impl OriginalBytes {
    pub fn new(encoding: &'static Encoding) -> OriginalBytes {
        OriginalBytes {
            encoding,
            decoder: encoding.new_decoder_without_bom_handling(),
            bytes: Vec::new(),
            origin: 0,
            runs: VecDeque::new(),
            text_end: 0,
            decoded_to: 0,
            is_between_characters: true,
            states: (encoding == ISO_2022_JP).then(Default::default),
        }
    }

    /// Takes the next bytes and appends their text, as far as it can be told, to `text`.
    pub fn decode(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        let mut rest = bytes;
        while let Some((first, others)) = rest.split_first() {
            let ascii = rest.get(..self.ascii_length(rest)).unwrap_or_default();
            if ascii.is_empty() {
                self.decode_byte(*first, text);
                rest = others;
            } else {
                text.extend_from_slice(ascii);
                self.bytes.extend_from_slice(ascii);
                self.add_characters(ascii.len(), self.ascii());
                rest = rest.get(ascii.len()..).unwrap_or_default();
            }
        }
    }

    /// Appends the text of what the page leaves unfinished.
    pub fn end(&mut self, text: &mut Vec<u8>) {
        let mut written = [0; LONGEST_STEP];
        let (_, _, length, _) = self.decoder.decode_to_utf8(&[], &mut written, true);
        let written = written.get(..length).unwrap_or_default();
        text.extend_from_slice(written);
        let end = self.origin + self.bytes.len();
        self.locate(written, end);
        self.decoded_to = end;
    }

    /// Writes the page up to this position in the text, with the edits of the text made. Whatever they put in
    /// is ASCII.
    pub fn write(&mut self, edits: impl IntoIterator<Item = Edit>, text_end: usize, out: &mut Vec<u8>) {
        let mut at = self.origin;
        for Edit { range, text } in edits {
            let (start, end) = (self.position(range.start), self.position(range.end));
            self.copy(at..start, out);
            self.insert(&text, out);
            self.skip(at.max(start)..end);
            at = at.max(end);
        }
        let end = self.position(text_end).max(at);
        self.copy(at..end, out);
        self.bytes.drain(..end - self.origin);
        self.origin = end;
        while self.runs.get(1).is_some_and(|run| run.text <= text_end) {
            self.runs.pop_front();
        }
    }

    /// How many of these bytes can be taken for ASCII without decoding them.
    fn ascii_length(&self, bytes: &[u8]) -> usize {
        match &self.states {
            _ if !self.is_between_characters || is_utf16(self.encoding) => 0,
            Some((state, _)) if !state.is_ascii() => 0,
            Some(_) => Encoding::iso_2022_jp_ascii_valid_up_to(bytes),
            None => Encoding::ascii_valid_up_to(bytes),
        }
    }

    fn decode_byte(&mut self, byte: u8, text: &mut Vec<u8>) {
        self.bytes.push(byte);
        let mut written = [0; LONGEST_STEP];
        let (_, _, length, _) = self.decoder.decode_to_utf8(&[byte], &mut written, false);
        let written = written.get(..length).unwrap_or_default();
        text.extend_from_slice(written);
        self.is_between_characters = byte.is_ascii() && written.last() == Some(&byte);
        let mut end = self.origin + self.bytes.len();
        if let Some((state, _)) = &mut self.states {
            state.read(byte);
            // What it brings is an error in the bytes before it.
            end -= usize::from(byte == ESCAPE);
        }
        self.locate(written, end);
    }

    /// Takes note that the bytes up to the position `end` stand for this text. Where one byte brings several
    /// characters, all but one were errors: ASCII after them is its own bytes.
    fn locate(&mut self, written: &[u8], end: usize) {
        let first = str::from_utf8(written).unwrap_or_default().chars().next();
        let Some(first) = first.map(char::len_utf8) else { return };
        let bytes = end.saturating_sub(self.decoded_to);
        let ascii = written.iter().skip(first).rev().take_while(|byte| byte.is_ascii()).count();
        let ascii = ascii.min(bytes / self.ascii().in_original);
        let in_original = bytes - ascii * self.ascii().in_original;
        self.add_characters(1, Length { in_text: written.len() - ascii, in_original });
        self.add_characters(ascii, self.ascii());
    }

    fn add_characters(&mut self, count: usize, length: Length) {
        if count > 0 && self.runs.back().is_none_or(|run| run.length != length) {
            self.runs.push_back(Run { text: self.text_end, original: self.decoded_to, length });
        }
        self.text_end += count * length.in_text;
        self.decoded_to += count * length.in_original;
    }

    /// The position in the page of what stands at this position in the text.
    fn position(&self, text: usize) -> usize {
        let run = self.runs.partition_point(|run| run.text <= text).checked_sub(1);
        match run.and_then(|index| self.runs.get(index)) {
            Some(Run { text: start, original, length }) if text < self.text_end => {
                original + (text - start) / length.in_text * length.in_original
            }
            _ => self.decoded_to,
        }
    }

    fn copy(&mut self, range: Range<usize>, out: &mut Vec<u8>) {
        let bytes = slice(&self.bytes, self.origin, range);
        match &mut self.states {
            Some((_, output)) => output.copy(bytes, out),
            None => out.extend_from_slice(bytes),
        }
    }

    fn skip(&mut self, range: Range<usize>) {
        if let Some((_, output)) = &mut self.states {
            output.skip(slice(&self.bytes, self.origin, range));
        }
    }

    fn insert(&mut self, text: &str, out: &mut Vec<u8>) {
        match &mut self.states {
            Some((_, output)) => output.insert(text, out),
            None if self.encoding == UTF_16LE => out.extend(text.bytes().flat_map(|byte| [byte, 0])),
            None if self.encoding == UTF_16BE => out.extend(text.bytes().flat_map(|byte| [0, byte])),
            None => out.extend_from_slice(text.as_bytes()),
        }
    }

    /// How long a letter of ASCII is.
    fn ascii(&self) -> Length {
        Length { in_text: 1, in_original: if is_utf16(self.encoding) { 2 } else { 1 } }
    }
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// The bytes at these positions, of those that begin at the position `origin`.
fn slice(bytes: &[u8], origin: usize, range: Range<usize>) -> &[u8] {
    bytes.get(range.start - origin..range.end - origin).unwrap_or_default()
}
