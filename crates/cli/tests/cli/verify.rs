//! `consentry verify`, on a ledger that the program itself kept and on a receipt that a visitor took from it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::serve::{Program, ask, folder, id, send, send_of, start};

fn verify(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.arg("verify").args(arguments).current_dir(folder).output().unwrap()
}

#[track_caller]
fn check(folder: &Path, arguments: &[&str], expected: &[&str]) {
    let output = verify(folder, arguments);
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    for line in expected {
        assert!(printed.contains(line), "{line} in:\n{printed}");
    }
    let fails = expected.iter().any(|line| line.starts_with("error"));
    assert_eq!(output.status.success(), !fails, "{printed}");
}

fn get(program: &Program, path: &str, header: &str) -> (u16, String) {
    ask(&program.address, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n{header}Connection: close\r\n\r\n"))
        .unwrap()
}

/// Asks until the log is signed.
fn get_when_signed(program: &Program, path: &str, header: &str) -> String {
    let start = Instant::now();
    loop {
        let (status, body) = get(program, path, header);
        if status == 200 {
            return body;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{status} {body}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_kept_receipt_is_checked_offline_and_the_ledger_as_a_whole() {
    let folder = folder();
    let program = start(folder.path(), "");
    let secret = "000102030405060708090a0b0c0d0e0f";
    assert_eq!(send(&program.address, 1), Some(200));
    let subject = "be45cb2605bf36bebde684841a28f0fd"; // the first half of SHA-256 over the secret
    assert_eq!(send_of(&program.address, 2, subject), Some(200));
    let path = format!("/v1/subjects/{subject}/receipts/{}?site=shop", id(2));
    let kept = get_when_signed(&program, &path, &format!("Authorization: Bearer {secret}\r\n"));
    let checkpoint = get_when_signed(&program, "/v1/log/shop/checkpoint", "");
    let key = get_when_signed(&program, "/v1/log/shop/key", "");
    fs::write(folder.path().join("receipt.json"), &kept).unwrap();
    fs::write(folder.path().join("checkpoint"), &checkpoint).unwrap();
    // Beside the running server.
    check(
        folder.path(),
        &["--data", "data"],
        &["shop: 2 leaves", "2 receipts compared", "nothing was changed"],
    );
    drop(program);

    let proven = [
        "of shop: reject-all",
        "leaf 1 of 2 in the log consent.example/v1/log/shop",
        "signed by consent.example/v1/log/shop+",
    ];
    check(
        folder.path(),
        &["receipt.json"],
        &[&proven[..], &["compare it with https://consent.example/v1/log/shop/key"]].concat(),
    );
    check(folder.path(), &["receipt.json", "--key", key.trim()], &proven);
    check(folder.path(), &["receipt.json", "--data", "data"], &proven);
    check(folder.path(), &["receipt.json", "--key", "no key"], &["error: invalid value 'no key'"]);
    // Only a key that signed is called one, whatever the file names beside it.
    let other = "consent.example.com/v1/log/shop+fa1698ab+AUR4ntLcL2n1XwBIjwYBxLyM1kskuKm9dGn0a1svttak";
    let mut named: Value = serde_json::from_str(&kept).unwrap();
    named["keys"].as_array_mut().unwrap().push(other.into());
    fs::write(folder.path().join("named.json"), named.to_string()).unwrap();
    check(folder.path(), &["named.json"], &proven);
    let printed = verify(folder.path(), &["named.json"]).stdout;
    assert!(!String::from_utf8_lossy(&printed).contains(other));
    let mut changed: Value = serde_json::from_str(&kept).unwrap();
    changed["receipt"]["action"] = "accept-all".into();
    fs::write(folder.path().join("changed.json"), changed.to_string()).unwrap();
    check(
        folder.path(),
        &["changed.json"],
        &["error: changed.json: not proven: the receipt, its time or its salt is not what was recorded"],
    );
    fs::write(folder.path().join("none.json"), "{}").unwrap();
    check(
        folder.path(),
        &["none.json"],
        &["error: none.json: receipt: found something else, expected a receipt"],
    );
    check(folder.path(), &["missing.json"], &["error: missing.json: "]);

    check(folder.path(), &["--data", "data", "--checkpoint", "checkpoint"], &["nothing was changed"]);
    let database = rusqlite::Connection::open(folder.path().join("data/ledger.sqlite3")).unwrap();
    database.execute_batch("DELETE FROM receipts WHERE leaf = 0").unwrap();
    drop(database);
    check(folder.path(), &["--data", "data"], &["error: shop: the receipt of leaf 0 was removed"]);
    check(
        folder.path(),
        &["--data", "nowhere"],
        &["error: nowhere/ledger.sqlite3: expected a ledger, found: "],
    );
    check(folder.path(), &[], &["error"]);
}

const SECRET: &str = "000102030405060708090a0b0c0d0e0f";
/// The first half of SHA-256 over the secret.
const SUBJECT: &str = "be45cb2605bf36bebde684841a28f0fd";
/// Another log's.
const OTHER_KEY: &str =
    "consent.example.com/v1/log/shop+fa1698ab+AUR4ntLcL2n1XwBIjwYBxLyM1kskuKm9dGn0a1svttak";

/// What the visitor takes away as JSON, once the log is signed over so many receipts.
fn taken_away(program: &Program, signed: u64) -> Value {
    let start = Instant::now();
    while !get_when_signed(program, "/v1/log/shop/checkpoint", "").contains(&format!("\n{signed}\n")) {
        assert!(start.elapsed() < Duration::from_secs(10), "the log is not signed");
        std::thread::sleep(Duration::from_millis(50));
    }
    let path = format!("/v1/subjects/{SUBJECT}/export?site=shop");
    let (status, body) = get(program, &path, &format!("Authorization: Bearer {SECRET}\r\n"));
    assert_eq!(status, 200, "{body}");
    // The body comes in chunks: their lengths stand between them.
    let document = body.split("\r\n").skip(1).step_by(2).collect::<String>();
    serde_json::from_str(&document).unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[test]
fn each_receipt_of_a_visitors_own_export_is_checked() {
    let folder = folder();
    let program = start(folder.path(), "");
    for number in 1..=3 {
        assert_eq!(send_of(&program.address, number, SUBJECT), Some(200));
    }
    let whole = taken_away(&program, 3);
    let key = get_when_signed(&program, "/v1/log/shop/key", "");
    drop(program);
    let write = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut document = whole.clone();
        change(&mut document);
        fs::write(folder.path().join(name), document.to_string()).unwrap();
    };
    let check = |arguments: &[&str], expected: &[&str]| check(folder.path(), arguments, expected);
    let proven = |number: u64| {
        [
            format!("receipt {} of shop: reject-all", id(number)),
            format!("leaf {} of 3 in the log consent.example/v1/log/shop", number - 1),
        ]
    };
    let all: Vec<_> = (1..=3).flat_map(proven).collect();
    let all: Vec<_> = all.iter().map(String::as_str).chain(["3 of 3 receipts are proven"]).collect();

    write("export.json", &|_| ());
    let compare = "compare it with https://consent.example/v1/log/shop/key";
    check(&["export.json"], &[&all[..], &["signed by consent.example/v1/log/shop+", compare]].concat());
    check(&["export.json", "--key", key.trim()], &all);
    check(&["export.json", "--data", "data"], &all);
    let unsigned = format!("error: export.json: receipt {}: not proven: the checkpoint is not signed", id(2));
    check(&["export.json", "--key", OTHER_KEY], &[&unsigned, "0 of 3 receipts are proven"]);

    write("changed.json", &|document| document["receipts"][1]["receipt"]["action"] = "accept-all".into());
    let changed =
        format!("error: changed.json: receipt {}: not proven: the receipt, its time or its salt", id(2));
    check(&["changed.json"], &[&changed, &proven(1)[0], &proven(3)[0], "2 of 3 receipts are proven"]);

    write("newer.json", &|document| document["receipts"][2]["proof"] = Value::Null);
    let newer = format!("error: newer.json: receipt {}: not provable yet: ", id(3));
    check(&["newer.json"], &[&newer, &proven(1)[0], &proven(2)[0], "2 of 3 receipts are proven"]);

    write("old.json", &|document| {
        document.as_object_mut().unwrap().remove("log");
        for receipt in document["receipts"].as_array_mut().unwrap() {
            receipt.as_object_mut().unwrap().retain(|name, _| name != "salt" && name != "proof");
        }
    });
    check(&["old.json"], &["error: old.json: log: found nothing", "this export carries no proofs"]);

    for (name, change, said) in OTHER_FORMS {
        write(name, change);
        check(&[name], &[&format!("error: {name}: {said}")]);
    }
}

type Change = &'static dyn Fn(&mut Value);
/// Files that are no such export, and what is said of them.
const OTHER_FORMS: [(&str, Change, &str); 7] = [
    ("version.json", &|document| document["v"] = 2.into(), "v: found something else, expected 1"),
    ("count.json", &|document| document["count"] = 4.into(), "count: found something else, expected 3"),
    (
        "none.json",
        &|document| document["receipts"] = Value::Array(Vec::new()),
        "receipts: found something else",
    ),
    ("more.json", &|document| document["note"] = 1.into(), "note: found an unknown key"),
    (
        "more-in-one.json",
        &|document| document["receipts"][1]["proof"]["index"] = 1.into(),
        "receipts[1].proof.index: found an unknown key",
    ),
    (
        "no-place.json",
        &|document| document["receipts"][0]["leaf"] = Value::Null,
        "receipts[0].leaf: found something else, expected its place in the log",
    ),
    (
        "no-receipt.json",
        &|document| document["receipts"][0]["receipt"]["action"] = "agree".into(),
        "receipts[0].receipt.action: found \"agree\", expected ",
    ),
];
