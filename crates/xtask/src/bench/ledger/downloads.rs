//! How long others wait beside visitors of whom very much is recorded and who download it all, each receipt with its proof.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use consentry::model::receipt::{Receipt, Subject, Time};
use consentry_ledger::Ledger;
use consentry_ledger::sqlite::SqliteLedger;

use super::crowds::OTHERS;
use super::load::{self, End, Load};
use super::receipts::{ReceiptMaker, now, request};
use super::server::Place;
use super::table::Row;
use crate::workspace::Outcome;

/// How many download at a time, over and over.
const READERS: usize = 20;
/// How many receipts each downloads.
const RECEIPTS: usize = 100_000;
const SUBJECT: &str = "abababababababababababababababab";

/// Measures.
///
/// # Errors
/// A server does not start or answer.
pub fn measure(rows: &mut Vec<Row>) -> Outcome {
    let place = Place::new()?;
    fill(&place)?;
    let token = place.token()?;
    let server = place.start()?;
    server.wait_until_idle();
    let (over, bytes) = (AtomicBool::new(false), AtomicUsize::new(0));
    let answers = thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    if download(server.address, &token, &over, &bytes).is_err() {
                        break;
                    }
                }
            });
        }
        let end = End::After(Duration::from_secs(5));
        let load = Load { connections: OTHERS, request, end, resent: 0 };
        let answers = load::send(server.address, &load, &mut ReceiptMaker::new(6), &mut Vec::new());
        over.store(true, Ordering::Relaxed);
        answers
    });
    let bytes = bytes.load(Ordering::Relaxed);
    if bytes < RECEIPTS {
        return Err(format!("found {bytes} bytes of all downloads, expected millions"));
    }
    let what = format!("p99 of {OTHERS} connections beside {READERS} who download {RECEIPTS} receipts");
    rows.push(Row::less(what, answers?.percentile(0.99), "ms", 50.0, 50.0));
    rows.push(Row::aside("  downloaded meanwhile", bytes as f64 / f64::from(1 << 20), "MiB"));
    rows.push(Row::aside("  memory at most", server.mebibytes("VmHWM"), "MiB"));
    Ok(())
}

/// Adds all receipts of the one subject.
fn fill(place: &Place) -> Outcome {
    fs::create_dir_all(place.data()).map_err(|error| error.to_string())?;
    let ledger = SqliteLedger::open(&place.data())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    let subject = Subject::new(SUBJECT).ok_or("no subject")?;
    let (mut maker, millis) = (ReceiptMaker::new(5), now());
    for _ in 0..RECEIPTS / 1000 {
        let receipt =
            |_| maker.receipt_of(millis).map(|receipt| Receipt { subject: subject.clone(), ..receipt });
        let batch = (0..1000).map(receipt).collect::<Outcome<_>>()?;
        runtime
            .block_on(ledger.append(batch, Time::from_millis(millis)))
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Reads an export to its end, or until it is over.
fn download(address: SocketAddr, token: &str, over: &AtomicBool, bytes: &AtomicUsize) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    let path = format!("/v1/subjects/{SUBJECT}/export?site=shop&format=json");
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    let mut part = [0; 1 << 16];
    while !over.load(Ordering::Relaxed) {
        match stream.read(&mut part)? {
            0 => break,
            read => bytes.fetch_add(read, Ordering::Relaxed),
        };
    }
    Ok(())
}
