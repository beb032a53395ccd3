//! `consentry token`, and the token that the first start prints.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::SMALL_SITES;

/// A token that may do everything, of the ledger in the folder's `data`. There is one at a time.
pub fn admin_token(folder: &Path) -> String {
    let added = run(folder, &["add", "tests", "--scope", "admin"], "");
    match added.status.success() {
        true => line(&added),
        false => line(&run(folder, &["rotate", "tests"], "")),
    }
}

/// Runs `consentry token` with what it reads from standard input.
fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .arg("token")
        .args(arguments)
        .args(["--data", "data"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes()); // a refusal may come before it is read
    child.wait_with_output().unwrap()
}

/// What a command printed that succeeded, in one line.
fn line(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout.clone()).unwrap();
    printed.strip_suffix('\n').filter(|line| !line.contains('\n')).unwrap().to_owned()
}

#[track_caller]
fn check_refusal(output: &Output, reason: &str) {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains(reason), "{output:?}");
}

fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let backend = json!({ "url": "http://127.0.0.1:8787", "origins": ["https://shop.example"] });
    let config = json!({ "site": "shop", "backend": backend });
    fs::write(folder.path().join("site.json"), config.to_string()).unwrap();
    folder
}

/// A server, where it listens, and what it prints and logs after it said so.
struct Server(Child, String, BufReader<ChildStdout>);

impl Server {
    fn start(folder: &Path) -> Server {
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 2>&1", env!("CARGO_BIN_EXE_consentry"), "serve"])
            .args(["--config", "site.json", "--data", "data", "--listen", "127.0.0.1:0", SMALL_SITES])
            .env("RUST_LOG", "trace")
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        while !printed.contains("listening on http://") {
            assert!(output.read_line(&mut printed).unwrap() > 0, "{printed}");
        }
        let address = printed.split("listening on http://").nth(1).unwrap().trim().to_owned();
        Server(child, address, output)
    }

    /// The status of a request for what is not public.
    fn ask(&self, token: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.1).unwrap();
        let head = format!("GET /admin/receipts.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}");
        stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// Stops it, and answers everything that it printed after the line that says where it listens.
    fn stop(mut self) -> String {
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        let mut printed = String::new();
        self.2.read_to_string(&mut printed).unwrap();
        assert!(self.0.wait().unwrap().success());
        printed
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_first_start_prints_a_token_and_no_other_does() {
    let folder = site();
    let printed = Server::start(folder.path()).stop();
    let (said, token) = printed.trim().rsplit_once(' ').unwrap();
    assert_eq!(said, "the first admin token, which is shown this once:", "{printed}");
    let server = Server::start(folder.path());
    assert_eq!(server.ask(token), 200);
    let other = if token.ends_with('0') { '1' } else { '0' };
    assert_eq!(server.ask(&format!("{}{other}", &token[..token.len() - 1])), 401);
    assert_eq!(server.stop(), "", "neither it nor what was asked is printed or logged");
}

#[test]
fn a_running_server_heeds_what_is_added_rotated_and_revoked_at_once() {
    let folder = site();
    let server = Server::start(folder.path());
    let added = line(&run(folder.path(), &["add", "for the report", "--scope", "read,erase"], ""));
    assert_eq!(server.ask(&added), 200);
    let listed = String::from_utf8(run(folder.path(), &["list"], "").stdout).unwrap();
    let lines: Vec<Vec<_>> = listed.lines().map(|line| line.split('\t').collect()).collect();
    let [first, report] = &lines[..] else { panic!("{listed}") };
    assert_eq!((first[2], first[3]), ("admin", "first"));
    let id = added.split('_').nth(1).unwrap();
    assert_eq!((report[0], report[2], report[3]), (id, "read,erase", "for the report"));
    assert!(report[1].len() == 10 && !listed.contains(added.rsplit('_').next().unwrap()), "{listed}");
    let rotated = line(&run(folder.path(), &["rotate", "for the report"], ""));
    assert_eq!(rotated.split('_').nth(1), Some(id), "it stays the same token");
    assert_eq!((server.ask(&added), server.ask(&rotated)), (401, 200));
    assert!(run(folder.path(), &["revoke", id], "").status.success());
    assert_eq!(server.ask(&rotated), 401);
    let logged = server.stop();
    for token in [&added, &rotated] {
        assert!(!logged.contains(token.rsplit('_').next().unwrap()), "{logged}");
    }
}

#[test]
fn what_cannot_be_done_with_a_token_says_why() {
    let folder = site();
    let token = |arguments: &[&str], input: &str| run(folder.path(), arguments, input);
    check_refusal(&token(&["list"], ""), "ledger.sqlite3: expected a ledger, found: ");
    for arguments in [["rotate", "a"], ["revoke", "a"]] {
        check_refusal(&token(&arguments, ""), "data: found nothing, expected the directory of a ledger");
    }
    line(&token(&["add", "a", "--scope", "admin"], ""));
    check_refusal(&token(&["add", "a", "--scope", "read"], ""), "name: found \"a\", which is taken");
    check_refusal(&token(&["add", "password", "--scope", "read"], ""), "which is taken");
    check_refusal(&token(&["add", " a", "--scope", "read"], ""), "expected 1 to 64 characters");
    check_refusal(&token(&["rotate", "b"], ""), "found no token \"b\", expected the name or id of one");
    check_refusal(&token(&["revoke", "b"], ""), "found no token \"b\"");
    let unknown = token(&["add", "b", "--scope", "write"], "");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("expected one or more of admin, read"));
    for short in ["", "\n", "fourteen chars\n"] {
        check_refusal(&token(&["password"], short), "expected 15 or more");
    }
    assert!(token(&["password"], "a password of some length\r\n").status.success());
    check_refusal(&token(&["rotate", "password"], ""), "`consentry token password` sets a new one");
    assert!(token(&["password"], "another of some length").status.success(), "it is replaced");
    let listed = String::from_utf8(token(&["list"], "").stdout).unwrap();
    assert!(listed.lines().count() == 2 && listed.contains("password\t"), "{listed}");
    assert!(token(&["revoke", "password"], "").status.success());
}
