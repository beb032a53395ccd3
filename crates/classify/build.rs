//! Packs the tables into one text that compresses well: of lines that say the same of one vendor, the
//! patterns stand side by side, and what a line before it has said already is left out.

#[path = "src/host.rs"]
#[allow(dead_code)]
mod host;
#[path = "src/lines.rs"]
#[allow(dead_code)]
mod lines;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use host::owner;
use lines::{Line, PatternKind, Says, read};

/// In the order in which they are believed: our own first; of the hosts' tables, the one that knows a tracker
/// before the one that knows its company. `tables.rs` names them in the same order.
const TABLES: [&str; 6] =
    ["overrides", "gate", "whotracksme", "third-party-web", "open-cookie-database", "prebid"];
const OWN: usize = 2;

/// A line's kind and its pattern, with the host behind an `@`.
type Key = (PatternKind, String);

/// What is packed of it: the table, what it says, the vendor.
struct Said {
    table: usize,
    says: Says,
    vendor: String,
}

fn main() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tables");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut said: BTreeMap<Key, Vec<Said>> = BTreeMap::new();
    for (table, name) in TABLES.into_iter().enumerate() {
        let path = folder.join(format!("{name}.txt"));
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for line in read(&text) {
            let line = line
                .map_err(|line| format!("{name}: found {line:?}, expected `category kind pattern vendor`"))?;
            let pattern =
                line.host.map_or(line.pattern.to_owned(), |host| format!("{}@{host}", line.pattern));
            let now = Said { table, says: line.says, vendor: vendor(&line) };
            add(said.entry((line.kind, pattern)).or_default(), line.kind, now);
        }
    }
    let mut groups: BTreeMap<(usize, &str, char, char), Vec<&str>> = BTreeMap::new();
    for ((kind, pattern), all) in &said {
        for it in all.iter().filter(|it| *kind == PatternKind::Name || !is_said_above(&said, pattern, it)) {
            let kind = if *kind == PatternKind::Host { 'h' } else { 'n' };
            groups.entry((it.table, &it.vendor, it.says.letter(), kind)).or_default().push(pattern);
        }
    }
    let mut packed = String::new();
    for ((table, vendor, says, kind), patterns) in groups {
        packed += &format!("{table}{says}{kind}{vendor}\t{}\n", patterns.join(" "));
    }
    let out = std::env::var("OUT_DIR").map_err(|error| error.to_string())?;
    fs::write(Path::new(&out).join("tables.txt"), packed).map_err(|error| error.to_string())
}

/// Adds what a table says of a pattern to what those before it said. A second word counts only where the
/// first is not one; but of two registries that differ on a host, the one counts that asks more of a visitor:
/// calling a tracker less than it is is the costly mistake.
fn add(said: &mut Vec<Said>, kind: PatternKind, now: Said) {
    match said.last_mut() {
        None => said.push(now),
        Some(last) if kind == PatternKind::Host && last.table >= OWN && now.says > last.says => *last = now,
        Some(last) if last.says == Says::Technical => said.push(now),
        Some(_) => {}
    }
}

/// Whether the nearest host above says the same, or decides as a line of our own.
fn is_said_above(said: &BTreeMap<Key, Vec<Said>>, host: &str, it: &Said) -> bool {
    let above = |at: usize| said.get(&(PatternKind::Host, host.get(at + 1..)?.to_owned()))?.first();
    let nearest = host.match_indices('.').find_map(|(at, _)| above(at));
    nearest.is_some_and(|above| {
        above.says != Says::Mixed && (above.says == it.says || above.table < OWN && it.table >= OWN)
    })
}

/// The vendor; nothing where it is called as its domain is.
fn vendor(line: &Line<'_>) -> String {
    let same = line.kind == PatternKind::Host && line.vendor == owner(line.pattern);
    if same { String::new() } else { line.vendor.to_owned() }
}
