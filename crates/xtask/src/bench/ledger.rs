//! `cargo xtask bench ledger`: what the server takes, keeps and costs, beside the limits and the goals of the project. What is
//! measured of the clock is for a machine that does nothing else; the instructions for each receipt are what CI checks.

mod crowds;
mod downloads;
mod instructions;
mod kills;
mod large;
mod load;
mod receipts;
mod rounds;
mod server;
mod table;

use table::Row;

use crate::workspace::{Outcome, run};

/// Everything that takes less than three minutes; with `--long` also large ledgers and more kills.
///
/// # Errors
/// A figure that CI checks is over its limit, something acknowledged was lost or stored twice, or a server does not answer.
pub fn measure(options: &[&str]) -> Outcome {
    let is_long = match options {
        [] => false,
        ["--long"] => true,
        other => return Err(format!("found {other:?}, expected nothing or --long")),
    };
    run("cargo", &["build", "--release", "--package", "consentry-cli"])?;
    println!("load of the machine before: {}", load_average());
    let mut rows = Vec::new();
    let counted = instructions::per_receipt()?;
    let limit = instructions::LIMIT;
    rows.push(Row::less("instructions of its own code per receipt, in thousands", counted, "", limit, limit));
    let micros = rounds::on_new_ledgers(&mut rows)?;
    table::print("medians of five rounds on new ledgers", &rows);
    let mut kept = Vec::new();
    kills::under_load(if is_long { 20 } else { 6 }, &mut kept)?;
    let (receipts, kills) = if is_long { (200_000, 10) } else { (50_000, 3) };
    kills::in_a_migration(receipts, kills, &mut kept)?;
    table::print("after kill -9, with 10 % sent again; consentry verify finds nothing", &kept);
    let mut beside = Vec::new();
    crowds::measure(&mut beside)?;
    downloads::measure(&mut beside)?;
    table::print("others, beside a crowd", &beside);
    if is_long {
        let mut large = Vec::new();
        large::measure_large(micros, &mut large)?;
        table::print("large ledgers", &large);
    }
    println!("load of the machine after: {}", load_average());
    kills::check(&kept)?;
    instructions::check(counted)
}

/// What of it CI checks, of the program that was built.
///
/// # Errors
/// It is over its limit, or could not be counted.
pub fn check() -> Outcome {
    let counted = instructions::per_receipt()?;
    println!(
        "{counted:.1} thousand instructions of the server for each receipt, of at most {}",
        instructions::LIMIT
    );
    instructions::check(counted)
}

/// How much ran on this machine in the last 1, 5 and 15 minutes.
fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
