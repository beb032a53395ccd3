//! A server for one test: two sites, a ledger of its own, gone at the end.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use consentry::lint::Allowed;
use consentry::model::receipt::Time;
use consentry_backend::{Component, Options, Server, TokenScopes, add_token, proxy_network, rotate_token};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::client::{Answer, ask, get};
use crate::component::component;
use crate::session::Session;

/// How many connections a server of the tests may have open.
pub const CONNECTIONS: usize = 96;
pub const SHOP: &str = "https://shop.example";

pub struct Running {
    pub address: SocketAddr,
    pub folder: TempDir,
    /// One that may do everything.
    pub token: String,
    session: OnceLock<Session>,
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

/// What such a server is started with.
pub fn options(folder: &TempDir) -> Options {
    Options {
        config: folder.path().join("sites"),
        allowed: small_sites(),
        database: None,
        data: folder.path().join("data"),
        listen: "127.0.0.1:0".parse().unwrap(),
        connections: CONNECTIONS,
        trusted_proxies: Vec::new(),
        drain: Duration::ZERO,
        component: Arc::new(component),
    }
}

/// Starts a server with another component.
pub fn start_with(folder: TempDir, component: Component) -> Running {
    start_behind(folder, component, &[])
}

/// The same with this file or folder of it as the configuration.
pub fn start_of(folder: TempDir, config: &str, component: Component) -> Running {
    let options = Options { config: folder.path().join(config), component, ..options(&folder) };
    start_as(folder, options)
}

/// The same behind listed proxies.
pub fn start_behind(folder: TempDir, component: Component, proxies: &[&str]) -> Running {
    let trusted_proxies = proxies.iter().map(|proxy| proxy_network(proxy).unwrap()).collect();
    let options = Options { trusted_proxies, component, ..options(&folder) };
    start_as(folder, options)
}

fn start_as(folder: TempDir, options: Options) -> Running {
    let token = add_token(&options.data, "tests", &TokenScopes::admin());
    // Where it was there already, the server of before has ended.
    let token = token.or_else(|_| rotate_token(&options.data, "tests")).unwrap();
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
    let (address, session) = (address.recv().unwrap(), OnceLock::new());
    Running { address, folder, token, session, stop: Some(stop), thread: Some(thread) }
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

/// A folder with the site `shop`, whose limit is this, and `blog`, whose limit is the usual one. Both observe.
pub fn folder_with_limit(limit: u32) -> TempDir {
    let folder = folder_of_two_sites();
    set_limit(folder.path(), limit);
    let blog = folder.path().join("sites/blog.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&blog).unwrap()).unwrap();
    config["observe"] = true.into();
    fs::write(blog, config.to_string()).unwrap();
    folder
}

/// Gives the site `shop` this limit.
pub fn set_limit(folder: &Path, limit: u32) {
    let mut config: Value = serde_json::from_str(&config("shop", &[SHOP, "http://localhost:3000"])).unwrap();
    config["observe"] = true.into();
    config["backend"]["rateLimit"] = limit.into();
    fs::write(folder.join("sites/shop.json"), config.to_string()).unwrap();
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
    /// Asks as a program of the owner's does.
    pub fn look(&self, path: &str) -> Answer {
        get(self.address, path, &[("Authorization", &format!("Bearer {}", self.token))])
    }

    /// Somebody who is logged in, by the admin token.
    pub fn session(&self) -> &Session {
        self.session.get_or_init(|| Session::begin(self, &self.token))
    }

    /// Makes a token with these scopes while the server runs.
    pub fn add_token(&self, name: &str, scopes: &str) -> String {
        add_token(&self.data(), name, &scopes.parse().unwrap()).unwrap()
    }

    /// The folder of the ledger.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Reports what was observed, as a page of the shop does.
    pub fn observe(&self, body: &Value) -> Answer {
        let headers = [("Origin", SHOP), ("Content-Type", "text/plain;charset=UTF-8")];
        ask(self.address, "POST", "/v1/observations", &headers, body.to_string().as_bytes())
    }

    /// The observations of the shop, as `/admin` has them.
    pub fn observed(&self) -> Vec<Value> {
        let sites = self.look("/admin/observations.json").json();
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

/// What is in each file below the data directory, but for the configurations that are kept there.
pub fn data_files(folder: &Path) -> Vec<Vec<u8>> {
    let (mut directories, mut contents) = (vec![folder.join("data")], Vec::new());
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() {
                contents.extend(fs::read(path)); // one may be renamed meanwhile
            } else if !path.ends_with("last-good") {
                directories.push(path);
            }
        }
    }
    contents
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

const DAY: u64 = 86_400_000;
/// When the tests began, in milliseconds since 1970.
static BEGAN: LazyLock<u64> =
    LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64);

/// So many days after the tests began.
pub fn in_days(days: i64) -> String {
    Time::from_millis(BEGAN.checked_add_signed(days * DAY as i64).unwrap()).to_string()
}

/// The shop's receipt with this number in its id.
pub fn receipt(number: u64) -> Value {
    json!({
        "v": 1, "id": format!("019aa7f0-2c00-7000-8000-{number:012x}"), "site": "shop", "subject": SUBJECT,
        "time": in_days(0), "action": "accept-all",
        "granted": ["functional", "analytics", "advertising"], "denied": [],
        "revision": "1", "notice": format!("sha256:{}", "ab".repeat(32)), "language": "sv", "layer": 1,
        "validUntil": in_days(185), "previous": null
    })
}
