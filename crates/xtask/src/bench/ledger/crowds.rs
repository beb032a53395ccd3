//! How long others wait beside a crowd that holds connections without getting on.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::load::{self, End, Load};
use super::receipts::{ReceiptMaker, request};
use super::server::Place;
use super::table::Row;
use crate::workspace::Outcome;

/// Who else asks meanwhile.
pub const OTHERS: usize = 16;
/// How often a slow sender sends one more byte.
const PAUSE: Duration = Duration::from_millis(500);

/// What those in a crowd send at first, and whether they go on byte by byte.
struct Crowd {
    who: &'static str,
    size: usize,
    sent: &'static str,
    goes_on: bool,
}

const CROWDS: [Crowd; 4] = [
    Crowd { who: "nobody", size: 0, sent: "", goes_on: false },
    Crowd {
        who: "1,000 slow readers",
        size: 1000,
        sent: "GET /shop/consentry-classify.wasm.js HTTP/1.1\r\nHost: a\r\n\r\n",
        goes_on: false,
    },
    Crowd {
        who: "1,000 slow senders",
        size: 1000,
        sent: "POST /v1/receipts HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\nContent-Type: text/plain\r\n\
               Content-Length: 600\r\n\r\n{",
        goes_on: true,
    },
    Crowd { who: "10,000 idle connections", size: 10_000, sent: "", goes_on: false },
];

/// Measures each crowd.
///
/// # Errors
/// A server does not start or answer, or the system does not let this program open so many connections.
pub fn measure(rows: &mut Vec<Row>) -> Outcome {
    rlimit::increase_nofile_limit(16_384).map_err(|error| format!("open files: {error}"))?;
    for crowd in &CROWDS {
        let place = Place::new()?;
        let server = place.start()?;
        let streams = crowd.open(server.address)?;
        let over = AtomicBool::new(false);
        let answers = thread::scope(|scope| {
            scope.spawn(|| crowd.go_on(&streams, &over));
            let end = End::After(Duration::from_secs(2));
            let load = Load { connections: OTHERS, request, end, resent: 0 };
            let answers = load::send(server.address, &load, &mut ReceiptMaker::new(3), &mut Vec::new());
            over.store(true, Ordering::Relaxed);
            answers
        });
        let what = format!("p99 of {OTHERS} connections beside {}", crowd.who);
        rows.push(Row::less(what, answers?.percentile(0.99), "ms", 50.0, 50.0));
        rows.push(Row::aside("  memory then", server.mebibytes("VmRSS"), "MiB"));
    }
    Ok(())
}

impl Crowd {
    fn open(&self, address: SocketAddr) -> Outcome<Vec<TcpStream>> {
        let open = |_| {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(self.sent.as_bytes())?;
            Ok(stream)
        };
        let opened: std::io::Result<_> = (0..self.size).map(open).collect();
        opened.map_err(|error| format!("{}: {error}", self.who))
    }

    fn go_on(&self, streams: &[TcpStream], over: &AtomicBool) {
        while self.goes_on && !over.load(Ordering::Relaxed) {
            for mut stream in streams {
                let _ = stream.write_all(b" ");
            }
            thread::sleep(PAUSE);
        }
    }
}
