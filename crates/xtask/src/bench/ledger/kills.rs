//! Kills the server with SIGKILL while it stores, while it moves pages into its file and while it takes an old file to today's
//! tables: what was acknowledged is there once afterwards, and `consentry verify` finds nothing.

use std::collections::HashSet;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::load::{self, End, Load};
use super::receipts::{ReceiptMaker, request};
use super::server::{ORIGINAL_TABLES, Place};
use super::table::Row;
use crate::workspace::Outcome;

/// Kills under load, of which each second one comes as the file itself is written, in the middle of a checkpoint.
///
/// # Errors
/// A server does not start, or what `verify` finds.
pub fn under_load(kills: u64, rows: &mut Vec<Row>) -> Outcome {
    let place = Place::new()?;
    let mut maker = ReceiptMaker::new(1);
    let (mut acknowledged, mut unanswered) = (Vec::new(), Vec::new());
    for kill in 0..kills {
        let server = place.start()?;
        let (process, file) = (server.process(), place.file());
        let wait = Duration::from_millis(200 + maker.random() % 1300);
        let killer = thread::spawn(move || {
            thread::sleep(wait);
            let written = || fs::metadata(&file).and_then(|file| file.modified()).ok();
            let (begun, before) = (Instant::now(), written());
            while kill % 2 == 1 && written() == before && begun.elapsed() < Duration::from_secs(5) {
                thread::sleep(Duration::from_micros(100));
            }
            kill_process(process);
        });
        let end = End::After(Duration::from_secs(60));
        let load = Load { connections: 128, request, end, resent: 10 };
        let answers = load::send(server.address, &load, &mut maker, &mut unanswered)?;
        if killer.join().is_err() || !answers.cut_off {
            return Err("the server was not killed".into());
        }
        acknowledged.extend(answers.acknowledged);
    }
    // What got no answer is sent again, as pages do.
    let server = place.start()?;
    let load =
        Load { connections: unanswered.len(), request, end: End::Answered(unanswered.len()), resent: 0 };
    let last = load::send(server.address, &load, &mut maker, &mut unanswered)?;
    acknowledged.extend(last.acknowledged);
    if let Some(refusal) = last.refusals.first() {
        return Err(format!("found a refusal of what was sent again: {refusal}"));
    }
    server.stop()?;
    rows.push(Row::aside(format!("acknowledged before {kills} kills"), acknowledged.len() as f64, ""));
    compare(&place, acknowledged, rows)
}

/// Kills while receipts of the oldest tables become today's.
///
/// # Errors
/// As [`under_load`].
pub fn in_a_migration(receipts: usize, kills: u32, rows: &mut Vec<Row>) -> Outcome {
    let place = Place::new()?;
    let ids = fill_original_tables(&place, receipts)?;
    let copy = fs::read(place.file()).map_err(|error| error.to_string())?;
    let undisturbed = place.start()?.starting;
    for kill in 0..kills {
        fs::remove_dir_all(place.data()).map_err(|error| error.to_string())?;
        fs::create_dir(place.data())
            .and_then(|()| fs::write(place.file(), &copy))
            .map_err(|error| error.to_string())?;
        // Each at another moment of it, and each upon what the one before left.
        for part in [kill, kill + 1] {
            let mut child = place.spawn()?;
            thread::sleep(undisturbed * (part + 1) / (kills + 2));
            kill_process(child.id());
            child.wait().map_err(|error| error.to_string())?;
        }
        place.start()?.stop()?;
        let found = format!("of {receipts} lost or twice after {} kills in a migration", 2 * (kill + 1));
        let lost = differences(&place, ids.clone())?;
        if lost != (0, 0) || kill + 1 == kills {
            rows.push(Row::less(found, (lost.0 + lost.1) as f64, "", 0.0, 0.0));
        }
    }
    Ok(())
}

/// Whether nothing was lost and nothing is there twice.
///
/// # Errors
/// Something is.
pub fn check(rows: &[Row]) -> Outcome {
    match rows.iter().find(|row| row.is_over()) {
        None => Ok(()),
        Some(row) => Err(format!("{}: found {}, expected none", row.what.trim(), row.found)),
    }
}

fn kill_process(process: u32) {
    let _ = Command::new("kill").args(["-9", &process.to_string()]).status();
}

/// Compares what was acknowledged with what is there.
fn compare(place: &Place, acknowledged: Vec<u128>, rows: &mut Vec<Row>) -> Outcome {
    let (lost, twice) = differences(place, acknowledged)?;
    rows.push(Row::less("  of which lost", lost as f64, "", 0.0, 0.0));
    rows.push(Row::less("  of which stored twice", twice as f64, "", 0.0, 0.0));
    Ok(())
}

/// How many of these are not there, and how many of all are there twice; what `consentry verify` finds is an error.
fn differences(place: &Place, expected: Vec<u128>) -> Outcome<(usize, usize)> {
    place.verify()?;
    let failed = |error: rusqlite::Error| format!("{}: {error}", place.file().display());
    let connection = Connection::open(place.file()).map_err(failed)?;
    let mut query = connection.prepare("SELECT id FROM receipts").map_err(failed)?;
    let all = query.query_map([], |row| row.get(0).map(u128::from_be_bytes)).map_err(failed)?;
    let all: Vec<u128> = all.collect::<Result<_, _>>().map_err(failed)?;
    let unique: HashSet<_> = all.iter().copied().collect();
    let expected: HashSet<_> = expected.into_iter().collect();
    Ok((expected.difference(&unique).count(), all.len() - unique.len()))
}

/// Makes a file as the first program made it; the ids in it.
fn fill_original_tables(place: &Place, receipts: usize) -> Outcome<Vec<u128>> {
    fs::create_dir(place.data()).map_err(|error| error.to_string())?;
    let failed = |error: rusqlite::Error| format!("{}: {error}", place.file().display());
    let mut connection = Connection::open(place.file()).map_err(failed)?;
    connection.execute_batch(ORIGINAL_TABLES).map_err(failed)?;
    connection.pragma_update(None, "user_version", 1).map_err(failed)?;
    let transaction = connection.transaction().map_err(failed)?;
    let (mut maker, mut ids) = (ReceiptMaker::new(2), Vec::with_capacity(receipts));
    for received in 0..receipts {
        let mut body = Vec::new();
        ids.push(maker.add_receipt(&mut body));
        let body = String::from_utf8(body).map_err(|error| error.to_string())?;
        let text = |key: &str| {
            let value = body.split_once(&format!("\"{key}\":\"")).and_then(|(_, rest)| rest.split_once('"'));
            value.map(|(value, _)| value.to_owned())
        };
        let insert =
            "INSERT INTO receipts (site, id, subject, received, body) VALUES ('shop', ?1, ?2, ?3, ?4)";
        let mut insert = transaction.prepare_cached(insert).map_err(failed)?;
        insert.execute(params![text("id"), text("subject"), received as i64, body]).map_err(failed)?;
    }
    transaction.commit().map_err(failed)?;
    Ok(ids)
}
