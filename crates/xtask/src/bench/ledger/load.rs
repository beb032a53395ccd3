//! The load: connections that stay open and each send the next request as soon as the last one was answered, all of them in
//! one thread, so that it is the server that is measured.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::receipts::ReceiptMaker;
use crate::workspace::Outcome;

/// What is sent, and for how long.
pub struct Load {
    pub connections: usize,
    /// Makes a request; the id of its first receipt.
    pub request: fn(&mut ReceiptMaker, &mut Vec<u8>) -> u128,
    pub end: End,
    /// How many requests among a hundred send the last receipt again.
    pub resent: u64,
}

/// When a load ends.
#[derive(Clone, Copy)]
pub enum End {
    After(Duration),
    /// When so many requests were answered.
    Answered(usize),
}

/// What came of it.
#[derive(Default)]
pub struct Answers {
    /// How long each answer took, in microseconds.
    pub micros: Vec<u32>,
    /// The ids of what was acknowledged.
    pub acknowledged: Vec<u128>,
    /// The first answer of each kind that was no acknowledgement.
    pub refusals: Vec<String>,
    pub took: Duration,
    /// Whether the server went away.
    pub cut_off: bool,
}

struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    id: u128,
    written: usize,
    answer: Vec<u8>,
    sent_at: Instant,
}

impl Answers {
    /// The time within which a share of the answers came, in milliseconds.
    pub fn percentile(&mut self, share: f64) -> f64 {
        self.micros.sort_unstable();
        let at = (self.micros.len() as f64 * share) as usize;
        self.micros
            .get(at.min(self.micros.len().saturating_sub(1)))
            .map_or(0.0, |micros| f64::from(*micros) / 1e3)
    }

    /// Answers in a second.
    pub fn rate(&self) -> f64 {
        self.micros.len() as f64 / self.took.as_secs_f64()
    }
}

/// Sends a load; `unanswered` are requests to be sent first, and afterwards those that got no answer.
pub fn send(
    address: SocketAddr,
    load: &Load,
    maker: &mut ReceiptMaker,
    unanswered: &mut Vec<(u128, Vec<u8>)>,
) -> Outcome<Answers> {
    let failed = |error: std::io::Error| format!("{address}: {error}");
    let mut poll = Poll::new().map_err(failed)?;
    let mut connections = Vec::with_capacity(load.connections);
    for number in 0..load.connections {
        // Connected before it is measured, one after the other: no connection waits for a lost SYN.
        let stream = std::net::TcpStream::connect(address).map_err(failed)?;
        stream.set_nonblocking(true).and_then(|()| stream.set_nodelay(true)).map_err(failed)?;
        let mut stream = TcpStream::from_std(stream);
        let both = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut stream, Token(number), both).map_err(failed)?;
        let (id, request) = unanswered.pop().unwrap_or_else(|| {
            let mut bytes = Vec::new();
            ((load.request)(maker, &mut bytes), bytes)
        });
        let (written, answer) = (0, Vec::with_capacity(1024));
        connections.push(Connection { stream, request, id, written, answer, sent_at: Instant::now() });
    }
    let mut answers = Answers::default();
    let mut events = Events::with_capacity(load.connections.max(1));
    let begun = Instant::now();
    'sending: loop {
        if let Err(error) = poll.poll(&mut events, Some(Duration::from_secs(10)))
            && error.kind() != ErrorKind::Interrupted
        {
            return Err(failed(error));
        }
        if events.is_empty() {
            return Err(format!("{address}: found no answer within ten seconds"));
        }
        for event in &events {
            let connection = &mut connections[event.token().0];
            match connection.go_on(load, maker, &mut answers) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => {
                    answers.cut_off = true;
                    break 'sending;
                }
            }
        }
        let is_over = match load.end {
            End::After(time) => begun.elapsed() >= time,
            End::Answered(count) => answers.micros.len() >= count,
        };
        if is_over {
            break;
        }
    }
    answers.took = begun.elapsed();
    unanswered.extend(connections.into_iter().map(|connection| (connection.id, connection.request)));
    Ok(answers)
}

impl Connection {
    /// Sends and reads until it would wait.
    fn go_on(&mut self, load: &Load, maker: &mut ReceiptMaker, answers: &mut Answers) -> std::io::Result<()> {
        let mut buffer = [0; 1024];
        loop {
            while self.written < self.request.len() {
                if self.written == 0 {
                    self.sent_at = Instant::now();
                }
                self.written += self.stream.write(&self.request[self.written..])?;
            }
            let read = self.stream.read(&mut buffer)?;
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.answer.extend_from_slice(&buffer[..read]);
            let Some(status) = whole_answer(&self.answer) else { continue };
            answers.micros.push(u32::try_from(self.sent_at.elapsed().as_micros()).unwrap_or(u32::MAX));
            if status == *b"200" {
                answers.acknowledged.push(self.id);
            } else if answers.refusals.len() < 3 {
                answers.refusals.push(String::from_utf8_lossy(&self.answer).into_owned());
            }
            self.answer.clear();
            self.written = 0;
            if load.resent == 0 || maker.random() % 100 >= load.resent {
                self.id = (load.request)(maker, &mut self.request);
            }
        }
    }
}

/// The status of an answer that is there to its end.
fn whole_answer(bytes: &[u8]) -> Option<[u8; 3]> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let name = b"content-length: ";
    let at = bytes[..head].windows(name.len()).position(|part| part.eq_ignore_ascii_case(name))? + name.len();
    let digits = bytes[at..].iter().take_while(|digit| digit.is_ascii_digit());
    let length = digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
    if bytes.len() < head + 4 + length { None } else { bytes.get(9..12)?.try_into().ok() }
}
