//! `consentry serve`, started, stopped, and on a disk that refuses.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::SMALL_SITES;
use crate::token::admin_token;

pub struct Program {
    pub child: Child,
    pub address: String,
    pub token: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn folder() -> tempfile::TempDir {
    folder_with_limit(0)
}

/// A folder with a site that takes so many requests a minute.
pub fn folder_with_limit(limit: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let origins = ["https://shop.example"];
    let backend = json!({ "url": "https://consent.example", "origins": origins, "rateLimit": limit });
    let config = json!({ "site": "shop", "backend": backend });
    fs::write(folder.path().join("site.json"), config.to_string()).unwrap();
    folder
}

/// Starts the program, perhaps through a shell that first runs `before`.
pub fn start(folder: &Path, before: &str) -> Program {
    start_with(folder, before, "")
}

/// The same with further arguments.
pub fn start_with(folder: &Path, before: &str, more: &str) -> Program {
    let token = admin_token(folder);
    let script = format!(
        "{before} exec \"$0\" serve --config site.json --data data --listen 127.0.0.1:0 {more} \"{SMALL_SITES}\""
    );
    let mut child = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_consentry")])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null()) // `before` may send it elsewhere
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address =
        line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line:?}")).to_owned();
    Program { child, address, token }
}

/// Status and body; nothing if the server went away.
pub fn ask(address: &str, request: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

pub fn id(number: u64) -> String {
    format!("019aa7f0-2c00-7000-8000-{number:012x}")
}

pub fn send(address: &str, number: u64) -> Option<u16> {
    post(address, "", &receipt(number)).map(|(status, _)| status)
}

/// Sends a receipt of a subject.
pub fn send_of(address: &str, number: u64, subject: &str) -> Option<u16> {
    post(address, "", &receipt_of(number, subject)).map(|(status, _)| status)
}

/// A receipt with this number in its id.
pub fn receipt(number: u64) -> String {
    receipt_of(number, &format!("{number:032x}"))
}

/// The same of a subject.
pub fn receipt_of(number: u64, subject: &str) -> String {
    json!({
        "v": 1, "id": id(number), "site": "shop", "subject": subject,
        "time": "2026-11-21T20:00:00.000Z", "action": "reject-all",
        "granted": [], "denied": ["functional", "analytics", "advertising"],
        "revision": "1", "notice": format!("sha256:{}", "ab".repeat(32)), "language": "sv", "layer": 1,
        "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
    })
    .to_string()
}

/// Posts to the receipts, with further lines in the head.
pub fn post(address: &str, lines: &str, body: &str) -> Option<(u16, String)> {
    let head = "POST /v1/receipts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                Origin: https://shop.example\r\nContent-Type: text/plain";
    ask(address, &format!("{head}\r\n{lines}Content-Length: {}\r\n\r\n{body}", body.len()))
}

/// What a path answers the owner.
pub fn get(program: &Program, path: &str) -> (u16, String) {
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}", program.token);
    ask(&program.address, &format!("{head}\r\nConnection: close\r\n\r\n")).unwrap()
}

/// The ids of every receipt in the ledger.
pub fn ids(program: &Program) -> Vec<String> {
    let (mut ids, mut query) = (Vec::new(), "?limit=1000".to_owned());
    loop {
        let body = get(program, &format!("/admin/receipts.json{query}")).1;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert!(body["receipts"].is_array(), "{body}");
        ids.extend(
            body["receipts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|receipt| receipt["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = body["next"].as_u64() else { return ids };
        query = format!("?limit=1000&before={next}");
    }
}

#[test]
fn a_full_disk_is_never_answered_with_success() {
    let folder = folder();
    // No file may grow beyond 512 blocks of 512 bytes; the write fails instead of killing the program.
    let program = start(folder.path(), "trap '' XFSZ; ulimit -f 512;");
    let statuses: Vec<u16> = (0..600).map(|number| send(&program.address, number).unwrap()).collect();
    let stored = statuses.iter().filter(|status| **status == 200).count();
    assert!(stored > 0 && stored < 600, "{stored}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 503)), "{statuses:?}");
    drop(program);
    let program = start(folder.path(), "");
    let found: BTreeSet<_> = ids(&program).into_iter().collect();
    for (number, status) in statuses.iter().enumerate() {
        assert!(*status != 200 || found.contains(&id(number as u64)), "{number} is lost");
    }
    assert_eq!(send(&program.address, 599), Some(200), "it works again where there is room");
}

#[test]
fn a_stop_ends_the_program_in_order() {
    let folder = folder();
    let mut program = start(folder.path(), "");
    assert_eq!(send(&program.address, 1), Some(200));
    Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status().unwrap();
    assert!(program.child.wait().unwrap().success());
    assert!(!folder.path().join("data/ledger.sqlite3-wal").exists(), "the ledger is closed");
}

#[test]
fn a_hangup_reads_the_sites_again() {
    let folder = folder();
    let program = start(folder.path(), "");
    fs::remove_file(folder.path().join("site.json")).unwrap();
    Command::new("kill").args(["-HUP", &program.child.id().to_string()]).status().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(send(&program.address, 1), Some(200), "the last good site stays");
}

#[test]
fn a_configuration_that_breaks_at_a_restart_is_told_in_the_log_and_leaves_the_site_as_it_was() {
    let folder = folder();
    let program = start(folder.path(), "");
    let kept = folder.path().join("data/last-good/site.json");
    for _ in 0..100 {
        if !kept.exists() {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    drop(program);
    let file = folder.path().join("site.json");
    fs::write(&file, "{").unwrap();
    let program = start(folder.path(), "exec 2>log;");
    assert_eq!(send(&program.address, 1), Some(200), "its origins may still send");
    let log = || fs::read_to_string(folder.path().join("log")).unwrap();
    let line = "shop: served from its last good configuration: site.json: ";
    assert_eq!(log().matches(line).count(), 1, "{}", log());
    fs::write(&file, "{ ").unwrap();
    for _ in 0..100 {
        if log().matches(line).count() < 2 {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    assert_eq!(log().matches(line).count(), 2, "it is told at each rewrite: {}", log());
}

#[test]
#[cfg(unix)]
fn nobody_else_may_read_the_ledger() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let program = start(folder.path(), "umask 022;");
    assert_eq!(send(&program.address, 1), Some(200));
    let files: Vec<_> = fs::read_dir(data).unwrap().flatten().collect();
    assert!(files.len() >= 2, "the ledger, and what is written beside it");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{file:?}");
    }
}

#[test]
fn it_listens_at_a_name_and_logs_as_much_as_it_is_asked() {
    for (level, is_said) in [("off", false), ("error", true), ("warn,consentry_backend=off", false)] {
        let folder = folder();
        let sites = folder.path().join("sites");
        fs::create_dir(&sites).unwrap();
        fs::rename(folder.path().join("site.json"), sites.join("shop.json")).unwrap();
        fs::write(sites.join("bad.json"), "{").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_consentry"))
            .args(["serve", "--config", "sites", "--data", "data", "--listen", "localhost:0", SMALL_SITES])
            .env("RUST_LOG", level)
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        let logged = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
        assert!(line.starts_with("listening on http://"), "{line:?}");
        assert_eq!(logged.contains("bad.json"), is_said, "{level}: {logged}");
    }
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let folder = folder();
    fs::write(folder.path().join("bad.json"), r#"{ "site": 7, "validity": 0 }"#).unwrap();
    fs::write(folder.path().join("nameless.json"), "{}").unwrap();
    fs::create_dir_all(folder.path().join("empty")).unwrap();
    for (config, reason) in [
        ("bad.json", "error: bad.json: wrong-type site: found 7, expected a site key"),
        ("bad.json", "error: bad.json: bad-value validity: found 0"),
        ("nameless.json", "missing site"),
        ("none.json", "error: none.json: expected a file or a folder"),
        ("empty", "error: empty: found no *.json"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_consentry"))
            .args(["serve", "--config", config, "--data", "data", "--listen", "127.0.0.1:0", SMALL_SITES])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains(reason), "{output:?}");
    }
}
