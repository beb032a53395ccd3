//! What the server takes and costs: rounds of load on new ledgers, or on one that is there.

use std::fs;
use std::time::Duration;

use super::load::{self, End, Load};
use super::receipts::{ReceiptMaker, request};
use super::server::{Place, Server, own_processor_micros};
use super::table::{Row, least, median};
use crate::workspace::Outcome;

/// How often each is measured.
const ROUNDS: u64 = 5;
/// How long it is measured, after a second in which everything has become warm.
const MEASURED: Duration = Duration::from_millis(2500);
const WARM_UP: Duration = Duration::from_millis(500);

/// One round's figures.
pub struct Round {
    pub rate: f64,
    pub median_millis: f64,
    pub p99_millis: f64,
    /// Processor time of the server for each receipt, in microseconds; and of this program.
    pub server_micros: f64,
    pub own_micros: f64,
}

/// Measures a server that runs.
///
/// # Errors
/// It does not answer, or refuses receipts.
pub fn measure(server: &Server, connections: usize, maker: &mut ReceiptMaker) -> Outcome<Round> {
    let load = |time| Load { connections, request, end: End::After(time), resent: 0 };
    load::send(server.address, &load(WARM_UP), maker, &mut Vec::new())?;
    let (server_before, own_before) = (server.processor_micros(), own_processor_micros());
    let mut answers = load::send(server.address, &load(MEASURED), maker, &mut Vec::new())?;
    let (server_after, own_after) = (server.processor_micros(), own_processor_micros());
    if let Some(refusal) = answers.refusals.first() {
        return Err(format!("found a refusal: {refusal}"));
    }
    let receipts = answers.acknowledged.len() as f64;
    Ok(Round {
        rate: answers.rate(),
        median_millis: answers.percentile(0.5),
        p99_millis: answers.percentile(0.99),
        server_micros: (server_after - server_before) / receipts,
        own_micros: (own_after - own_before) / receipts,
    })
}

/// Rounds on new ledgers. Adds the rows; the server's processor time for each receipt of 64 connections, the median of
/// all rounds.
///
/// # Errors
/// A server does not start or answer.
pub fn on_new_ledgers(rows: &mut Vec<Row>) -> Outcome<f64> {
    let (mut of_64, mut of_256) = (Vec::new(), Vec::new());
    let (mut idle, mut most, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
    for seed in 0..ROUNDS {
        for (connections, rounds) in [(64, &mut of_64), (256, &mut of_256)] {
            let place = Place::new()?;
            let server = place.start()?;
            // It compresses the component's files first, once.
            server.wait_until_idle();
            idle.push(server.mebibytes("VmRSS"));
            rounds.push(measure(&server, connections, &mut ReceiptMaker::new(seed))?);
            most.push(server.mebibytes("VmHWM"));
            server.stop()?;
            sizes.push(bytes_per_receipt(&place)?);
        }
    }
    let of = |rounds: &[Round], figure: fn(&Round) -> f64| rounds.iter().map(figure).collect::<Vec<_>>();
    let micros = of(&of_64, |round| round.server_micros);
    rows.extend([
        Row::less("server CPU per receipt, 64 connections", median(&micros), "µs", 50.0, 35.0),
        Row::aside("  the least of five", least(&micros), "µs"),
        Row::aside("  256 connections", median(&of(&of_256, |round| round.server_micros)), "µs"),
        Row::less("  load generator", median(&of(&of_64, |round| round.own_micros)), "µs", 11.0, 11.0),
        Row::more("receipts, 64 connections", median(&of(&of_64, |round| round.rate)), "/s", 20e3, 30e3),
        Row::aside("  p50", median(&of(&of_64, |round| round.median_millis)), "ms"),
        Row::less("  p99", median(&of(&of_64, |round| round.p99_millis)), "ms", 10.0, 6.0),
        Row::more("receipts, 256 connections", median(&of(&of_256, |round| round.rate)), "/s", 22e3, 35e3),
        Row::aside("  p50", median(&of(&of_256, |round| round.median_millis)), "ms"),
        Row::less("  p99", median(&of(&of_256, |round| round.p99_millis)), "ms", 25.0, 20.0),
        Row::less("memory, idle", median(&idle), "MiB", 20.0, 10.0),
        Row::less("memory, at most, 64 and 256 connections", median(&most), "MiB", 128.0, 64.0),
        Row::less("bytes per receipt, indexes and tree included", median(&sizes), "B", 450.0, 330.0),
    ]);
    Ok(median(&micros))
}

/// The file's size for each receipt in it, when no server runs.
///
/// # Errors
/// The file cannot be read.
pub fn bytes_per_receipt(place: &Place) -> Outcome<f64> {
    let failed = |error: std::io::Error| format!("{}: {error}", place.file().display());
    let size = fs::metadata(place.file()).map_err(failed)?.len();
    Ok(size as f64 / place.count()? as f64)
}
