//! The verdict table: host, URL and name patterns hashed into fixed memory, so that a lookup costs a few
//! probes and the gate needs no allocator. Every visitor downloads this code in front of the page.
//!
//! Hash: FNV-1a, 64 bits, so that two different strings meet about once in 10^16 lookups.

use crate::verdict::Verdict;

/// What a rule speaks of: a set, because a tracker's cookies and storage keys often share a name.
pub mod kind {
    /// A host and everything below it: `example.com` or `*.example.com`.
    pub const HOST: u32 = 1;
    /// A name with at most one `*`, for any run of characters.
    pub const COOKIE: u32 = 2;
    /// As [`COOKIE`].
    pub const STORAGE: u32 = 4;
    /// A URL without scheme and query: `host/path`, or `host/path/*` for everything below it.
    pub const URL: u32 = 8;
    /// Internal: the hash is that of the part of a pattern before its `*`.
    pub(crate) const PREFIX: u32 = 16;
}

/// How many rules fit.
pub const CAPACITY: usize = SLOTS / 8 * 7;
const SLOTS: usize = 8192;

#[derive(Clone, Copy)]
struct Entry {
    /// 0 in an empty slot.
    hash: u64,
    /// Hash of what must stand after the `*`.
    suffix: u64,
    /// Bytes of it.
    length: u32,
    /// Verdict in bits 0-14, kinds from bit 16.
    bits: u32,
}

impl Entry {
    const EMPTY: Entry = Entry { hash: 0, suffix: 0, length: 0, bits: 0 };

    const fn verdict(&self) -> Verdict {
        Verdict::from_bits(self.bits & 0x7fff)
    }

    const fn kinds(&self) -> u32 {
        self.bits >> 16
    }
}

/// Patterns and their verdicts.
pub struct Table {
    entries: [Entry; SLOTS],
    used: usize,
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of some bytes. Not inlined: its constants are long.
#[inline(never)]
fn hash_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(BASIS, |hash, byte| mix(hash, *byte))
}

#[inline(never)]
fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

impl Table {
    /// A table without rules.
    pub const EMPTY: Table = Table { entries: [Entry::EMPTY; SLOTS], used: 0 };

    /// Forgets every rule.
    pub fn clear(&mut self) {
        self.entries.fill(Entry::EMPTY);
        self.used = 0;
    }

    /// Adds rules, one pattern a line as [`kind`] describes them; the same pattern with an equal or better
    /// source replaces the earlier verdict. Returns how many were refused: no pattern at all, or no room.
    pub fn insert(&mut self, kinds: u32, lines: &[u8], verdict: Verdict) -> u32 {
        let mut refused = 0;
        for mut line in lines.split(|byte| *byte == b'\n') {
            if kinds == kind::HOST {
                // The beginning of `*.example.com` says no more than `example.com`, nor does a final dot.
                line = line.strip_prefix(b"*.").unwrap_or(line);
                line = without_dot(line);
            }
            let star = line.iter().position(|byte| *byte == b'*');
            let (before, after) = line.split_at(star.unwrap_or(line.len()));
            let after = after.get(1..).unwrap_or(&[]);
            let new = Entry {
                hash: hash_of(before),
                suffix: hash_of(after),
                length: after.len() as u32,
                bits: verdict.to_bits() | (kinds | if star.is_some() { kind::PREFIX } else { 0 }) << 16,
            };
            refused += u32::from(before.len() + after.len() == 0 || !self.put(new));
        }
        refused
    }

    /// Stores one rule; whether there was room.
    fn put(&mut self, new: Entry) -> bool {
        let mut index = start(new.hash);
        loop {
            let Some(at) = self.entries.get_mut(index) else { return false };
            let same = at.hash == new.hash && at.suffix == new.suffix && at.kinds() == new.kinds();
            if at.hash == 0 || same {
                if at.hash == 0 {
                    if self.used >= CAPACITY {
                        return false;
                    }
                    self.used += 1;
                }
                if at.verdict().source() <= new.verdict().source() {
                    *at = new;
                }
                return true;
            }
            index = (index + 1) % SLOTS;
        }
    }

    /// The verdict on a host with an optional path (`cdn.example.com/lib/a.js`, lower-case host, no
    /// query): the site's word before the table's, a URL before a host, the longest match first.
    pub fn url(&self, url: &[u8]) -> Option<Verdict> {
        let (mut running, mut host, mut below) = (BASIS, url.len(), None);
        for (at, byte) in url.iter().enumerate() {
            running = mix(running, *byte);
            if *byte == b'/' {
                host = host.min(at);
                below = nearer(self.find(kind::URL | kind::PREFIX, running, &[]), below);
            }
        }
        let mut best = nearer(self.find(kind::URL, running, &[]), below);
        let host = url.get(..host).unwrap_or(url);
        let host = without_dot(host);
        let mut begins = true;
        for at in 0..host.len() {
            let rest = host.get(at..).unwrap_or(host);
            if begins {
                best = nearer(best, self.find(kind::HOST, hash_of(rest), &[]));
            }
            begins = rest.first() == Some(&b'.');
        }
        best
    }

    /// The verdict on a cookie's or storage key's name (`kind` one of [`kind::COOKIE`] and
    /// [`kind::STORAGE`]): the site's word before the table's, the exact name before a pattern, the
    /// longest beginning first.
    pub fn name(&self, kind: u32, name: &[u8]) -> Option<Verdict> {
        let (mut running, mut pattern) = (BASIS, None);
        for at in 0..=name.len() {
            let rest = name.get(at..).unwrap_or(&[]);
            pattern = nearer(self.find(kind | kind::PREFIX, running, rest), pattern);
            if let Some(byte) = rest.first() {
                running = mix(running, *byte);
            }
        }
        nearer(self.find(kind, running, &[]), pattern)
    }

    /// Among the rules of this kind and hash, whose `*` (if any) can stand for the beginning of `rest`, the
    /// site's own; else the first.
    fn find(&self, kinds: u32, hash: u64, rest: &[u8]) -> Option<Verdict> {
        let mut best = None;
        let mut index = start(hash);
        while let Some(at) = self.entries.get(index).filter(|at| at.hash != 0) {
            let fits =
                at.hash == hash && at.kinds() & kinds == kinds && (at.kinds() ^ kinds) & kind::PREFIX == 0;
            let end = rest.len().checked_sub(at.length as usize).and_then(|from| rest.get(from..));
            let ends = |end: &[u8]| hash_of(end) == at.suffix;
            if fits && end.is_some_and(ends) {
                best = nearer(best, Some(at.verdict()));
            }
            index = (index + 1) % SLOTS;
        }
        best
    }
}

fn start(hash: u64) -> usize {
    (hash ^ hash >> 32) as usize % SLOTS
}

/// Of two answers the first, unless only the second is the site's own word.
fn nearer(first: Option<Verdict>, second: Option<Verdict>) -> Option<Verdict> {
    match (first, second) {
        (Some(one), Some(other)) if one.is_site() || !other.is_site() => first,
        (_, None) => first,
        _ => second,
    }
}

/// A host as it is written most: a final dot says that it is whole, which it is.
fn without_dot(host: &[u8]) -> &[u8] {
    host.strip_suffix(b".").unwrap_or(host)
}
