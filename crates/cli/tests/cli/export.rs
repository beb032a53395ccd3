//! `consentry export`, beside a running server.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::serve::{folder, id, send, send_of, start};

const SUBJECT: &str = "be45cb2605bf36bebde684841a28f0fd";

fn export(folder: &Path, arguments: &str) -> Output {
    let words = arguments.split(' ').filter(|word| !word.is_empty());
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.args(["export", "--data", "data"]).args(words).current_dir(folder).output().unwrap()
}

fn succeeds(folder: &Path, arguments: &str) -> String {
    let output = export(folder, arguments);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn fails(folder: &Path, arguments: &str, code: i32, reason: &str) {
    let output = export(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains(reason), "{output:?}");
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn receipts_are_written_as_a_whole_file_beside_the_running_server() {
    let folder = folder();
    let program = start(folder.path(), "");
    assert_eq!(send(&program.address, 1), Some(200));
    assert_eq!(send_of(&program.address, 2, SUBJECT), Some(200));
    let said = succeeds(folder.path(), "--site shop --format json --out all.json");
    assert!(said.starts_with("all.json: 2 receipts of shop as json, "), "{said}");
    let written = fs::read(folder.path().join("all.json")).unwrap();
    let all: Value = serde_json::from_slice(&written).unwrap();
    assert_eq!((&all["count"], &all["receipts"][0]["receipt"]["id"]), (&2.into(), &id(1).into()));
    let mode = fs::metadata(folder.path().join("all.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "its owner's alone");
    // To a pipe, and what was done for programs.
    let piped = succeeds(folder.path(), &format!("--site shop --subject {SUBJECT} --format json --out -"));
    let own: Value = serde_json::from_str(&piped).unwrap();
    assert_eq!((&own["count"], &own["receipts"][0]["receipt"]["id"]), (&1.into(), &id(2).into()));
    let said = succeeds(folder.path(), "--site shop --format csv --out all.csv --json");
    let bytes = fs::metadata(folder.path().join("all.csv")).unwrap().len();
    let expected =
        format!(r#"{{"site":"shop","format":"csv","receipts":2,"bytes":{bytes},"file":"all.csv"}}"#);
    assert_eq!(said.trim(), expected);
    succeeds(folder.path(), "--site shop --format xlsx --out all.xlsx");
    assert!(fs::read(folder.path().join("all.xlsx")).unwrap().starts_with(b"PK"));
    succeeds(folder.path(), "--site shop --format ts27560 --out all.jsonld --to 2000-01-01");
    let none: Value = serde_json::from_slice(&fs::read(folder.path().join("all.jsonld")).unwrap()).unwrap();
    assert!(none["@graph"].as_array().unwrap().iter().all(|node| node["@type"] != "dpv:ConsentRecord"));
    assert_eq!(
        names(folder.path()),
        ["all.csv", "all.json", "all.jsonld", "all.xlsx", "data", "site.json"],
        "nothing else is left"
    );
}

/// The server keeps what a configuration said; the command reads it there.
#[test]
fn it_knows_what_the_server_last_had_in_force() {
    let folder = folder();
    let site = folder.path().join("site.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&site).unwrap()).unwrap();
    config["controller"] = serde_json::json!({ "name": "Shop Ltd" });
    fs::write(&site, config.to_string()).unwrap();
    let program = start(folder.path(), "");
    assert_eq!(send(&program.address, 1), Some(200));
    let kept = folder.path().join("data/last-good/site.json");
    let begun = Instant::now();
    while !kept.exists() {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    let name = |arguments: &str| {
        let piped = succeeds(folder.path(), &format!("--site shop --format json --out - {arguments}"));
        serde_json::from_str::<Value>(&piped).unwrap()["controller"]["name"].clone()
    };
    assert_eq!(name(""), "Shop Ltd");
    config["controller"]["name"] = "Another Ltd".into();
    fs::write(folder.path().join("other.json"), config.to_string()).unwrap();
    assert_eq!(name("--config other.json"), "Another Ltd");
    config["site"] = "blog".into();
    fs::write(folder.path().join("blog.json"), config.to_string()).unwrap();
    let wrong = "--site shop --format json --out - --config blog.json";
    fails(folder.path(), wrong, 1, "blog.json: site: found \"blog\", expected \"shop\"");
}

#[test]
fn what_is_wrong_is_said_and_no_file_is_made() {
    let folder = folder();
    let program = start(folder.path(), "");
    assert_eq!(send(&program.address, 1), Some(200));
    let before = names(folder.path());
    let all = "--format json --out all.json";
    let unknown = "found no receipts of the site \"blog\", expected one that has some: shop";
    fails(folder.path(), &format!("--site blog {all}"), 1, unknown);
    fails(folder.path(), &format!("--site Shop {all}"), 2, "expected a site key such as shop");
    fails(folder.path(), "--site shop --format pdf --out all.json", 2, "expected json, csv, xlsx or ts27560");
    fails(
        folder.path(),
        &format!("--site shop --from 2026-13-01 {all}"),
        2,
        "expected a day such as 2026-11-21",
    );
    let turned = format!("--site shop --from 2026-02-02 --to 2026-02-01 {all}");
    fails(folder.path(), &turned, 1, "expected the earlier day first");
    fails(folder.path(), &format!("--site shop --subject abc {all}"), 2, "32 lower-case hexadecimal digits");
    fails(folder.path(), "--site shop --format json --out none/all.json", 1, "none/all.json: ");
    fails(
        folder.path(),
        "--site shop --format json --out data",
        1,
        "data: found a directory, expected a file",
    );
    assert_eq!(names(folder.path()), before);
}

#[test]
fn a_full_disk_leaves_the_file_that_was_there() {
    let folder = folder();
    let program = start(folder.path(), "");
    for number in 0..30 {
        assert_eq!(send(&program.address, number), Some(200));
    }
    for format in ["json", "csv", "xlsx", "ts27560"] {
        fs::write(folder.path().join("all"), "as it was").unwrap();
        let before = names(folder.path());
        let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
        let mut command = Command::new("sh");
        command.args([
            "-c",
            script,
            env!("CARGO_BIN_EXE_consentry"),
            "export",
            "--data",
            "data",
            "--site",
            "shop",
        ]);
        let output =
            command.args(["--format", format, "--out", "all"]).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("all: "), "{output:?}");
        assert_eq!(fs::read_to_string(folder.path().join("all")).unwrap(), "as it was", "{format}");
        assert_eq!(names(folder.path()), before, "{format}");
    }
}

/// A workbook is made in files without a name.
#[test]
fn a_visitor_who_goes_away_leaves_no_file_behind() {
    let folder = folder();
    let program = start(folder.path(), "");
    for number in 0..50 {
        assert_eq!(send(&program.address, number), Some(200));
    }
    let request = "GET /v1/sites/shop/export?format=xlsx HTTP/1.1\r\nHost: localhost\r\n";
    for _ in 0..5 {
        let mut stream = std::net::TcpStream::connect(&program.address).unwrap();
        let authorization = format!("Authorization: Bearer {}\r\n\r\n", program.token);
        std::io::Write::write_all(&mut stream, format!("{request}{authorization}").as_bytes()).unwrap();
        drop(stream);
    }
    let files = format!("/proc/{}/fd", program.child.id());
    let open = || {
        let links =
            fs::read_dir(&files).unwrap().filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
        links.filter(|link| link.to_string_lossy().ends_with(" (deleted)")).count()
    };
    let begun = Instant::now();
    while open() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "{} files are still open", open());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_form_of_an_export_is_published() {
    let output = Command::new(env!("CARGO_BIN_EXE_consentry")).args(["schema", "export"]).output().unwrap();
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["title"], "Consentry export");
    let output = Command::new(env!("CARGO_BIN_EXE_consentry")).arg("schema").output().unwrap();
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["title"], "Consentry configuration");
}
