//! `consentry erase` and `consentry retention`, beside a running server, and what a kill in an erasure leaves.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use consentry::model::receipt::{Receipt, Time};
use consentry_ledger::Ledger;
use consentry_ledger::sqlite::SqliteLedger;
use serde_json::{Value, json};

use crate::serve::{Program, ask, folder, get, ids, post, receipt_of, start, start_with};

/// The first half of SHA-256 over the secret.
const SUBJECT: &str = "be45cb2605bf36bebde684841a28f0fd";
const SECRET: &str = "000102030405060708090a0b0c0d0e0f";
const OTHER: &str = "ffffffffffffffffffffffffffffffff";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    run_on(folder, "", arguments)
}

/// The same on the ledger in a database.
fn run_on(folder: &Path, database: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.args(arguments).args(["--data", "data"]).env("DATABASE_URL", database).current_dir(folder);
    command.output().unwrap()
}

#[track_caller]
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    // No bar where there is no terminal.
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn check_refusal(output: &Output, reason: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(reason), "{output:?}");
}

fn erase(subject: &str) -> [&str; 5] {
    ["erase", "--site", "shop", "--subject", subject]
}

/// Sends receipts, as many at a time as a request may bring.
fn send(program: &Program, receipts: impl Iterator<Item = String>) {
    for part in receipts.collect::<Vec<_>>().chunks(10) {
        assert_eq!(post(&program.address, "", &format!("[{}]", part.join(","))).unwrap().0, 200);
    }
}

/// Sends receipts of a subject.
fn send_many(program: &Program, numbers: std::ops::Range<u64>, subject: &str) {
    send(program, numbers.map(|number| receipt_of(number, subject)));
}

/// Files of the data directory that hold the subject, as bytes or as digits.
fn files_with(folder: &Path, subject: &str) -> Vec<String> {
    let bytes = u128::from_str_radix(subject, 16).unwrap().to_be_bytes();
    let has = |content: &[u8]| {
        content.windows(16).any(|part| part == bytes)
            || content.windows(32).any(|part| part == subject.as_bytes())
    };
    let (mut folders, mut found) = (vec![folder.join("data")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read(&path).is_ok_and(|content| has(&content)) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

fn verify(folder: &Path, expected: &str) {
    let said = printed(&run(folder, &["verify"]));
    assert!(said.contains(expected) && said.contains("nothing was changed"), "{said}");
}

#[test]
fn a_visitor_is_erased_beside_a_running_server_that_goes_on() {
    let folder = folder();
    let program = start(folder.path(), "");
    send_many(&program, 0..200, SUBJECT);
    send_many(&program, 200..300, OTHER);
    assert!(!files_with(folder.path(), SUBJECT).is_empty(), "it is looked for");
    assert_eq!(printed(&run(folder.path(), &erase(SUBJECT))), "shop: 200 receipts erased\n");
    assert_eq!(files_with(folder.path(), SUBJECT), [] as [&str; 0]);
    send_many(&program, 300..310, OTHER);
    assert_eq!(ids(&program).len(), 110);
    let json: Value =
        serde_json::from_str(&printed(&run(folder.path(), &[&erase(OTHER)[..], &["--json"]].concat())))
            .unwrap();
    assert_eq!(json, json!({ "site": "shop", "erased": 110 }));
    assert_eq!(printed(&run(folder.path(), &erase(OTHER))), "shop: 0 receipts erased\n");
    send_many(&program, 400..401, &format!("{:032x}", 400));
    verify(folder.path(), "310 receipts were erased, as recorded");
    drop(program);
    verify(folder.path(), "shop: 313 leaves");
}

#[test]
fn a_site_without_receipts_is_taken_for_a_wrong_one() {
    let folder = folder_with_old_receipts(2);
    let expected = "found no receipts of the site \"shpo\", expected one that has some: shop";
    for arguments in [
        &["erase", "--site", "shpo", "--subject", SUBJECT][..],
        &["retention", "hold", "--site", "shpo", "--reason", "case 17"],
    ] {
        check_refusal(&run(folder.path(), arguments), expected);
    }
}

#[test]
fn what_is_no_site_no_subject_or_no_ledger_is_named() {
    let folder = folder();
    check_refusal(
        &run(folder.path(), &erase(SUBJECT)),
        "data: found nothing, expected the directory of a ledger",
    );
    let other_folder = tempfile::tempdir().unwrap();
    fs::create_dir(other_folder.path().join("data")).unwrap();
    check_refusal(
        &run(other_folder.path(), &erase(SUBJECT)),
        "data: found no ledger.sqlite3, expected the directory of a ledger",
    );
    assert_eq!(fs::read_dir(other_folder.path().join("data")).unwrap().count(), 0, "nothing was made there");
    check_refusal(&run(folder.path(), &erase("A")), "expected 32 hexadecimal digits in lower case");
    let wrong_site = ["erase", "--site", "Shop", "--subject", SUBJECT];
    check_refusal(&run(folder.path(), &wrong_site), "expected a site key");
    let no_periods = ["retention", "--dry-run", "--config", "site.json"];
    check_refusal(&run(folder.path(), &no_periods), "found no `backend.retention` in the configuration");
    let no_config = ["retention", "--config", "other.json"];
    check_refusal(&run(folder.path(), &no_config), "other.json: expected a readable file");
}

/// Gives the site these periods, and its ledger receipts of long ago.
fn folder_with_old_receipts(count: u64) -> tempfile::TempDir {
    let folder = folder();
    let file = folder.path().join("site.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    config["backend"]["retention"] = json!({ "receipts": 365 });
    fs::write(file, config.to_string()).unwrap();
    let ledger = SqliteLedger::open(&folder.path().join("data")).unwrap();
    let receipts = (0..count).map(|number| Receipt::parse(&receipt_of(number, SUBJECT)).unwrap()).collect();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let stored = ledger.append(receipts, Time::from_millis(1_400_000_000_000));
    runtime.enable_all().build().unwrap().block_on(stored).unwrap();
    folder
}

#[test]
fn what_is_past_its_period_goes_when_the_owner_says_so() {
    let folder = folder_with_old_receipts(300);
    let retention = |arguments: &[&str]| run(folder.path(), &[&["retention"], arguments].concat());
    let dry = ["--dry-run", "--config", "site.json"];
    assert_eq!(printed(&retention(&dry)), "shop: 300 receipts would be erased\n");
    let dry: Value =
        serde_json::from_str(&printed(&retention(&[&["run", "--json"], &dry[..]].concat()))).unwrap();
    let erased = json!([{ "site": "shop", "class": "receipts", "erased": 300, "held": 0 }]);
    assert_eq!((&dry["dryRun"], &dry["erased"]), (&json!(true), &erased));
    // One visitor's are kept for a claim, and neither a run nor the visitor nor the owner erases them.
    let hold = ["hold", "--site", "shop", "--subject", SUBJECT, "--reason", "case 17"];
    assert_eq!(printed(&retention(&hold)), "shop: on hold\n");
    check_refusal(&retention(&hold), "found a hold on the same already");
    let listed = printed(&retention(&["holds"]));
    let parts: Vec<_> = listed.trim_end().split('\t').collect();
    assert_eq!((parts[0], parts[1], parts[3]), ("shop", SUBJECT, "case 17"), "{listed}");
    assert_eq!(
        printed(&retention(&["run", "--config", "site.json"])),
        "shop: 0 receipts erased, 300 on hold\n"
    );
    check_refusal(&run(folder.path(), &erase(SUBJECT)), "found a legal hold on shop, expected none");
    assert_eq!(printed(&retention(&["release", "--site", "shop", "--subject", SUBJECT])), "shop: released\n");
    check_refusal(&retention(&["release", "--site", "shop"]), "found no such hold");
    assert_eq!(printed(&retention(&["holds", "--json"])), "[]\n");
    assert_eq!(printed(&retention(&["--config", "site.json"])), "shop: 300 receipts erased\n");
    assert_eq!(printed(&retention(&["--config", "site.json"])), "nothing is past its period\n");
    assert_eq!(files_with(folder.path(), SUBJECT), [] as [&str; 0]);
    let runs: Value = serde_json::from_str(&printed(&retention(&["runs", "--json"]))).unwrap();
    let counts: Vec<_> = runs.as_array().unwrap().iter().map(|run| run["erased"].clone()).collect();
    let held = json!([{ "site": "shop", "class": "receipts", "erased": 0, "held": 300 }]);
    assert_eq!(counts, [json!([]), erased, held]);
    verify(folder.path(), "300 receipts were erased, as recorded");
}

#[test]
fn a_server_erases_what_is_past_its_period_when_it_starts() {
    let folder = folder_with_old_receipts(700);
    let program = start(folder.path(), "");
    send_many(&program, 9000..9001, OTHER);
    let begun = std::time::Instant::now();
    while ids(&program).len() > 1 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(20));
    }
    while files_with(folder.path(), SUBJECT) != [] as [&str; 0] {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(program);
    let runs = printed(&run(folder.path(), &["retention", "runs"]));
    assert!(runs.ends_with("\tshop: 700 receipts erased\n"), "{runs}");
    verify(folder.path(), "700 receipts were erased, as recorded");
}

#[cfg(unix)]
#[test]
fn an_erasure_that_was_killed_ends_at_the_next_start() {
    let folder = folder();
    let mut program = start(folder.path(), "");
    let mut number = 0;
    let (mut erased, mut cut_off) = (0, 0);
    for round in 0..8 {
        // Others among them, so that pages are full and split.
        for _ in 0..10 {
            send_many(&program, number..number + 20, SUBJECT);
            send(
                &program,
                (number + 20..number + 50).map(|number| receipt_of(number, &format!("{number:032x}"))),
            );
            number += 50;
        }
        let address = program.address.clone();
        let asking = std::thread::spawn(move || {
            let head = format!("DELETE /v1/subjects/{SUBJECT}?site=shop HTTP/1.1\r\nHost: x\r\n");
            ask(&address, &format!("{head}Authorization: Bearer {SECRET}\r\nConnection: close\r\n\r\n"))
        });
        std::thread::sleep(Duration::from_micros(700 * round * round));
        Command::new("kill").args(["-9", &program.child.id().to_string()]).status().unwrap();
        program.child.wait().unwrap();
        match asking.join().unwrap() {
            Some((status, answer)) => {
                assert_eq!((status, answer.as_str()), (200, "{\"erased\":200}"));
                assert_eq!(files_with(folder.path(), SUBJECT), [] as [&str; 0], "it was answered for");
            }
            None => cut_off += 1,
        }
        program = start(folder.path(), "");
        // Whether or not it was done, the same again ends it.
        let (_, left) = get(&program, &format!("/v1/subjects/{SUBJECT}/receipts?site=shop"));
        if left.contains("\"id\"") {
            assert_eq!(printed(&run(folder.path(), &erase(SUBJECT))), "shop: 200 receipts erased\n");
        }
        erased += 200;
        let begun = std::time::Instant::now();
        while files_with(folder.path(), SUBJECT) != [] as [&str; 0] {
            assert!(begun.elapsed() < Duration::from_secs(10), "the next start did not end it");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    assert!(cut_off > 0, "none was cut off");
    assert_eq!(ids(&program).len(), number as usize - erased as usize);
    drop(program);
    verify(folder.path(), &format!("{erased} receipts were erased, as recorded"));
}

#[cfg(all(feature = "postgres", target_os = "linux"))]
#[test]
fn they_work_on_a_database_too() {
    let (folder, database) = (folder(), crate::postgres_server::new_database());
    let mut program = start_with(folder.path(), "", &format!("--database '{database}'"));
    // The one that it has is for the file.
    let reader = run_on(folder.path(), &database, &["token", "add", "reader", "--scope", "read"]);
    program.token = printed(&reader).trim().to_owned();
    send_many(&program, 0..20, SUBJECT);
    let hold = ["retention", "hold", "--site", "shop"];
    assert_eq!(printed(&run_on(folder.path(), &database, &hold)), "shop: on hold\n");
    check_refusal(&run_on(folder.path(), &database, &erase(SUBJECT)), "found a legal hold on shop");
    let release = ["retention", "release", "--site", "shop"];
    assert_eq!(printed(&run_on(folder.path(), &database, &release)), "shop: released\n");
    let erased = run_on(folder.path(), &database, &erase(SUBJECT));
    assert_eq!(printed(&erased), "shop: 20 receipts erased\n");
    send_many(&program, 20..23, OTHER);
    // They are listed once they have their leaves.
    let begun = Instant::now();
    while ids(&program).len() != 3 {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", ids(&program));
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(program);
    let said = printed(&run_on(folder.path(), &database, &["verify"]));
    assert!(said.contains("20 receipts were erased, as recorded"), "{said}");
}
