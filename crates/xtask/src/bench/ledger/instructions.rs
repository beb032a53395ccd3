//! Instructions of the server's own code for each receipt, counted by valgrind's callgrind. A busy machine makes each receipt
//! take more time, but not more instructions: this is what CI checks.

use std::fs;
use std::process::Command;

use super::load::{self, End, Load};
use super::receipts::{ReceiptMaker, request};
use super::server::Place;
use crate::install;
use crate::workspace::Outcome;

/// Receipts of two runs: what both take at the start and at the end is no part of the difference.
const RECEIPTS: [usize; 2] = [2_000, 8_000];
const CONNECTIONS: usize = 64;
/// What CI lets pass, in thousands of instructions: 212 were counted when it was set, and more where the batches are smaller.
pub const LIMIT: f64 = 270.0;

/// Counts thousands of instructions for each receipt of 64 connections.
///
/// # Errors
/// There is no valgrind, or the server does not answer.
pub fn per_receipt() -> Outcome<f64> {
    install::for_counting()?;
    let [few, many] = RECEIPTS;
    Ok((count(many)? - count(few)?) / (many - few) as f64 / 1e3)
}

/// Whether the count is within what CI lets pass.
///
/// # Errors
/// It is not.
pub fn check(thousands: f64) -> Outcome {
    if thousands <= LIMIT {
        return Ok(());
    }
    Err(format!(
        "found {thousands:.1} thousand instructions of the server for each receipt, expected at most {LIMIT}"
    ))
}

/// The instructions of a server from its start to its end, between which it takes so many receipts.
fn count(receipts: usize) -> Outcome<f64> {
    let place = Place::new()?;
    let counted = place.data().with_file_name("instructions");
    let mut counting = Command::new("valgrind");
    counting.args(["--tool=callgrind", "--quiet"]).arg(format!("--callgrind-out-file={}", counted.display()));
    let server = place.start_by(counting)?;
    let load = Load { connections: CONNECTIONS, request, end: End::Answered(receipts), resent: 0 };
    let answers = load::send(server.address, &load, &mut ReceiptMaker::new(1), &mut Vec::new())?;
    if let Some(refusal) = answers.refusals.first() {
        return Err(format!("found a refusal: {refusal}"));
    }
    server.stop()?;
    let text = fs::read_to_string(&counted).map_err(|error| format!("{}: {error}", counted.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary:").or(line.strip_prefix("totals:")));
    total
        .and_then(|total| total.trim().parse().ok())
        .ok_or_else(|| format!("{}: found no summary, expected what was counted", counted.display()))
}
