//! Packs the tables into one text that compresses well: of lines that say the same of one vendor, the patterns stand
//! side by side, and what a line before it has said already is left out.

#[path = "src/host.rs"]
#[allow(dead_code)]
mod host;
#[path = "src/lines.rs"]
#[allow(dead_code)]
mod lines;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use host::owner;
use lines::{Kind, Line, Says, read};

/// In the order in which they are believed: our own first; of the hosts' tables, the one that knows a tracker before
/// the one that knows its company. `tables.rs` names them in the same order.
const TABLES: [&str; 6] =
    ["overrides", "gate", "whotracksme", "third-party-web", "open-cookie-database", "prebid"];
const OWN: usize = 2;

fn main() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tables");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut groups: BTreeMap<(usize, String, char, char), Vec<String>> = BTreeMap::new();
    let mut known = HashMap::new();
    for (table, name) in TABLES.into_iter().enumerate() {
        let path = folder.join(format!("{name}.txt"));
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for line in read(&text) {
            let line = line
                .map_err(|line| format!("{name}: found {line:?}, expected `category kind pattern vendor`"))?;
            if is_said(&known, &line, table) {
                continue;
            }
            let pattern =
                line.host.map_or(line.pattern.to_owned(), |host| format!("{}@{host}", line.pattern));
            known.entry((line.kind, pattern.clone())).or_insert((line.says, table));
            let kind = if line.kind == Kind::Host { 'h' } else { 'n' };
            groups.entry((table, vendor(&line), line.says.letter(), kind)).or_default().push(pattern);
        }
    }
    let mut packed = String::new();
    for ((table, vendor, says, kind), mut patterns) in groups {
        patterns.sort_unstable();
        packed += &format!("{table}{says}{kind}{vendor}\t{}\n", patterns.join(" "));
    }
    let out = std::env::var("OUT_DIR").map_err(|error| error.to_string())?;
    fs::write(Path::new(&out).join("tables.txt"), packed).map_err(|error| error.to_string())
}

/// The vendor; nothing where it is called as its domain is.
fn vendor(line: &Line<'_>) -> String {
    let same = line.kind == Kind::Host && line.vendor == owner(line.pattern);
    if same { String::new() } else { line.vendor.to_owned() }
}

type Known = HashMap<(Kind, String), (Says, usize)>;

/// Whether a line before this one decides all that this one could: the same pattern; of a host, one above it by the
/// same or a stronger table that says the same.
fn is_said(known: &Known, line: &Line<'_>, table: usize) -> bool {
    let said = |pattern: &str| known.get(&(line.kind, pattern.to_owned()));
    let pattern = line.host.map_or(line.pattern.to_owned(), |host| format!("{}@{host}", line.pattern));
    if said(&pattern).is_some_and(|(says, _)| *says != Says::Technical) {
        return true;
    }
    let mut above = line.pattern;
    while let (Kind::Host, Some((_, rest))) = (line.kind, above.split_once('.')) {
        above = rest;
        if let Some((says, by)) = said(above) {
            // A line of our own above it decides anyway.
            return *says == line.says && *says != Says::Mixed
                || *by < OWN && *says != Says::Mixed && table >= OWN;
        }
    }
    false
}
