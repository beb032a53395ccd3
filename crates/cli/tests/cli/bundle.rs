//! `consentry bundle` and `consentry schema`.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::SMALL_SITES;

fn run(arguments: &[&str], folder: &TempDir) -> Output {
    Command::new(env!("CARGO_BIN_EXE_consentry")).args(arguments).current_dir(folder).output().unwrap()
}

fn bundle(config: &str) -> (Output, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("site.json"), config).unwrap();
    (run(&["bundle", "--config", "site.json", "--out", "out", SMALL_SITES], &folder), folder)
}

#[test]
fn every_fault_is_printed_and_nothing_is_written() {
    let (output, folder) =
        bundle(r#"{ "site": "Shop", "validity": 0, "services": [{ "id": "a", "category": "marketing" }] }"#);
    assert_eq!(output.status.code(), Some(1));
    let lines = String::from_utf8(output.stderr).unwrap();
    let starts = [
        "error bad-value site: found \"Shop\", expected a site key",
        "error bad-value validity: found 0, expected a whole number from 1 to 395",
        "error bad-value services[0].category: found \"marketing\", \
         expected one of necessary, functional, analytics, advertising",
    ];
    assert_eq!(lines.lines().count(), starts.len(), "{lines}");
    for (line, start) in lines.lines().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["bundle", "--config", "none.json", "--out", "out"], &folder);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr).unwrap().starts_with("error: none.json: expected a readable file")
    );
}

#[test]
fn a_bundle_is_written_whole_or_the_missing_component_is_named() {
    let (output, folder) = bundle(
        r#"{ "languages": ["sv", "en", "de", "fr"], "controller": { "name": "Butik" }, "banner": { "palette": "forest" } }"#,
    );
    let out = folder.path().join("out");
    if output.status.success() {
        let script = fs::read_to_string(out.join("consentry.js")).unwrap();
        assert!(script.contains("--consentry-button:light-dark("), "the palette is baked in");
        let baked = script.rsplit_once("/*config*/").unwrap().1.trim_end().strip_suffix(");").unwrap();
        let baked: Value = serde_json::from_str(baked).unwrap();
        assert_eq!(
            (&baked["languages"], &baked["controller"]["name"]),
            (&json!(["sv", "en", "de", "fr"]), &json!("Butik"))
        );
        assert!(baked["notices"]["sv"].as_str().is_some_and(|notice| notice.starts_with("sha256:")));
        let mut names: Vec<_> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected = [
            "consentry-after.js",
            "consentry-allowed.json",
            "consentry-banner.fr.txt",
            "consentry-classify.js",
            "consentry-classify.wasm",
            "consentry-classify.wasm.js",
            "consentry-gate.wasm.js",
            "consentry-notices.txt",
            "consentry-preferences.de.json",
            "consentry-preferences.en.json",
            "consentry-preferences.fr.json",
            "consentry-preferences.sv.json",
            "consentry-ui.js",
            "consentry-ui.wasm",
            "consentry-ui.wasm.js",
            "consentry.js",
        ];
        assert_eq!(names, expected);
        let preferences = fs::read(out.join("consentry-preferences.sv.json")).unwrap();
        let preferences: Value = serde_json::from_slice(&preferences).unwrap();
        assert_eq!(preferences["site"]["controller"]["name"], "Butik");
        assert!(preferences["notice"].as_str().is_some_and(|notice| notice.starts_with("sha256:")));
        let printed = String::from_utf8(output.stdout).unwrap();
        for entry in fs::read_dir(&out).unwrap() {
            let entry = entry.unwrap();
            let line = format!("{} out/{}", entry.metadata().unwrap().len(), entry.file_name().display());
            assert!(printed.contains(&line), "{line} is not in {printed}");
        }
    } else {
        assert!(String::from_utf8(output.stderr).unwrap().contains("run `cargo xtask build`"));
        assert!(!out.exists());
    }
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_the_bundle_that_was_there() {
    let (output, folder) = bundle("{}");
    if !output.status.success() {
        return; // the program was built without the component
    }
    let content = || {
        let files = fs::read_dir(folder.path().join("out")).unwrap().flatten();
        files.map(|file| (file.file_name(), fs::read(file.path()).unwrap())).collect::<BTreeMap<_, _>>()
    };
    let before = content();
    fs::write(folder.path().join("site.json"), r#"{ "languages": ["en"] }"#).unwrap();
    // No file may grow beyond so many blocks of 512 bytes: the script has no room, or one of the files beside it.
    for blocks in [1, 100, 300] {
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; \
             exec \"$0\" bundle --config site.json --out out \"{SMALL_SITES}\""
        );
        let output = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_consentry")])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{blocks}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: out/consentry") && said.contains("cannot be written: "), "{said}");
        assert!(content() == before, "{blocks}: nothing is changed, and nothing is left beside it");
    }
}

#[test]
#[cfg(feature = "serve")]
fn a_ledger_that_is_not_there_is_refused_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("site.json"), r#"{ "site": "shop" }"#).unwrap();
    let arguments = ["bundle", "--config", "site.json", "--out", "out", "--data", "none", SMALL_SITES];
    let output = run(&arguments, &folder);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "error: none: found nothing, expected the directory of a ledger\n");
    assert!(!folder.path().join("none").exists() && !folder.path().join("out").exists());
}

#[test]
fn the_schema_is_printed_as_json() {
    let output = run(&["schema"], &tempfile::tempdir().unwrap());
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}
