//! `consentry webhook`: added, listed and removed beside a server that is killed, and nobody inside is ever connected to.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::serve::{folder, post, receipt_of, start};

const SUBJECT: &str = "31415926535897932384626433832795";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_consentry"));
    program.args(arguments).args(["--data", "data"]).current_dir(folder).output().unwrap()
}

fn webhook(folder: &Path, arguments: &[&str]) -> Output {
    run(folder, &[&["webhook"], arguments].concat())
}

fn add(folder: &Path, url: &str) -> Output {
    webhook(folder, &["add", "--site", "shop", "--url", url])
}

fn list(folder: &Path) -> Vec<Value> {
    let listed = webhook(folder, &["list", "--json"]);
    assert!(listed.status.success(), "{listed:?}");
    serde_json::from_slice(&listed.stdout).unwrap()
}

#[track_caller]
fn check_refusal(output: &Output, reason: &str) {
    assert!(!output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains(reason), "{output:?}");
}

fn withdrawal(number: u64) -> String {
    let mut receipt: Value = serde_json::from_str(&receipt_of(number, SUBJECT)).unwrap();
    receipt["action"] = "withdraw".into();
    receipt.to_string()
}

#[test]
fn a_secret_is_printed_once_and_kept_for_the_program_alone() {
    let folder = folder();
    let added = add(folder.path(), "https://processor.example/hook");
    assert!(added.status.success(), "{added:?}");
    let secret = String::from_utf8(added.stdout).unwrap().trim().to_owned();
    assert!(secret.starts_with("whsec_") && !secret.contains('\n'), "{secret}");
    let only = webhook(
        folder.path(),
        &["add", "--site", "blog", "--url", "https://partner.example/", "--events", "erased"],
    );
    assert!(only.status.success(), "{only:?}");
    let file = folder.path().join("data/webhooks.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read_to_string(&file).unwrap().contains(&secret));
    for entry in fs::read_dir(folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        let content = if path.is_file() && path != file { fs::read(&path).unwrap() } else { Vec::new() };
        assert!(!String::from_utf8_lossy(&content).contains(&secret[6..30]), "{}", path.display());
    }
    let listed = list(folder.path());
    assert_eq!(
        (&listed[0]["site"], &listed[0]["url"]),
        (&"shop".into(), &"https://processor.example/hook".into())
    );
    assert_eq!(listed[0]["events"], serde_json::json!(["erased", "withdrawn"]));
    assert_eq!(listed[1]["events"], serde_json::json!(["erased"]));
    let lines = webhook(folder.path(), &["list"]).stdout;
    let lines = String::from_utf8(lines).unwrap();
    assert!(lines.lines().count() == 2 && !lines.contains("whsec_"), "{lines}");
    assert!(
        lines.contains("\tshop\terased,withdrawn\thttps://processor.example/hook\t0 waiting\n"),
        "{lines}"
    );
    let id = listed[0]["id"].as_str().unwrap();
    assert!(webhook(folder.path(), &["remove", id]).status.success());
    assert_eq!(list(folder.path()).len(), 1);
    check_refusal(&webhook(folder.path(), &["remove", id]), "found no webhook");
    check_refusal(&webhook(folder.path(), &["test", id]), "found no webhook");
}

#[test]
fn what_cannot_be_told_is_refused_when_it_is_added() {
    let folder = folder();
    for (url, reason) in [
        ("http://processor.example/", "url: found \"http\", expected https"),
        ("https://169.254.169.254/", "url: found the address 169.254.169.254"),
        ("https://[::ffff:10.0.0.1]/", "url: found the address ::ffff:10.0.0.1"),
        ("https://0x7f000001/", "url: found the address 127.0.0.1"),
        ("https://a:b@processor.example/", "url: found a user or a password"),
        ("processor.example", "url: found no address (relative URL without a base)"),
    ] {
        check_refusal(&add(folder.path(), url), reason);
    }
    let events = ["add", "--site", "shop", "--url", "https://a.example/", "--events", "sold"];
    check_refusal(&webhook(folder.path(), &events), "expected erased or withdrawn");
    assert_eq!(list(folder.path()), [] as [Value; 0]);
    for number in 0..20 {
        assert!(add(folder.path(), &format!("https://{number}.example/")).status.success());
    }
    check_refusal(
        &add(folder.path(), "https://one-more.example/"),
        "found 20 webhooks of shop, expected less than 20",
    );
}

#[test]
fn what_waits_survives_a_kill_and_is_never_sent_inside() {
    let folder = folder();
    let inside = TcpListener::bind("127.0.0.1:0").unwrap();
    inside.set_nonblocking(true).unwrap();
    let url = format!("https://localhost:{}/not-for-logs", inside.local_addr().unwrap().port());
    assert!(add(folder.path(), &url).status.success());
    let id = list(folder.path())[0]["id"].as_str().unwrap().to_owned();
    check_refusal(&webhook(folder.path(), &["test", &id]), "expected one of the public internet");
    let mut program = start(folder.path(), "exec 2>log;");
    assert_eq!(post(&program.address, "", &withdrawal(1)).unwrap().0, 200);
    let begun = Instant::now();
    while !fs::read_to_string(folder.path().join("log"))
        .unwrap()
        .contains("expected one of the public internet")
    {
        assert!(begun.elapsed() < Duration::from_secs(20), "it was not tried");
        thread::sleep(Duration::from_millis(50));
    }
    Command::new("kill").args(["-9", &program.child.id().to_string()]).status().unwrap();
    program.child.wait().unwrap();
    let waiting = &list(folder.path())[0];
    assert_eq!(waiting["waiting"], 1);
    // A command erases while nothing runs: that waits, too.
    let erased = run(folder.path(), &["erase", "--site", "shop", "--subject", SUBJECT]);
    assert!(erased.status.success(), "{erased:?}");
    assert_eq!(list(folder.path())[0]["waiting"], 2);
    assert!(inside.accept().is_err(), "nobody connected");
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(!log.contains("not-for-logs") && !log.contains(SUBJECT) && !log.contains("whsec_"), "{log}");
    assert!(webhook(folder.path(), &["remove", &id]).status.success());
    let bytes = u128::from_str_radix(SUBJECT, 16).unwrap().to_be_bytes();
    for entry in fs::read_dir(folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        let content = if path.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        assert!(!content.windows(16).any(|part| part == bytes), "{}", path.display());
    }
}
