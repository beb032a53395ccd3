//! What a large ledger costs: to listen with it, to find a subject in it, to add to it, to look at it.

use std::fs;
use std::time::Instant;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use consentry_ledger::sqlite::SqliteLedger;
use consentry_ledger::{Ledger, SubjectPage};
use rusqlite::Connection;

use super::receipts::{DAY, ReceiptMaker, now};
use super::rounds::{bytes_per_receipt, measure};
use super::server::Place;
use super::table::{Row, median};
use crate::workspace::Outcome;

const MILLION: usize = 1_000_000;
/// The size of the largest ledger.
const MOST: usize = 10 * MILLION;
/// Over how many days its receipts came: more than the dashboard's longest period but for all of them.
const DAYS: u64 = 400;
/// How many receipts are added at a time.
const BATCH: usize = 1000;
/// How many subjects are looked for.
const SUBJECTS: usize = 2000;

/// Measures with one million and with ten million receipts; `micros_when_new`: the server's processor time for each receipt on
/// a new ledger.
///
/// # Errors
/// A server does not start or answer.
pub fn measure_large(micros_when_new: f64, rows: &mut Vec<Row>) -> Outcome {
    let place = Place::new()?;
    let mut maker = ReceiptMaker::new(4);
    fill(&place, MILLION, &mut maker)?;
    rows.push(Row::less("bytes per receipt, 1 million", bytes_per_receipt(&place)?, "B", 450.0, 330.0));
    let mut starts = Vec::new();
    for _ in 0..5 {
        let server = place.start()?;
        starts.push(server.starting.as_secs_f64() * 1e3);
        server.stop()?;
    }
    rows.push(Row::less("listening with 1 million receipts", median(&starts), "ms", 100.0, 20.0));
    rows.push(Row::less("access by subject, p99, 1 million", access_p99(&place)?, "ms", 2.0, 0.5));
    fill(&place, MOST, &mut maker)?;
    rows.push(Row::less("bytes per receipt, 10 million", bytes_per_receipt(&place)?, "B", 450.0, 330.0));
    let server = place.start()?;
    rows.push(Row::aside("listening with 10 million receipts", server.starting.as_secs_f64() * 1e3, "ms"));
    server.wait_until_idle();
    let mut micros = Vec::new();
    for _ in 0..5 {
        micros.push(measure(&server, 64, &mut maker)?.server_micros);
    }
    let most_memory = server.mebibytes("VmHWM");
    server.stop()?;
    let slower = (median(&micros) / micros_when_new - 1.0) * 100.0;
    rows.push(Row::aside("server CPU per receipt, 10 million", median(&micros), "µs"));
    rows.push(Row::less("more than on a new ledger", slower, "%", 25.0, 10.0));
    rows.push(Row::less("memory, at most, 10 million", most_memory, "MiB", 128.0, 64.0));
    let (first, all) = dashboard(&place)?;
    rows.push(Row::less("dashboard's first view, 10 million", first, "ms", 250.0, 50.0));
    rows.push(Row::aside(format!("the same over all {DAYS} days"), all, "ms"));
    Ok(())
}

/// Adds receipts until there are so many. They are as old as if [`MOST`] had come evenly over [`DAYS`] days.
fn fill(place: &Place, receipts: usize, maker: &mut ReceiptMaker) -> Outcome {
    let there = if place.file().exists() { place.count()? } else { 0 };
    fs::create_dir_all(place.data()).map_err(|error| error.to_string())?;
    let ledger = SqliteLedger::open(&place.data())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    let begun = Instant::now();
    for first in (there..receipts).step_by(BATCH) {
        let age = (MOST - first) as u64 * DAYS * DAY / MOST as u64;
        let millis = now() - age;
        let batch = (0..BATCH.min(receipts - first)).map(|_| maker.receipt_of(millis));
        let batch = batch.collect::<Outcome<_>>()?;
        runtime
            .block_on(ledger.append(batch, Time::from_millis(millis)))
            .map_err(|error| error.to_string())?;
    }
    let rate = (receipts - there) as f64 / begun.elapsed().as_secs_f64();
    println!("{receipts} receipts are there: {rate:.0} a second, {BATCH} at a time");
    Ok(())
}

/// How long the server takes for the dashboard's page, in milliseconds: right after it started, and over all days.
fn dashboard(place: &Place) -> Outcome<(f64, f64)> {
    let token = place.token()?;
    let (mut first, mut all) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let server = place.start()?;
        first.push(server.page_millis("/admin", &token)?);
        all.push(server.page_millis("/admin?days=all", &token)?);
        server.stop()?;
    }
    Ok((median(&first), median(&all)))
}

/// How long it takes to read the receipts of one subject among all, in milliseconds.
fn access_p99(place: &Place) -> Outcome<f64> {
    let failed = |error: rusqlite::Error| format!("{}: {error}", place.file().display());
    let connection = Connection::open(place.file()).map_err(failed)?;
    let query = "SELECT lower(hex(subject)) FROM receipts ORDER BY random() LIMIT ?1";
    let mut query = connection.prepare(query).map_err(failed)?;
    let subjects = query.query_map([SUBJECTS as i64], |row| row.get::<_, String>(0)).map_err(failed)?;
    let subjects: Vec<String> = subjects.collect::<Result<_, _>>().map_err(failed)?;
    let ledger = SqliteLedger::open_to_read(&place.data())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    let mut millis = Vec::new();
    for subject in subjects.iter().filter_map(|subject| Subject::new(subject)) {
        let site = SiteKey::new("shop").ok_or("no site key")?;
        let begun = Instant::now();
        let found = ledger.receipts_of(site, subject, SubjectPage { after: 0, limit: 201 });
        let found = runtime.block_on(found).map_err(|error| error.to_string())?;
        millis.push(begun.elapsed().as_secs_f64() * 1e3);
        if found.is_empty() {
            return Err("found no receipt of a subject that has one".into());
        }
    }
    millis.sort_by(f64::total_cmp);
    Ok(millis[millis.len() * 99 / 100])
}
