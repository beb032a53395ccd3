//! `consentry serve` on a disk that has no room, gets some again, or may only be read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::SMALL_SITES;
use crate::serve::{Program, folder, get, id, ids, post, receipt, send, start};

/// A small file system in memory; gone at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Of one megabyte; nothing, with a word why, where this account may not mount any.
    fn mount(place: &Path) -> Option<SmallDisk> {
        fs::create_dir_all(place).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(place).output();
        match mount {
            Ok(output) if output.status.success() => Some(SmallDisk(place.to_owned())),
            found => {
                eprintln!("skipped, as no file system can be mounted here: {found:?}");
                None
            }
        }
    }

    fn make_read_only(&self) {
        assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Sends receipts with these numbers until one is not stored; how many were.
fn send_until_refused(program: &Program, numbers: std::ops::Range<u64>) -> u64 {
    let begin = numbers.start;
    for number in numbers {
        match send(&program.address, number).unwrap() {
            200 => {}
            status => {
                assert_eq!(status, 503);
                return number - begin;
            }
        }
    }
    panic!("all were stored");
}

/// What is refused for want of room, and told; `make_room` ends it.
fn check_that_it_recovers(folder: &Path, program: Program, make_room: impl FnOnce(&Program)) {
    let stored = send_until_refused(&program, 0..20_000);
    let (status, body) = post(&program.address, "", &receipt(stored)).unwrap();
    assert_eq!(status, 503, "{body}");
    assert!(body.contains("\"unavailable\"") && !body.contains("data/"), "the operator's matter: {body}");
    assert_eq!(get(&program, "/healthz").0, 503, "health says so");
    assert_eq!(get(&program, "/admin/receipts.json").0, 200, "what is there can be read");
    make_room(&program);
    assert_eq!(get(&program, "/healthz").0, 200, "without a receipt that comes first");
    assert_eq!(send(&program.address, stored), Some(200));
    let expected: BTreeSet<_> = (0..=stored).map(id).collect();
    let found: BTreeSet<_> = ids(&program).into_iter().collect();
    assert_eq!(found, expected);
    drop(program);
    let found: BTreeSet<_> = ids(&start(folder, "")).into_iter().collect();
    assert_eq!(found, expected, "after a kill");
}

#[test]
fn a_full_disk_is_told_and_is_forgotten_when_there_is_room_again() {
    let folder = folder();
    let data = folder.path().join("data");
    let Some(disk) = SmallDisk::mount(&data) else { return };
    let filler = data.join("filler");
    fs::write(&filler, [0; 600 * 1024]).unwrap();
    let program = start(folder.path(), "");
    check_that_it_recovers(folder.path(), program, |_| fs::remove_file(&filler).unwrap());
    drop(disk);
}

#[test]
fn a_limit_of_a_files_size_is_told_and_is_forgotten_when_it_is_lifted() {
    let folder = folder();
    // A write beyond the limit fails instead of killing the program.
    let program = start(folder.path(), "trap '' XFSZ;");
    let limit_to = |program: &Program, bytes: &str| {
        let pid = program.child.id().to_string();
        let arguments = ["--pid", &pid, &format!("--fsize={bytes}:unlimited")];
        assert!(Command::new("prlimit").args(arguments).status().unwrap().success());
    };
    limit_to(&program, "262144");
    check_that_it_recovers(folder.path(), program, |program| limit_to(program, "unlimited"));
}

#[test]
fn a_ledger_that_can_only_be_read_is_said_to_be_that() {
    let folder = folder();
    let data = folder.path().join("data");
    let Some(disk) = SmallDisk::mount(&data) else { return };
    assert_eq!(send(&start(folder.path(), "").address, 1), Some(200));
    disk.make_read_only();
    let output = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .args(["serve", "--config", "site.json", "--data", "data", "--listen", "127.0.0.1:0", SMALL_SITES])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
    assert!(said.contains("ledger.sqlite3: expected") && said.contains("read-only"), "{said}");
    assert!(!said.contains("lock"), "{said}");
}
