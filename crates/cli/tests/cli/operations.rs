//! `consentry serve` as a service: how it ends, what it logs, and what it tells a service manager.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::serve::{Program, ask, folder, id, ids, receipt, send, start, start_with};

fn signal(program: &Program, name: &str) {
    assert!(Command::new("kill").args([name, &program.child.id().to_string()]).status().unwrap().success());
}

/// What `/readyz` answers; nothing where nobody takes a connection.
fn readiness(program: &Program) -> Option<(u16, String)> {
    ask(&program.address, "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
}

/// Waits until the program ended, which has to be in order.
#[track_caller]
fn assert_ends(program: &mut Program, within: Duration) {
    let begun = Instant::now();
    loop {
        match program.child.try_wait().unwrap() {
            Some(status) => return assert!(status.success(), "{status}"),
            None => assert!(begun.elapsed() < within, "it did not end"),
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn before_it_stops_it_says_so_for_as_long_as_it_was_told() {
    let folder = folder();
    let mut program = start_with(folder.path(), "", "--drain 2");
    assert_eq!(readiness(&program).unwrap().0, 200);
    signal(&program, "-TERM");
    thread::sleep(Duration::from_millis(300));
    let (status, said) = readiness(&program).unwrap();
    assert_eq!(status, 503);
    assert!(said.contains("the server was told to stop"), "{said}");
    assert_eq!(send(&program.address, 1), Some(200), "who has not seen it yet is still served");
    let health = ask(&program.address, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_eq!(health.unwrap().0, 200, "it is well");
    assert_ends(&mut program, Duration::from_secs(10));
    assert_eq!(send(&program.address, 2), None);
    let program = start(folder.path(), "");
    assert_eq!(ids(&program), [id(1)]);
}

#[test]
fn a_request_under_way_is_answered_and_one_that_never_ends_keeps_nothing_open() {
    let folder = folder();
    let mut program = start(folder.path(), "");
    let body = receipt(1);
    let begin = |sent: &str| {
        let mut stream = TcpStream::connect(&program.address).unwrap();
        let head = "POST /v1/receipts HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\nContent-Type: text/plain";
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{sent}", body.len()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    };
    let (first, rest) = body.split_at(40);
    let mut under_way = begin(first);
    let _endless = begin(first);
    thread::sleep(Duration::from_millis(300));
    signal(&program, "-INT");
    thread::sleep(Duration::from_millis(300));
    assert_eq!(readiness(&program), None, "no connection is taken any more");
    under_way.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_ends(&mut program, Duration::from_secs(20));
    assert!(!folder.path().join("data/ledger.sqlite3-wal").exists(), "the ledger is closed");
    let program = start(folder.path(), "");
    assert_eq!(ids(&program), [id(1)]);
}

/// Sends what has a marker in everything that must not be logged.
fn send_markers(program: &Program) {
    let lines = "User-Agent: MarkerAgent/7\r\nX-Forwarded-For: 203.0.113.77\r\nReferer: https://shop.example/MarkerPage\r\n\
                 Cookie: MarkerCookie=1\r\nAuthorization: Bearer MarkerSecret\r\n";
    let requests = [
        ("GET", "/MarkerPath/consentry.js?MarkerQuery=1", ""),
        ("GET", "/v1/subjects/5ec2e75ec2e75ec2e75ec2e75ec2e75e/receipts?site=MarkerSite", ""),
        ("GET", "/metrics", ""),
        ("GET", "/admin", ""),
        ("POST", "/v1/receipts", "{\"MarkerBody\":1}"),
        (
            "POST",
            "/v1/observations",
            "{\"site\":\"shop\",\"observations\":[{\"kind\":\"cookie\",\"name\":\"MarkerName\"}]}",
        ),
        ("POST", "/admin/log-in", "secret=MarkerSecret"),
        ("MARKER", "/MarkerPath", ""),
    ];
    for (method, path, body) in requests {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: MarkerHost\r\nConnection: close\r\nOrigin: https://shop.example"
        );
        let request = format!(
            "{head}\r\n{lines}Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        assert!(ask(&program.address, &request).is_some(), "{method} {path}");
    }
    assert!(ask(&program.address, &format!("NONSENSE MarkerPath\r\n{lines}\r\n")).is_some());
}

/// What is logged of a run with markers, a site that breaks and a store that fails.
fn log_of_a_run(format: &str) -> String {
    let folder = folder();
    let more = format!("--log-format {format} --trusted-proxy 127.0.0.1");
    let mut program = start_with(folder.path(), "export RUST_LOG=trace; exec 2>log;", &more);
    send_markers(&program);
    fs::write(folder.path().join("site.json"), "{").unwrap();
    signal(&program, "-HUP");
    thread::sleep(Duration::from_millis(500));
    fs::remove_file(folder.path().join("data/ledger.sqlite3")).unwrap();
    assert_eq!(send(&program.address, 1), Some(503));
    send_markers(&program);
    signal(&program, "-TERM");
    assert_ends(&mut program, Duration::from_secs(15));
    fs::read_to_string(folder.path().join("log")).unwrap()
}

#[test]
fn nothing_of_a_request_is_logged_however_much_is() {
    for format in ["text", "json"] {
        let log = log_of_a_run(format);
        assert!(log.contains("expected the ledger that was opened"), "{log}");
        for marker in ["marker", "203.0.113", "5ec2e7", "127.0.0.1", "shop.example"] {
            assert!(!log.to_lowercase().contains(marker), "{marker} in {log}");
        }
        if format == "json" {
            for line in log.lines() {
                let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
                for key in ["timestamp", "level", "message"] {
                    assert!(line[key].is_string(), "{key} in {line}");
                }
            }
        }
    }
}

#[test]
fn a_service_manager_is_told_how_it_is() {
    let folder = folder();
    let place = folder.path().join("notify");
    let manager = UnixDatagram::bind(&place).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let told = || {
        let mut bytes = [0; 256];
        let length = manager.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    };
    let mut program = start(folder.path(), &format!("export NOTIFY_SOCKET={};", place.display()));
    assert_eq!(told(), "READY=1\n");
    signal(&program, "-HUP");
    let reloading = told();
    assert!(reloading.starts_with("RELOADING=1\nMONOTONIC_USEC="), "{reloading}");
    assert_eq!(told(), "READY=1\n");
    signal(&program, "-TERM");
    assert_eq!(told(), "STOPPING=1\n");
    assert_ends(&mut program, Duration::from_secs(10));
}

/// The unit for systemd, with this program in it, judged by systemd's own tool.
fn judge_unit(folder: &Path, arguments: &[&str]) -> Output {
    let unit = include_str!("../../systemd/consentry.service");
    let own = unit.replace("/usr/local/bin/consentry", env!("CARGO_BIN_EXE_consentry"));
    assert_ne!(own, unit);
    fs::write(folder.join("consentry.service"), own).unwrap();
    let mut tool = Command::new("systemd-analyze");
    tool.args(arguments)
        .arg("consentry.service")
        .current_dir(folder)
        .output()
        .expect("systemd-analyze, of Debian's package systemd")
}

#[test]
fn the_unit_is_one_that_systemd_takes_and_lets_the_program_do_little() {
    let folder = tempfile::tempdir().unwrap();
    let verified = judge_unit(folder.path(), &["verify", "--man=no"]);
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
    // Of 0 to 100, where 100 is without any protection.
    let secure = judge_unit(folder.path(), &["security", "--offline=true", "--no-pager", "--threshold=15"]);
    assert!(secure.status.success(), "{}", String::from_utf8_lossy(&secure.stdout));
}

#[test]
fn the_unit_starts_the_program_with_arguments_that_it_has() {
    let unit = include_str!("../../systemd/consentry.service");
    let line =
        unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/consentry ")).unwrap();
    let folder = folder();
    // The configuration of the unit is not there: it says so, after it has read its arguments.
    let mut program = Command::new(env!("CARGO_BIN_EXE_consentry"));
    let args = line.replace("/etc/consentry/sites", "none").replace("/var/lib/consentry", "data");
    let output = program.args(args.split(' ')).current_dir(&folder).output().unwrap();
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("none: expected a file or a folder"),
        "{output:?}"
    );
}
