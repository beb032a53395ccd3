//! Every table in one index: a name or a host is found in a few probes, however many lines there are.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::host::{above, owner};
use crate::lines::Says;

/// Every table, packed by `build.rs`: a line has the number of the table, a letter for what it says and one
/// for the kind, the vendor (none where it is called as its domain is), a tab, and patterns. The most
/// believed tables come first.
const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/tables.txt"));
/// The tables' names, by number: the order in which they are believed.
const TABLES: [&str; 6] =
    ["overrides", "gate", "WhoTracks.me", "third-party-web", "Open Cookie Database", "Prebid.js"];
/// How many of them are our own.
const OWN: usize = 2;
/// Which of them is the gate's.
const GATE: usize = 1;
/// No pattern's beginning is longer: what lies behind is not searched for one.
const LONGEST: usize = 63;

/// A pattern that fits, with what is said of it.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub says: Says,
    /// A host, or a name with at most one `*`.
    pub pattern: &'static str,
    /// Of a name: the host that sets it, if no other does.
    pub host: Option<&'static str>,
    named: &'static str,
    table: u8,
}

impl Found {
    /// Whose it is.
    pub fn vendor(&self) -> String {
        if self.named.is_empty() { owner(self.pattern) } else { self.named.to_owned() }
    }

    /// The table's name.
    pub fn source(&self) -> &'static str {
        TABLES.get(usize::from(self.table)).copied().unwrap_or_default()
    }

    /// Whether it speaks of many names.
    pub fn is_pattern(&self) -> bool {
        self.pattern.contains('*')
    }

    /// Whether it is a line of our own.
    pub fn is_ours(&self) -> bool {
        usize::from(self.table) < OWN
    }

    /// Whether it is a line of the gate's.
    pub fn is_the_gates(&self) -> bool {
        usize::from(self.table) == GATE
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
    /// Reads every table.
    pub fn new() -> Tables {
        let mut tables =
            Tables { hosts: Index::default(), names: Index::default(), starts: Index::default(), lengths: 0 };
        for line in PACKED.lines() {
            tables.read(line);
        }
        tables
    }

    fn read(&mut self, line: &'static str) -> Option<()> {
        let (head, patterns) = line.split_once('\t')?;
        let mut letters = head.chars();
        let table = letters.next()?.to_digit(10)? as u8;
        let letter = letters.next()?;
        let says = Says::ALL.into_iter().find(|says| says.letter() == letter)?;
        let is_host = letters.next()? == 'h';
        let named = letters.as_str();
        for pattern in patterns.split(' ') {
            let (pattern, host) = match pattern.rsplit_once('@') {
                Some((name, host)) if !is_host => (name, Some(host)),
                _ => (pattern, None),
            };
            let (index, key) = match (is_host, pattern.split_once('*')) {
                (true, _) => (&mut self.hosts, pattern),
                (false, None) => (&mut self.names, pattern),
                (false, Some((start, _))) => {
                    self.lengths |= 1 << start.len().min(LONGEST);
                    (&mut self.starts, start)
                }
            };
            index.entry(key).or_default().push(Found { says, pattern, host, named, table });
        }
        Some(())
    }

    /// The lines on a host: its own and those of the hosts above it, the nearest first.
    pub fn host(&self, host: &str) -> impl Iterator<Item = Found> {
        above(host).filter_map(|host| self.hosts.get(host)).flatten().copied()
    }

    /// The lines on hosts below this one.
    pub fn below(&self, host: &str) -> impl Iterator<Item = Found> {
        let is_below = move |known: &str| known.strip_suffix(host).is_some_and(|rest| rest.ends_with('.'));
        self.hosts.iter().filter(move |(known, _)| is_below(known)).flat_map(|(_, lines)| lines).copied()
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
            let end = found.pattern.split_once('*').map_or("", |(_, end)| end);
            name.len() + 1 >= found.pattern.len() && name.ends_with(end)
        })
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        [&self.hosts, &self.names, &self.starts]
            .into_iter()
            .flat_map(|index| index.values())
            .map(Vec::len)
            .sum()
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
        self.0 =
            bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
