//! In which line of a file a record begins. The reader of CSV counts lines too, but not the one that a CR begins before
//! its LF, nor the empty ones that it passes over.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

use csv::ByteRecord;

type Ends = Rc<RefCell<VecDeque<u64>>>;

/// Passes on what it reads, and notes where lines end.
pub struct Noted<R> {
    inner: R,
    at: u64,
    ends: Ends,
}

/// What was noted.
pub struct Newlines {
    ends: Ends,
    passed: u64,
}

pub fn note<R: Read>(inner: R) -> (Noted<R>, Newlines) {
    let ends = Ends::default();
    (Noted { inner, at: 0, ends: Rc::clone(&ends) }, Newlines { ends, passed: 0 })
}

impl<R: Read> Read for Noted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let read = buffer.get(..length).unwrap_or_default();
        let ends = (self.at..).zip(read).filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
        self.ends.borrow_mut().extend(ends);
        self.at += length as u64;
        Ok(length)
    }
}

impl Newlines {
    /// The line, from 1, in which the record begins that was just read up to the byte `end`, its own end included.
    pub fn line(&mut self, record: &ByteRecord, end: u64) -> u64 {
        let mut ends = self.ends.borrow_mut();
        while ends.front().is_some_and(|at| at + 1 < end) {
            ends.pop_front();
            self.passed += 1;
        }
        let within = record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        1 + self.passed.saturating_sub(within)
    }
}
