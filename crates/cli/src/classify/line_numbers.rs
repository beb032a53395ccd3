//! In which line of a file a record begins. The reader of CSV counts lines too, but not the one that a CR
//! begins before its LF, nor the empty ones that it passes over.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

use csv::ByteRecord;

/// The positions of the line feeds that were read and not yet counted.
type LineFeeds = Rc<RefCell<VecDeque<u64>>>;

/// Passes on what it reads, and notes where the line feeds are.
pub struct LineNotingReader<R> {
    inner: R,
    position: u64,
    line_feeds: LineFeeds,
}

/// The numbers of the lines that a [`LineNotingReader`] read.
pub struct LineNumbers {
    line_feeds: LineFeeds,
    counted: u64,
}

/// A reader that passes on what `inner` reads, and the line numbers of what it read.
pub fn count_lines<R: Read>(inner: R) -> (LineNotingReader<R>, LineNumbers) {
    let line_feeds = LineFeeds::default();
    let reader = LineNotingReader { inner, position: 0, line_feeds: Rc::clone(&line_feeds) };
    (reader, LineNumbers { line_feeds, counted: 0 })
}

impl<R: Read> Read for LineNotingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let read = buffer.get(..length).unwrap_or_default();
        let numbered = (self.position..).zip(read);
        let line_feeds = numbered.filter(|(_, byte)| **byte == b'\n').map(|(position, _)| position);
        self.line_feeds.borrow_mut().extend(line_feeds);
        self.position += length as u64;
        Ok(length)
    }
}

impl LineNumbers {
    /// The line, from 1, in which a record begins. The record is the one that was just read; its last byte,
    /// the end of its line included, is the one before the position `end`.
    pub fn line_of(&mut self, record: &ByteRecord, end: u64) -> u64 {
        let mut line_feeds = self.line_feeds.borrow_mut();
        while line_feeds.front().is_some_and(|position| position + 1 < end) {
            line_feeds.pop_front();
            self.counted += 1;
        }
        let within = record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        1 + self.counted.saturating_sub(within)
    }
}
