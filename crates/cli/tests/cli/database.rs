//! `consentry serve` on a database that two nodes share, and the other commands on it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::postgres_server::new_database;
use crate::serve::{ask, folder, id, send, start_with};

/// Runs a command on the ledger of a folder.
fn run(folder: &Path, database: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.args(arguments).args(["--data", "data"]).env("DATABASE_URL", database).current_dir(folder);
    command.output().unwrap()
}

#[test]
fn two_nodes_keep_one_ledger_that_the_commands_read() {
    let (first, second, database) = (folder(), folder(), new_database());
    // The nodes sign with the same keys.
    let nodes: Vec<_> = [&first, &second]
        .into_iter()
        .map(|folder| {
            let keys = first.path().join("data/signing-keys");
            if folder.path() != first.path() {
                fs::create_dir_all(folder.path().join("data")).unwrap();
                fs::copy(keys, folder.path().join("data/signing-keys")).unwrap();
            }
            start_with(folder.path(), "", &format!("--database '{database}'"))
        })
        .collect();
    for number in 0..20 {
        assert_eq!(send(&nodes[number as usize % 2].address, number), Some(200));
    }
    assert_eq!(send(&nodes[1].address, 0), Some(200), "known to both");
    let begun = Instant::now();
    for number in 0..20 {
        let proof =
            format!("GET /v1/log/proof/{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", id(number));
        while ask(&nodes[number as usize % 2].address, &proof).unwrap().0 != 200 {
            assert!(begun.elapsed() < Duration::from_secs(10), "no proof of {number}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    let made = run(first.path(), &database, &["token", "add", "reader", "--scope", "read"]);
    assert!(made.status.success(), "{made:?}");
    for node in &nodes {
        let authorization = format!("Authorization: Bearer {}", String::from_utf8_lossy(&made.stdout).trim());
        let head = "GET /admin/receipts.json?limit=1000 HTTP/1.1\r\nHost: localhost\r\nConnection: close";
        let (status, body) = ask(&node.address, &format!("{head}\r\n{authorization}\r\n\r\n")).unwrap();
        assert_eq!(status, 200);
        assert_eq!(body.matches("\"id\":").count(), 20);
    }
    let exported =
        run(first.path(), &database, &["export", "--site", "shop", "--format", "json", "--out", "-"]);
    let printed = String::from_utf8_lossy(&exported.stdout).into_owned();
    assert!(exported.status.success() && printed.ends_with("],\"count\":20}\n"), "{exported:?}");
    // Beside the running nodes, each of which keeps the newest checkpoint, whoever signed it.
    for folder in [&first, &second] {
        let kept = folder.path().join("data/checkpoints/shop");
        while !fs::read_to_string(&kept).is_ok_and(|note| note.contains("\n20\n")) {
            assert!(begun.elapsed() < Duration::from_secs(20), "no checkpoint of 20 in {}", kept.display());
            std::thread::sleep(Duration::from_millis(50));
        }
        let checked = run(folder.path(), &database, &["verify"]);
        let printed = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.status.success() && printed.contains("shop: 20 leaves"), "{checked:?}");
    }
    drop(nodes);
    let checked = run(first.path(), &database.replace("/test", "/not-there-"), &["verify"]);
    let printed = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(!checked.status.success() && printed.contains("does not exist"), "{printed}");
    // Without a database the folder has no ledger.
    assert!(!run(first.path(), "", &["verify"]).status.success());
}
