//! The sizes of what a visitor downloads, against their budgets.

use consentry_classify::gate_table;

use crate::build::places::DIST;
use crate::workspace::{Outcome, brotli, names_in, read_bytes};

/// A row: what it is, its files, and how many brotli bytes they may have together.
const BUDGETS: [(&str, &[&str], usize); 3] = [
    // Two languages; a bundle with one weighs some 300 less.
    ("any visit, until the banner can be used", &["consentry.js"], 24_300),
    (
        "preferences, fetched when they are likely",
        &["consentry-ui.js", "consentry-ui.wasm", "consentry-preferences.en.json"],
        60_000,
    ),
    (
        "full tables and model, fetched when they are asked",
        &["consentry-classify.js", "consentry-classify.wasm"],
        80_000,
    ),
];

/// Brotli bytes that the gate's own table may take of them.
const TABLE_BUDGET: usize = 3_000;

/// Prints the table; fails where something is over its budget.
pub fn check() -> Outcome {
    println!("{:<50} {:>8} {:>8} {:>8}", "artefact", "raw", "brotli", "budget");
    for file in &names_in(DIST)? {
        let (raw, packed) = sizes(&[file])?;
        println!("{file:<50} {raw:>8} {packed:>8} {:>8}", "");
    }
    let mut over = Vec::new();
    let table = brotli(gate_table::table().as_bytes())?.len();
    println!(
        "{:<50} {:>8} {table:>8} {TABLE_BUDGET:>8}",
        "the gate's own table, in consentry.js",
        gate_table::table().len()
    );
    if table > TABLE_BUDGET {
        over.push(format!("the gate's own table: {table} bytes, {} over budget", table - TABLE_BUDGET));
    }
    for (what, files, budget) in BUDGETS {
        let (raw, packed) = sizes(files)?;
        println!("{what:<50} {raw:>8} {packed:>8} {budget:>8}");
        if packed > budget {
            over.push(format!("{what}: {packed} bytes, {} over budget", packed - budget));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}

/// Raw and brotli (quality 11) bytes of files that are sent one by one.
fn sizes(files: &[&str]) -> Outcome<(usize, usize)> {
    let mut sum = (0, 0);
    for file in files {
        let raw = read_bytes(&format!("{DIST}/{file}"))?;
        let packed = brotli(&raw)?.len();
        sum = (sum.0 + raw.len(), sum.1 + packed);
    }
    Ok(sum)
}
