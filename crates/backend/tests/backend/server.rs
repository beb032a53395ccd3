//! A server for one test: two sites, a ledger of its own, gone at the end.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use consentry::lint::Allowed;
use consentry_backend::{Component, Options, Server};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::client::{Answer, ask, get};
use crate::component::component;

/// How many connections a server of the tests may have open.
pub const CONNECTIONS: usize = 96;
pub const SHOP: &str = "https://shop.example";

pub struct Running {
    pub address: SocketAddr,
    pub folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

pub fn config(site: &str, origins: &[&str]) -> String {
    json!({ "site": site, "backend": { "url": "https://consent.example", "origins": origins } }).to_string()
}

/// The sites of the tests tell visitors nothing.
pub fn small_sites() -> Allowed {
    let told = "missing-controller,missing-authority,missing-policy-url,missing-purpose,missing-recipient,\
                missing-retention,missing-legal-basis,missing-language-text,tracker-without-purpose,\
                tracker-without-duration,tracker-without-provider";
    Allowed::parse(&format!("{told}=small sites of a test")).unwrap()
}

/// Starts a server over the folder's `sites` and `data`.
pub fn start_in(folder: TempDir) -> Running {
    start_with(folder, Arc::new(component))
}

/// The same with another component.
pub fn start_with(folder: TempDir, component: Component) -> Running {
    start_of(folder, "sites", component)
}

/// The same with this file or folder of it as the configuration.
pub fn start_of(folder: TempDir, config: &str, component: Component) -> Running {
    let options = Options {
        config: folder.path().join(config),
        allowed: small_sites(),
        data: folder.path().join("data"),
        listen: "127.0.0.1:0".parse().unwrap(),
        connections: CONNECTIONS,
        component,
    };
    let (stop, stopped) = oneshot::channel();
    let (address_sender, address) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::bind(options).await.unwrap();
            address_sender.send(server.address()).unwrap();
            server.run(async { drop(stopped.await) }).await;
        });
    });
    Running { address: address.recv().unwrap(), folder, stop: Some(stop), thread: Some(thread) }
}

/// Starts a server with the sites `shop` and `blog`.
pub fn start() -> Running {
    start_in(folder_of_two_sites())
}

/// A folder with the configurations of the sites `shop` and `blog`.
pub fn folder_of_two_sites() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    fs::create_dir(&sites).unwrap();
    fs::write(sites.join("shop.json"), config("shop", &[SHOP, "http://localhost:3000"])).unwrap();
    fs::write(sites.join("blog.json"), config("blog", &["https://blog.example"])).unwrap();
    folder
}

/// Starts a server whose site `shop` observes, with more in its configuration.
pub fn start_observing(more: Value) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    fs::create_dir(&sites).unwrap();
    let mut shop: Value = serde_json::from_str(&config("shop", &[SHOP, "http://localhost:3000"])).unwrap();
    shop["observe"] = true.into();
    shop.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fs::write(sites.join("shop.json"), shop.to_string()).unwrap();
    fs::write(sites.join("blog.json"), config("blog", &["https://blog.example"])).unwrap();
    start_in(folder)
}

impl Running {
    /// Reports what was observed, as a page of the shop does.
    pub fn observe(&self, body: &Value) -> Answer {
        let headers = [("Origin", SHOP), ("Content-Type", "text/plain;charset=UTF-8")];
        ask(self.address, "POST", "/v1/observations", &headers, body.to_string().as_bytes())
    }

    /// The observations of the shop, as `/admin` has them.
    pub fn observed(&self) -> Vec<Value> {
        let sites = get(self.address, "/admin/observations.json", &[]).json();
        let shop = sites["sites"].as_array().unwrap().iter().find(|site| site["site"] == "shop").unwrap();
        shop["observations"].as_array().unwrap().clone()
    }

    pub fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        ask(self.address, "POST", "/v1/receipts", headers, body)
    }

    /// Sends as a page of the shop does.
    pub fn send(&self, body: &Value) -> Answer {
        self.post(
            &[("Origin", SHOP), ("Content-Type", "text/plain;charset=UTF-8")],
            body.to_string().as_bytes(),
        )
    }

    /// Waits until the configurations of both sites are kept beside the ledger; panics after five seconds.
    #[track_caller]
    pub fn wait_until_kept(&self) {
        let kept = self.folder.path().join("data/last-good");
        wait_until(|| kept.join("shop.json").exists() && kept.join("blog.json").exists());
    }

    /// How many receipts the ledger's file holds.
    pub fn rows(&self) -> u64 {
        rows(self.folder.path())
    }

    /// Stops and waits for it; the folder stays.
    pub fn stop(mut self) -> TempDir {
        self.end();
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Asks until the condition holds; panics after five seconds.
#[track_caller]
pub fn wait_until(mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The ledger's files, without the configurations that are kept beside it.
pub fn files_of_ledger(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("data")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}

pub fn rows(folder: &Path) -> u64 {
    let file = folder.join("data/ledger.sqlite3");
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.query_row("SELECT count(*) FROM receipts", [], |row| row.get::<_, i64>(0)).unwrap() as u64
}

/// A report of observations as a page of the shop sends it.
pub fn report(observations: &[(&str, &str)]) -> Value {
    let observations: Vec<_> =
        observations.iter().map(|(kind, name)| json!({ "kind": kind, "name": name })).collect();
    json!({ "site": "shop", "observations": observations })
}

pub const SECRET: &str = "000102030405060708090a0b0c0d0e0f";
/// The first half of SHA-256 over the bytes 0 to 15.
pub const SUBJECT: &str = "be45cb2605bf36bebde684841a28f0fd";

/// The shop's receipt with this number in its id.
pub fn receipt(number: u64) -> Value {
    json!({
        "v": 1, "id": format!("019aa7f0-2c00-7000-8000-{number:012x}"), "site": "shop", "subject": SUBJECT,
        "time": "2026-11-21T20:00:00.000Z", "action": "accept-all",
        "granted": ["functional", "analytics", "advertising"], "denied": [],
        "revision": "1", "notice": format!("sha256:{}", "ab".repeat(32)), "language": "sv", "layer": 1,
        "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
    })
}
