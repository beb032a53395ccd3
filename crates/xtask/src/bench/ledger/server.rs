//! `consentry serve` as a process of its own, and what the system says of it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use super::receipts::ORIGIN;
use crate::workspace::{Outcome, root};

/// The tables of the first program.
pub const ORIGINAL_TABLES: &str = include_str!("../../../../ledger/migrations/0001_receipts.sql");
/// What a site of a benchmark tells no visitor.
const ALLOWED: &str = "missing-controller,missing-authority,missing-policy-url,missing-purpose,missing-recipient,\
    missing-retention,missing-legal-basis,missing-language-text=a site of a benchmark";
/// A tick of the processor time in /proc, in microseconds: 100 a second on every Linux (proc_pid_stat(5), CLK_TCK).
const TICK: f64 = 10_000.0;

/// A configuration, and the directory of a ledger beside it.
pub struct Place(TempDir);

impl Place {
    /// A new one.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn new() -> Outcome<Place> {
        let failed = |error: std::io::Error| format!("a folder for the ledger: {error}");
        // In the build's folder: a temporary folder may be in memory, where waiting for the disk costs nothing.
        let target = root().join("target");
        let folder = tempfile::Builder::new().prefix("bench-ledger").tempdir_in(target).map_err(failed)?;
        let backend = json!({ "url": "https://consent.example", "origins": [ORIGIN], "rateLimit": 0 });
        let site = json!({ "site": "shop", "backend": backend });
        fs::write(folder.path().join("site.json"), site.to_string()).map_err(failed)?;
        Ok(Place(folder))
    }

    /// The ledger's directory.
    pub fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// The ledger's file.
    pub fn file(&self) -> PathBuf {
        self.data().join("ledger.sqlite3")
    }

    /// How many receipts are in the file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn count(&self) -> Outcome<usize> {
        let failed = |error: rusqlite::Error| format!("{}: {error}", self.file().display());
        let connection = Connection::open(self.file()).map_err(failed)?;
        // Nothing is ever removed here: the last position is how many there are.
        let last = connection.query_row("SELECT max(position) FROM receipts", [], |row| row.get::<_, i64>(0));
        Ok(last.map_err(failed)?.unsigned_abs() as usize)
    }

    /// Starts a server; it listens when this returns.
    ///
    /// # Errors
    /// It does not listen.
    pub fn start(&self) -> Outcome<Server> {
        self.wait_for(Instant::now(), self.spawn()?)
    }

    /// Starts a server within another program, which is given the server's own command at the end.
    ///
    /// # Errors
    /// It does not listen.
    pub fn start_by(&self, mut other: Command) -> Outcome<Server> {
        self.wait_for(Instant::now(), self.spawn_as(other.arg(program()))?)
    }

    fn wait_for(&self, begun: Instant, mut child: Child) -> Outcome<Server> {
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        }
        let starting = begun.elapsed();
        let address = line.trim().strip_prefix("listening on http://").and_then(|text| text.parse().ok());
        match address {
            Some(address) => Ok(Server { child, address, starting }),
            None => Err(format!("found {line:?}, expected a server that listens")),
        }
    }

    /// Starts the program, and does not wait for it.
    ///
    /// # Errors
    /// It is not there.
    pub fn spawn(&self) -> Outcome<Child> {
        self.spawn_as(&mut Command::new(program()))
    }

    fn spawn_as(&self, command: &mut Command) -> Outcome<Child> {
        command
            .args(["serve", "--config", "site.json", "--data", "data", "--listen", "127.0.0.1:0"])
            .args(["--allow", ALLOWED])
            .current_dir(self.0.path())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program().display()))
    }

    /// Makes a token that reads everything.
    ///
    /// # Errors
    /// What `consentry token` says.
    pub fn token(&self) -> Outcome<String> {
        let mut command = Command::new(program());
        let output =
            command.args(["token", "add", "bench", "--scope", "read", "--data"]).arg(self.data()).output();
        let output = output.map_err(|error| error.to_string())?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        match output.status.success() {
            true => Ok(said(&output.stdout)),
            false => Err(format!("consentry token: {}", said(&output.stderr))),
        }
    }

    /// Checks the whole ledger with `consentry verify`.
    ///
    /// # Errors
    /// What it finds.
    pub fn verify(&self) -> Outcome {
        let output = Command::new(program()).arg("verify").arg("--data").arg(self.data()).output();
        let output = output.map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if output.status.success() { Ok(()) } else { Err(format!("consentry verify: {said}")) }
    }
}

fn program() -> PathBuf {
    root().join("target/release/consentry")
}

/// A server that runs until this is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// How long it took to listen.
    pub starting: Duration,
}

impl Server {
    /// Processor time that it has used, in microseconds.
    pub fn processor_micros(&self) -> f64 {
        processor_micros(&format!("/proc/{}/stat", self.child.id()))
    }

    /// How long it takes to answer with a page to whoever has this token, in milliseconds.
    ///
    /// # Errors
    /// It does not answer with one.
    pub fn page_millis(&self, path: &str, token: &str) -> Outcome<f64> {
        let failed = |error: std::io::Error| format!("{path}: {error}");
        let begun = Instant::now();
        let mut stream = TcpStream::connect(self.address).map_err(failed)?;
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n", self.address);
        stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).map_err(failed)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map_err(failed)?;
        let millis = begun.elapsed().as_secs_f64() * 1e3;
        match answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("</html>") {
            true => Ok(millis),
            false => Err(format!("{path}: found {answer}, expected a page")),
        }
    }

    /// Waits until it does nothing any more: after it listens it compresses the sites' scripts, and looks through a large ledger.
    pub fn wait_until_idle(&self) {
        let mut before = f64::NAN;
        while self.processor_micros() != before {
            before = self.processor_micros();
            thread::sleep(Duration::from_secs(1));
        }
    }

    /// A number of kibibytes in its status, such as `VmRSS`, in mebibytes.
    pub fn mebibytes(&self, name: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        kibibytes.unwrap_or(f64::NAN) / 1024.0
    }

    /// Its number in the system.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends it in order, so that all is in the one file.
    ///
    /// # Errors
    /// It failed.
    pub fn stop(mut self) -> Outcome {
        let process = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &process]).status();
        let status = self.child.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}")) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processor time that this program has used, in microseconds.
pub fn own_processor_micros() -> f64 {
    processor_micros("/proc/self/stat")
}

fn processor_micros(file: &str) -> f64 {
    let stat = fs::read_to_string(Path::new(file)).unwrap_or_default();
    // Behind the name, which is in brackets, stand the state and 10 more before utime and stime.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * TICK
}
