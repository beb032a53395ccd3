//! The verdict table: host, URL and name patterns hashed into fixed memory, so that a lookup costs a few
//! probes and the gate needs no allocator.
//!
//! Hash: FNV-1a, 64 bits, so that two different strings meet about once in 10^16 lookups.

use crate::verdict::{Source, Verdict};

/// What a rule speaks of: a set, because a tracker's cookies and storage keys often share a name.
pub mod kind {
    pub const HOST: u32 = 1;
    pub const COOKIE: u32 = 2;
    pub const STORAGE: u32 = 4;
    /// A URL without scheme and query: `host/path`, or `host/path/*` for everything below it.
    pub const URL: u32 = 8;
    /// Internal: the stored string is the part of a pattern before its `*`.
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
    suffix: u32,
    /// Verdict in bits 0-14, kinds in bits 16-23, length of the suffix in bits 24-31.
    bits: u32,
}

/// Patterns and their verdicts.
pub struct Table {
    entries: [Entry; SLOTS],
    used: usize,
}

/// A rule that the table cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// More than [`CAPACITY`] rules.
    Full,
    /// An empty pattern, more than one `*`, or more than 255 bytes after it.
    Pattern,
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(BASIS, |hash, byte| mix(hash, *byte))
}

impl Table {
    /// A table without rules.
    pub const EMPTY: Table = Table { entries: [Entry { hash: 0, suffix: 0, bits: 0 }; SLOTS], used: 0 };

    /// Forgets every rule.
    pub fn clear(&mut self) {
        self.entries.fill(Entry { hash: 0, suffix: 0, bits: 0 });
        self.used = 0;
    }

    /// Adds a rule; the same pattern with an equal or better source replaces the earlier verdict.
    ///
    /// Hosts (`example.com` or `*.example.com`) stand for themselves and everything below; names and
    /// URLs have at most one `*`, for any run of characters; in URLs only at the end, after a `/`.
    pub fn insert(&mut self, kinds: u32, pattern: &[u8], verdict: Verdict) -> Result<(), Refused> {
        let mut kinds = kinds;
        let mut prefix = pattern;
        let mut suffix: &[u8] = &[];
        if kinds & kind::HOST != 0 {
            prefix = pattern.strip_prefix(b"*.").unwrap_or(pattern);
        } else if let Some(star) = pattern.iter().position(|byte| *byte == b'*') {
            (prefix, suffix) = (pattern.get(..star).unwrap_or(&[]), pattern.get(star + 1..).unwrap_or(&[]));
            kinds |= kind::PREFIX;
        }
        if (prefix.is_empty() && suffix.is_empty()) || suffix.len() > 255 || suffix.contains(&b'*') {
            return Err(Refused::Pattern);
        }
        let entry = Entry {
            hash: hash(prefix),
            suffix: hash(suffix) as u32,
            bits: verdict.to_bits() | kinds << 16 | (suffix.len() as u32) << 24,
        };
        let same = |at: &Entry| {
            at.hash == entry.hash && at.suffix == entry.suffix && at.bits >> 16 == entry.bits >> 16
        };
        let Some((index, found)) = self.chain(entry.hash).find(|(_, at)| at.hash == 0 || same(at)) else {
            return Err(Refused::Full);
        };
        let (new, beaten) = (found.hash == 0, Verdict::from_bits(found.bits).source > verdict.source);
        if new && self.used >= CAPACITY {
            return Err(Refused::Full);
        }
        if let Some(slot) = self.entries.get_mut(index).filter(|_| new || !beaten) {
            *slot = entry;
            self.used += usize::from(new);
        }
        Ok(())
    }

    /// The verdict on a host with an optional path (`cdn.example.com/lib/a.js`, lower-case host, no
    /// query): the site's word before the table's, a URL before a host, the longest match first.
    pub fn url(&self, url: &[u8]) -> Option<Verdict> {
        let end = url.iter().position(|byte| *byte == b'/').unwrap_or(url.len());
        let mut best = None;
        if end < url.len() {
            better(&mut best, self.exact(kind::URL, hash(url)));
            let mut running = hash(url.get(..end).unwrap_or(&[]));
            let mut below = None;
            for byte in url.get(end..).unwrap_or(&[]) {
                running = mix(running, *byte);
                if *byte == b'/' {
                    below = self.exact(kind::URL | kind::PREFIX, running).or(below);
                }
            }
            better(&mut best, below);
        }
        let host = url.get(..end).unwrap_or(&[]);
        let mut host = host.strip_suffix(b".").unwrap_or(host);
        loop {
            better(&mut best, self.exact(kind::HOST, hash(host)));
            match host.iter().position(|byte| *byte == b'.') {
                Some(dot) => host = host.get(dot + 1..).unwrap_or(&[]),
                None => return best,
            }
        }
    }

    /// The verdict on a cookie's or storage key's name (`kind` one of [`kind::COOKIE`] and
    /// [`kind::STORAGE`]): the site's word before the table's, the exact name before a pattern, the
    /// longest beginning first.
    pub fn name(&self, kind: u32, name: &[u8]) -> Option<Verdict> {
        let mut running = BASIS;
        let mut pattern = [None, None];
        let mut note = |found: Option<Verdict>| {
            if let Some(verdict) = found {
                pattern[usize::from(verdict.source.is_site())] = found;
            }
        };
        for (at, byte) in name.iter().enumerate() {
            note(self.prefix(kind, running, name.get(at..).unwrap_or(&[])));
            running = mix(running, *byte);
        }
        note(self.prefix(kind, running, &[]));
        let mut best = self.exact(kind, running);
        better(&mut best, pattern[1]);
        better(&mut best, pattern[0]);
        best
    }

    fn exact(&self, kinds: u32, hash: u64) -> Option<Verdict> {
        let prefix = kinds & kind::PREFIX;
        self.find(hash, |at| {
            at.kinds() & kinds == kinds && at.kinds() & kind::PREFIX == prefix && at.suffix_length() == 0
        })
    }

    fn prefix(&self, kind: u32, hash_of_prefix: u64, rest: &[u8]) -> Option<Verdict> {
        self.find(hash_of_prefix, |at| {
            at.kinds() & kind != 0
                && at.kinds() & kind::PREFIX != 0
                && rest.len() >= at.suffix_length()
                && rest.get(rest.len() - at.suffix_length()..).is_some_and(|end| hash(end) as u32 == at.suffix)
        })
    }

    /// Among the rules with this hash that fit, the site's own; else the first.
    fn find(&self, hash: u64, fits: impl Fn(&Entry) -> bool) -> Option<Verdict> {
        let mut best = None;
        for (_, entry) in self.chain(hash) {
            if entry.hash == 0 {
                break;
            }
            if entry.hash == hash && fits(entry) {
                better(&mut best, Some(Verdict::from_bits(entry.bits)));
            }
        }
        best
    }

    /// Every slot from the one where this hash would go; an empty one ends what belongs to it.
    fn chain(&self, hash: u64) -> impl Iterator<Item = (usize, &Entry)> {
        let start = (hash ^ hash >> 32) as usize % SLOTS;
        (start..start + SLOTS).filter_map(|at| self.entries.get(at % SLOTS).map(|entry| (at % SLOTS, entry)))
    }
}

impl Entry {
    const fn kinds(&self) -> u32 {
        self.bits >> 16 & 0xff
    }

    const fn suffix_length(&self) -> usize {
        (self.bits >> 24) as usize
    }
}

/// Keeps what was found first, unless only the new answer is the site's own word.
fn better(best: &mut Option<Verdict>, found: Option<Verdict>) {
    let site = |verdict: &Option<Verdict>| verdict.is_some_and(|verdict| verdict.source.is_site());
    if best.is_none() || (!site(best) && site(&found)) {
        *best = found.or(*best);
    }
}

const _: () = assert!(Source::FirstParty as u8 == 3, "the source must fit in two bits");
