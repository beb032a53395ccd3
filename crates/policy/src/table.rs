//! The verdict table: host, URL and name patterns hashed into fixed memory, so that a lookup costs a few
//! probes and the gate needs no allocator. Every visitor downloads this code in front of the page.
//!
//! Hash: FNV-1a with 64 bits, so that two different strings meet about once in 10^16 lookups.

use crate::constants_macro::constants;
use crate::verdict::Verdict;

constants! {
    /// What a pattern is for: a set, because a tracker's cookies and storage keys often share a name.
    pub mod pattern: u32 {
        /// A host and a path, as `.host/path`: `.example.com*` is a host with everything below it (any path,
        /// and any host below), `.example.com/a.js` one URL, `.example.com/a/*` everything below a path.
        HOST = 1, "host";
        /// A cookie's name with at most one `*`, for any run of characters.
        COOKIE = 2, "cookie";
        /// A storage key, as [`COOKIE`].
        STORAGE = 4, "storage";
    }
}

/// How many rules fit.
pub const CAPACITY: usize = SLOTS / 8 * 7;
const SLOTS: usize = 8192;

/// A rule: what a text begins with and ends with.
#[derive(Clone, Copy)]
struct Entry {
    /// 0 in an empty slot.
    start: u64,
    end: u64,
    /// Bytes of the end.
    length: u16,
    kinds: u16,
    verdict: Verdict,
}

impl Entry {
    const EMPTY: Entry = Entry { start: 0, end: 0, length: 0, kinds: 0, verdict: Verdict::from_bits(0) };
}

/// Patterns and their verdicts.
pub struct Table {
    entries: [Entry; SLOTS],
    used: usize,
}

/// A text in the order in which it is matched: a host from its end, because what it ends in says whose it is.
struct Text<'a> {
    bytes: &'a [u8],
    /// Bytes at the beginning that are read from the last to the first.
    turned: usize,
}

impl<'a> Text<'a> {
    fn new(kinds: u32, bytes: &'a [u8]) -> Text<'a> {
        let end = |byte: &u8| kinds & pattern::HOST == 0 || *byte == b'/';
        Text { bytes, turned: bytes.iter().position(end).unwrap_or(bytes.len()) }
    }

    /// The hash of the bytes `from..to`.
    #[inline(never)]
    fn hash(&self, from: usize, to: usize) -> u64 {
        (from..to).fold(BASIS, |hash, at| self.mix(hash, at))
    }

    /// The hash with one more byte, or with what stands behind the last. Not inlined: its constant is long.
    #[inline(never)]
    fn mix(&self, hash: u64, at: usize) -> u64 {
        let at = if at < self.turned { self.turned - 1 - at } else { at };
        (hash ^ self.bytes.get(at).map_or(END, |byte| u64::from(*byte))).wrapping_mul(0x0100_0000_01b3)
    }
}

/// Where each hash begins: beyond all bytes, so that the first one never makes it 0.
const BASIS: u64 = 1 << 12;
/// No byte: the end of a text.
const END: u64 = 256;

impl Table {
    /// A table without rules.
    pub const EMPTY: Table = Table { entries: [Entry::EMPTY; SLOTS], used: 0 };

    /// Forgets every rule. An empty table is left alone: writing all of it takes a page's time at every start.
    pub fn clear(&mut self) {
        if self.used > 0 {
            *self = Table::EMPTY;
        }
    }

    /// Adds a rule, with a pattern as [`pattern`](mod@pattern) describes it; `*` alone is any text. Whether
    /// there was room.
    pub fn insert(&mut self, kinds: u32, pattern: &[u8], verdict: Verdict) -> bool {
        let star = pattern.iter().position(|byte| *byte == b'*');
        let (before, after) = pattern.split_at(star.unwrap_or(pattern.len()));
        let after = after.get(1..).unwrap_or(&[]);
        if self.used == CAPACITY {
            return false;
        }
        self.used += 1;
        // Without a star the text's end belongs to its beginning.
        let start = Text::new(kinds, before).hash(0, before.len() + usize::from(star.is_none()));
        let mut index = slot(start);
        while let Some(at) = self.entries.get_mut(index) {
            if at.start == 0 {
                *at = Entry {
                    start,
                    end: Text::new(0, after).hash(0, after.len()),
                    length: after.len() as u16,
                    kinds: kinds as u16,
                    verdict,
                };
                break;
            }
            index = (index + 1) % SLOTS;
        }
        true
    }

    /// The verdict on a text of one kind: `.cdn.example.com/lib/a.js` (lower-case host, no query), or the
    /// name of a cookie or of a storage key. The site's word before the table's, then the exact text before a
    /// pattern, then the pattern with the longest beginning, then the last one.
    pub fn find(&self, kind: u32, text: &[u8]) -> Option<Verdict> {
        let text = Text::new(kind, text);
        let length = text.bytes.len();
        let (mut best, mut running) = (None, BASIS);
        for at in 0..=length + 1 {
            let mut index = slot(running);
            while let Some(entry) = self.entries.get(index).filter(|entry| entry.start != 0) {
                let after = entry.length as usize;
                if entry.start == running
                    && u32::from(entry.kinds) & kind != 0
                    && at + after <= length + usize::from(after == 0)
                    && text.hash(length - after, length) == entry.end
                    && best.is_none_or(|best: Verdict| entry.verdict.is_site() || !best.is_site())
                {
                    best = Some(entry.verdict);
                }
                index = (index + 1) % SLOTS;
            }
            running = text.mix(running, at);
        }
        best
    }
}

fn slot(hash: u64) -> usize {
    (hash ^ hash >> 32) as usize % SLOTS
}
