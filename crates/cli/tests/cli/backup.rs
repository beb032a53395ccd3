//! `consentry backup`, under load, and what an owner does with the copy afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::serve::{Program, ask, folder, id, ids, send, start};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.args(arguments).current_dir(folder).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// Runs a command that has to succeed; what it printed.
#[track_caller]
fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", printed(&output));
    printed(&output)
}

/// Runs a command that has to fail with this in what it says.
#[track_caller]
fn fail(folder: &Path, arguments: &[&str], reason: &str) {
    let output = run(folder, arguments);
    let said = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    assert!(said.contains(reason), "{reason} in: {said}");
}

/// What lies in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Waits until the checkpoint covers so many leaves.
#[track_caller]
fn wait_until_signed(program: &Program, leaves: u64) {
    let begun = Instant::now();
    let request = "GET /v1/log/shop/checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    while ask(&program.address, request).is_none_or(|(_, note)| {
        note.lines().nth(1).and_then(|size| size.parse::<u64>().ok()).is_none_or(|size| size < leaves)
    }) {
        assert!(begun.elapsed() < Duration::from_secs(10), "no checkpoint over {leaves} leaves came");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Moves a backup into the place of the ledger of a new folder, and starts a server on it.
fn restore(backup: &Path) -> (tempfile::TempDir, Program) {
    let place = folder();
    fs::rename(backup, place.path().join("data")).unwrap();
    let program = start(place.path(), "");
    (place, program)
}

#[test]
fn a_backup_under_load_loses_nothing_that_was_acknowledged_before_it_began() {
    let folder = folder();
    let program = start(folder.path(), "");
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    // Each sender says what was acknowledged as soon as it was.
    let acknowledged = std::sync::Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    assert_eq!(send(&program.address, number), Some(200));
                    acknowledged.lock().unwrap().insert(id(number));
                }
            });
        }
        for round in 0..3 {
            let began = Instant::now();
            while acknowledged.lock().unwrap().len() < 400 * (round + 1) {
                assert!(began.elapsed() < Duration::from_secs(60), "too few receipts");
                thread::sleep(Duration::from_millis(5));
            }
            let before = acknowledged.lock().unwrap().clone();
            let out = format!("backup-{round}");
            let told =
                succeed(folder.path(), &["backup", "--data", "data", "--out", &out, "--with-keys", "--json"]);
            let told: Value = serde_json::from_str(&told).unwrap();
            assert_eq!((&told["out"], &told["keys"]), (&out.as_str().into(), &true.into()));
            assert!(told["logs"][0]["leaves"].as_u64().unwrap() >= before.len() as u64, "{told}");
            let said = succeed(folder.path(), &["verify", "--data", &out]);
            assert!(said.contains("nothing was changed"), "{said}");
            let (place, restored) = restore(&folder.path().join(&out));
            let found: BTreeSet<_> = ids(&restored).into_iter().collect();
            let lost = before.difference(&found).count();
            assert_eq!(lost, 0, "of {} acknowledged before the backup began", before.len());
            // The restored ledger goes on: it stores and signs.
            let leaves = found.len() as u64;
            assert_eq!(send(&restored.address, 900_000_000), Some(200));
            wait_until_signed(&restored, leaves + 1);
            drop(restored);
            succeed(place.path(), &["verify", "--data", "data"]);
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn the_keys_are_in_a_backup_only_when_asked_for() {
    let folder = folder();
    let program = start(folder.path(), "");
    assert_eq!(send(&program.address, 1), Some(200));
    wait_until_signed(&program, 1);
    let said = succeed(folder.path(), &["backup", "--data", "data", "--out", "without"]);
    assert!(said.contains("shop: 1 leaves") && said.contains("without signing-keys"), "{said}");
    assert_eq!(
        names(&folder.path().join("without")),
        ["checkpoints", "ledger.sqlite3"].map(str::to_owned).into()
    );
    succeed(folder.path(), &["backup", "--data", "data", "--out", "with", "--with-keys"]);
    assert!(names(&folder.path().join("with")).contains("signing-keys"));
    let url = "https://processor.example/";
    succeed(folder.path(), &["webhook", "add", "--data", "data", "--site", "shop", "--url", url]);
    for (out, option, holds_secrets) in [("none", "--json", false), ("all", "--with-keys", true)] {
        succeed(folder.path(), &["backup", "--data", "data", "--out", out, option]);
        assert_eq!(names(&folder.path().join(out)).contains("webhooks.json"), holds_secrets);
    }
    assert!(succeed(folder.path(), &["webhook", "list", "--data", "all"]).contains(url));
    // Put beside the copy, where they were kept apart, they make it whole.
    fail(folder.path(), &["verify", "--data", "without"], "signing-keys");
    fs::copy(folder.path().join("data/signing-keys"), folder.path().join("without/signing-keys")).unwrap();
    succeed(folder.path(), &["verify", "--data", "without"]);
}

#[test]
#[cfg(unix)]
fn a_backup_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let _program = start(folder.path(), "umask 022;");
    succeed(folder.path(), &["backup", "--data", "data", "--out", "copy", "--with-keys"]);
    succeed(folder.path(), &["backup", "--data", "data", "--out", "copy.tar", "--with-keys"]);
    for name in ["copy", "copy.tar", "copy/ledger.sqlite3", "copy/signing-keys", "copy/checkpoints"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[test]
fn a_file_for_tar_holds_the_same_as_a_directory() {
    let folder = folder();
    let program = start(folder.path(), "");
    assert_eq!(send(&program.address, 1), Some(200));
    wait_until_signed(&program, 1);
    succeed(folder.path(), &["backup", "--data", "data", "--out", "copy.tar", "--with-keys"]);
    let out = folder.path().join("unpacked");
    fs::create_dir(&out).unwrap();
    let tar = Command::new("tar").args(["-xf", "../copy.tar"]).current_dir(&out).status().unwrap();
    assert!(tar.success());
    assert_eq!(names(&out), ["checkpoints", "ledger.sqlite3", "signing-keys"].map(str::to_owned).into());
    let said = succeed(folder.path(), &["verify", "--data", "unpacked"]);
    assert!(said.contains("1 receipts compared"), "{said}");
}

#[test]
fn a_backup_that_cannot_be_made_leaves_nothing_behind() {
    let folder = folder();
    let program = start(folder.path(), "");
    assert_eq!(send(&program.address, 1), Some(200));
    fs::create_dir(folder.path().join("taken")).unwrap();
    fs::write(folder.path().join("taken.tar"), "mine").unwrap();
    let before = names(folder.path());
    for (arguments, reason) in [
        (["--data", "data", "--out", "taken"], "taken: found something, expected a name that is free"),
        (["--data", "data", "--out", "taken.tar"], "taken.tar: found something"),
        (["--data", "nowhere", "--out", "copy"], "nowhere/ledger.sqlite3: expected a ledger, found: "),
        (["--data", "data", "--out", "nowhere/copy"], "nowhere/copy: the backup cannot be written: "),
    ] {
        fail(folder.path(), &[&["backup"], &arguments[..]].concat(), reason);
    }
    let database = ["backup", "--data", "data", "--out", "copy", "--database", "postgres://a@b/c"];
    fail(folder.path(), &database, "PostgreSQL's own tools copy it (pg_dump");
    // On a disk that is full in the middle of it.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" backup --data data --out copy";
    let mut full = Command::new("sh");
    let full =
        full.args(["-c", script, env!("CARGO_BIN_EXE_consentry")]).current_dir(&folder).output().unwrap();
    assert_eq!(full.status.code(), Some(1), "{}", printed(&full));
    assert!(printed(&full).contains("cannot be written"), "{}", printed(&full));
    assert_eq!(names(folder.path()), before);
    assert_eq!(fs::read_to_string(folder.path().join("taken.tar")).unwrap(), "mine");
}

#[test]
fn a_ledger_that_was_put_back_is_not_signed_until_its_owner_says_so() {
    let folder = folder();
    let data = folder.path().join("data");
    let program = start(folder.path(), "");
    (0..3).for_each(|number| assert_eq!(send(&program.address, number), Some(200)));
    wait_until_signed(&program, 3);
    succeed(folder.path(), &["backup", "--data", "data", "--out", "copy"]);
    (3..5).for_each(|number| assert_eq!(send(&program.address, number), Some(200)));
    wait_until_signed(&program, 5);
    drop(program);
    for name in ["ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm"] {
        let _ = fs::remove_file(data.join(name));
    }
    fs::copy(folder.path().join("copy/ledger.sqlite3"), data.join("ledger.sqlite3")).unwrap();
    fail(
        folder.path(),
        &["verify", "--data", "data"],
        "the log was put back: found 3 leaves, a signed checkpoint has 5",
    );

    // It takes receipts, and signs none, though it has as many again as were signed before.
    let program = start(folder.path(), "exec 2>log;");
    (10..14).for_each(|number| assert_eq!(send(&program.address, number), Some(200)));
    thread::sleep(Duration::from_secs(2));
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("take that file away"), "{log}");
    assert!(
        fs::read_to_string(data.join("checkpoints/shop")).unwrap().contains("\n5\n"),
        "it is still there"
    );
    drop(program);
    let said = printed(&run(folder.path(), &["verify", "--data", "data"]));
    assert!(said.contains("its first 5 leaves have another root than was signed"), "{said}");

    fs::remove_file(data.join("checkpoints/shop")).unwrap();
    let program = start(folder.path(), "");
    wait_until_signed(&program, 7);
    drop(program);
    succeed(folder.path(), &["verify", "--data", "data"]);
}
