//! `consentry convert`: what is printed where. What becomes of a configuration is tested in `tests/native/convert.rs`.

use std::fs;
use std::process::{Command, Output};

use consentry::model::config::Config;

fn convert(name: &str, content: &[u8]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.args(["convert", name]).current_dir(&folder).output().unwrap()
}

#[test]
fn the_configuration_is_printed_and_the_remarks_stand_beside_it() {
    let klaro = r#"{ "services": [{ "name": "counter", "purposes": ["analytics"], "cookies": ["/^_c/"], "optOut": true }] }"#;
    let output = convert("klaro.json", klaro.as_bytes());
    assert!(output.status.success());
    let config = Config::parse(&String::from_utf8(output.stdout).unwrap()).unwrap();
    assert_eq!(config.services[0].cookies[0].name.as_str(), "_c*");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.starts_with("remark services[0].optOut: found true; nothing that needs consent runs"),
        "{told}"
    );
    assert!(told.ends_with("consentry lint FILE names what visitors are not told yet\n"), "{told}");
}

#[test]
fn what_cannot_be_converted_is_refused() {
    for (name, content, expected) in [
        (
            "own.json",
            &b"{\"site\": \"a\"}"[..],
            "own.json: found an object with the keys \"site\", expected a configuration of",
        ),
        ("broken.json", b"{", "broken.json: line 1 column 1: found EOF"),
        (
            "bytes.json",
            b"{\xff}",
            "bytes.json: expected a readable file, found: stream did not contain valid UTF-8",
        ),
        (
            "klaro.js",
            b"var klaroConfig = {};",
            "klaro.js: found a script, which must be run to be read, expected JSON; npx",
        ),
        ("consent.TS", b"", "consent.TS: found a script"),
    ] {
        let output = convert(name, content);
        assert!(!output.status.success() && output.stdout.is_empty());
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.starts_with(&format!("error: {expected}")), "{told}");
    }
}
