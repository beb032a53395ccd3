//! Every table in one index: a name or a host is found in a few probes, however many lines there are.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::host::above;
use crate::lines::{Kind, Line, read};

/// The tables in the order in which they are believed: our own first; of the hosts' tables, the one that knows a
/// tracker before the one that knows its company.
const TABLES: [(&str, &str); 6] = [
    ("overrides", include_str!("../tables/overrides.txt")),
    ("gate", include_str!("../tables/gate.txt")),
    ("whotracksme", include_str!("../tables/whotracksme.txt")),
    ("third-party-web", include_str!("../tables/third-party-web.txt")),
    ("Open Cookie Database", include_str!("../tables/open-cookie-database.txt")),
    ("Prebid.js", include_str!("../tables/prebid.txt")),
];
/// How many of them are our own.
const OWN: usize = 2;
/// No pattern's beginning is longer: what lies behind is not searched for one.
const LONGEST: usize = 63;

/// A line with where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub line: Line<'static>,
    table: usize,
}

impl Found {
    /// The table's name.
    pub fn source(&self) -> &'static str {
        TABLES.get(self.table).map_or("", |(name, _)| name)
    }

    /// Whether it is a line of our own.
    pub fn is_ours(&self) -> bool {
        self.table < OWN
    }
}

type Index = HashMap<&'static str, Vec<Found>, BuildHasherDefault<Fnv>>;

/// Lines by pattern; of one pattern, the most believed first.
pub struct Tables {
    hosts: Index,
    names: Index,
    /// Names with a `*`, by what stands before it.
    starts: Index,
    /// The lengths of those, as a set.
    lengths: u64,
}

impl Tables {
    /// Reads every table; lines that are none are passed over (a test finds them).
    pub fn new() -> Tables {
        let mut tables = Tables { hosts: Index::default(), names: Index::default(), starts: Index::default(), lengths: 0 };
        for (table, (_, text)) in TABLES.into_iter().enumerate() {
            for line in read(text).flatten() {
                let (index, key) = match (line.kind, line.pattern.split_once('*')) {
                    (Kind::Host, _) => (&mut tables.hosts, line.pattern),
                    (Kind::Name, None) => (&mut tables.names, line.pattern),
                    (Kind::Name, Some((start, _))) => {
                        tables.lengths |= 1 << start.len().min(LONGEST);
                        (&mut tables.starts, start)
                    }
                };
                index.entry(key).or_default().push(Found { line, table });
            }
        }
        tables
    }

    /// The lines on a host: its own and those of the hosts above it, the nearest first.
    pub fn host(&self, host: &str) -> impl Iterator<Item = Found> {
        above(host).filter_map(|host| self.hosts.get(host)).flatten().copied()
    }

    /// The lines on exactly this name.
    pub fn name(&self, name: &str) -> impl Iterator<Item = Found> {
        self.names.get(name).into_iter().flatten().copied()
    }

    /// The lines with a pattern that fits a name, the longest beginning first.
    pub fn patterns(&self, name: &str) -> impl Iterator<Item = Found> {
        let lengths = (1..=name.len().min(LONGEST)).rev().filter(|length| self.lengths >> length & 1 == 1);
        let starts = lengths.filter_map(|length| self.starts.get(name.get(..length)?));
        starts.flatten().copied().filter(move |found| {
            let end = found.line.pattern.split_once('*').map_or("", |(_, end)| end);
            name.len() + 1 >= found.line.pattern.len() && name.ends_with(end)
        })
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        [&self.hosts, &self.names, &self.starts].into_iter().flat_map(|index| index.values()).map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Tables {
    fn default() -> Tables {
        Tables::new()
    }
}

/// FNV-1a: the keys are the tables', so that nobody chooses them to collide.
#[derive(Default)]
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
