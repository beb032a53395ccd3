//! `consentry lint`, and what `bundle` and `serve` refuse.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::SMALL_SITES;

/// A configuration in which no rule finds anything.
const GOOD: &str = r#"{
  "site": "shop", "languages": ["en"], "policyUrl": "/privacy",
  "controller": { "name": "Shop Ltd", "address": "1 Street", "contact": "privacy@shop.example",
                  "authority": "The authority" },
  "services": [
    { "id": "stats", "name": "Stats", "category": "analytics", "purpose": "Counts visits", "recipients": "Stats Ltd",
      "retention": "30 days", "transfers": "None", "hosts": ["stats.example.net"],
      "cookies": [{ "name": "_st", "duration": "30 days" }] },
    { "id": "pay", "name": "Pay", "category": "necessary", "legalBasis": "contract", "purpose": "Takes payments",
      "recipients": "Pay Ltd", "retention": "7 years", "transfers": "None", "hosts": ["pay.example.org"] }
  ]
}"#;

/// One in which something is missing, and it is `line` 3.
const BAD: &str =
    "{\n  \"site\": \"shop\",\n  \"controller\": { \"name\": \"Shop\" },\n  \"languages\": [\"en\"]\n}";

const PAGE: &str = "<!doctype html>\n<html lang=\"en\"><head>\n<script src=\"/consentry.js\"></script>\n\
                    <script src=\"https://stats.example.net/s.js\"></script></head>\n\
                    <body><iframe data-consent=\"service:stats\" src=\"https://stats.example.net/f\"></iframe>\n\
                    <script src=\"https://pay.example.org/p.js\"></script>\n\
                    <a data-consentry=\"preferences\">Choices</a></body></html>\n";

fn folder(config: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("site.json"), config).unwrap();
    fs::create_dir_all(folder.path().join("pages/shop")).unwrap();
    fs::write(folder.path().join("pages/shop/index.html"), PAGE).unwrap();
    folder
}

fn run(arguments: &[&str], folder: &TempDir) -> Output {
    Command::new(env!("CARGO_BIN_EXE_consentry")).args(arguments).current_dir(folder).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_good_site_passes_in_silence() {
    let output = run(&["lint", "site.json"], &folder(GOOD));
    assert_eq!((output.status.code(), printed(&output).as_str()), (Some(0), ""));
}

#[test]
fn what_is_wrong_is_printed_with_its_place_and_an_error_fails() {
    let output = run(&["lint", "site.json"], &folder(BAD));
    assert_eq!(output.status.code(), Some(1));
    let text = printed(&output);
    for line in [
        "error missing-controller controller.address: found nothing, expected its postal address \
         (GDPR article 13(1)(a) and (b))",
        "error missing-policy-url policyUrl: found nothing, expected where visitors read your policy",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn a_fault_of_the_configuration_is_an_error_too() {
    let output = run(&["lint", "site.json"], &folder(r#"{ "regime": "ccpa" }"#));
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).starts_with("error not-available regime: found \"ccpa\", expected"));
    assert_eq!(run(&["lint", "none.json"], &folder("{}")).status.code(), Some(1));
}

#[test]
fn json_and_sarif_say_the_same_with_file_and_line() {
    let folder = folder(BAD);
    let read = |format| {
        let output =
            run(&["lint", "site.json", "--format", format, "--allow", "missing-authority=none yet"], &folder);
        assert_eq!(output.status.code(), Some(1));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let json = read("json");
    let first = &json["findings"][0];
    assert_eq!(first["rule"], "missing-controller");
    assert_eq!((&first["file"], &first["line"]), (&"site.json".into(), &3.into()));
    let sarif = read("sarif");
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), json["findings"].as_array().unwrap().len());
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (&"site.json".into(), &3.into())
    );
    let allowed = results.iter().find(|result| result["ruleId"] == "missing-authority").unwrap();
    assert_eq!(allowed["suppressions"][0]["justification"], "none yet");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(results.iter().all(|result| rules.iter().any(|rule| rule["id"] == result["ruleId"])));
}

#[test]
fn pages_are_read_and_their_tags_marked_where_that_is_asked_for() {
    let folder = folder(GOOD);
    let output = run(&["lint", "site.json", "--html", "pages"], &folder);
    assert_eq!(output.status.code(), Some(1));
    let text = printed(&output);
    for line in [
        "error half-marked-tag pages/shop/index.html:5: found <iframe data-consent=\"service:stats\"",
        "warning unmarked-tag pages/shop/index.html:4: found <script src=\"https://stats.example.net/s.js\">",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert_eq!(text.lines().count(), 2, "{text}");
    let output = run(&["lint", "site.json", "--html", "pages", "--fix"], &folder);
    assert_eq!((output.status.code(), printed(&output).as_str()), (Some(0), ""));
    let page = fs::read_to_string(folder.path().join("pages/shop/index.html")).unwrap();
    assert!(page.contains("data-consent-src=\"https://stats.example.net/f\""), "{page}");
    assert!(page.contains("<script src=\"https://pay.example.org/p.js\">"), "{page}");
    // Without a configuration the pages alone are judged, by the built-in rules.
    let output = run(&["lint", "--html", "pages"], &folder);
    assert!(printed(&output).lines().all(|line| line.contains(" pages/shop/index.html:")));
    assert!(printed(&output).contains("undeclared-host"));
}

#[test]
fn a_gate_that_only_reports_is_told_what_it_would_hold_and_marked_all_the_same() {
    let folder = folder(&GOOD.replacen('{', r#"{ "gate": { "reportOnly": true },"#, 1));
    fs::rename(folder.path().join("pages/shop/index.html"), folder.path().join("pages/shop/INDEX.HTM"))
        .unwrap();
    let text = printed(&run(&["lint", "site.json", "--html", "pages"], &folder));
    for rule in ["warning report-only", "error half-marked-tag", "warning unmarked-tag"] {
        assert!(text.contains(rule), "{text}");
    }
    let text = printed(&run(&["lint", "site.json", "--html", "pages", "--fix"], &folder));
    assert!(text.starts_with("warning report-only") && text.lines().count() == 1, "{text}");
}

#[test]
fn a_script_that_is_declared_by_its_address_is_the_service_s() {
    let stats = r#""scripts": ["https://cdn.example.net/stats/*", "/stats.js"]"#;
    let folder = folder(&GOOD.replace(r#""hosts": ["stats.example.net"]"#, stats));
    let page = "<!doctype html><html lang=en><script src=/consentry.js></script>\n\
                <script src=https://cdn.example.net/stats/1.js></script>\n\
                <script src=https://shop.example/stats.js></script>\n\
                <a data-consentry=preferences>Choices</a>\n";
    fs::write(folder.path().join("pages/shop/index.html"), page).unwrap();
    let arguments = &["lint", "site.json", "--html", "pages", "--host", "shop.example"];
    let text = printed(&run(arguments, &folder));
    let lines: Vec<_> = text.lines().filter_map(|line| line.split(": found").next()).collect();
    let expected = [2, 3].map(|line| format!("warning unmarked-tag pages/shop/index.html:{line}"));
    assert_eq!(lines, [&expected[..], &["info never-appears services[1]".to_owned()]].concat(), "{text}");
}

#[test]
fn faults_and_findings_name_a_key_in_one_way_and_with_its_line() {
    let read = |label: &str| {
        let texts = format!(
            "{{\n\"banner\": {{ \"texts\": {{ \"en\": {{\n\"accept-all\": \"{label}\",\n\"reject-all\": \"No to all\" }} }} }} }}"
        );
        let output = run(&["lint", "site.json", "--format", "json"], &folder(&texts));
        let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = findings["findings"].as_array().unwrap().clone();
        let found = findings.iter().find(|it| it["path"].as_str().unwrap().contains("accept-all")).cloned();
        found.unwrap_or_else(|| panic!("{findings:#?}"))
    };
    for (label, rule) in [("", "bad-value"), ("Got it", "emotive-label")] {
        let found = read(label);
        assert_eq!((&found["rule"], &found["line"]), (&rule.into(), &3.into()));
        assert_eq!(found["path"], r#"banner.texts.en["accept-all"]"#);
    }
}

#[test]
fn bundle_and_serve_refuse_errors_and_keep_the_reasons_of_what_is_allowed() {
    let folder = folder(BAD);
    for command in [
        &["bundle", "--config", "site.json", "--out", "out"][..],
        #[cfg(feature = "serve")]
        &["serve", "--config", "site.json", "--data", "data", "--listen", "127.0.0.1:0"],
    ] {
        let output = run(command, &folder);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(errors.contains("missing-controller controller.address: found nothing"), "{errors}");
        assert!(errors.contains("--allow"), "{errors}");
        let unknown = run(&[command, &["--allow", "missing-everything=why"]].concat(), &folder);
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("found no rule \"missing-everything\""));
        let unreasoned = run(&[command, &["--allow", "missing-controller="]].concat(), &folder);
        assert!(String::from_utf8_lossy(&unreasoned.stderr).contains("expected a reason"));
    }
    assert!(!folder.path().join("out").exists());
    let output = run(&["bundle", "--config", "site.json", "--out", "out", SMALL_SITES], &folder);
    if output.status.success() {
        let reasons = fs::read(folder.path().join("out/consentry-allowed.json")).unwrap();
        let reasons: Value = serde_json::from_slice(&reasons).unwrap();
        assert_eq!(reasons["missing-controller"], "small sites of a test");
        assert_eq!(reasons.as_object().unwrap().len(), 3, "{reasons}");
        // A later bundle that needs none leaves none.
        fs::write(folder.path().join("site.json"), GOOD).unwrap();
        assert!(run(&["bundle", "--config", "site.json", "--out", "out"], &folder).status.success());
        assert!(!folder.path().join("out/consentry-allowed.json").exists());
    } else {
        assert!(String::from_utf8_lossy(&output.stderr).contains("run `cargo xtask build`"));
    }
}

#[test]
fn an_address_without_a_browser_to_look_at_it_is_told_apart_from_an_error() {
    let folder = folder(BAD);
    let program = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .args(["lint", "site.json", "--url", "http://127.0.0.1:9/"])
        .env("CHROMIUM", "/nowhere")
        .current_dir(&folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&program.stderr).into_owned();
    assert_eq!(program.status.code(), Some(2), "{errors}");
    assert!(
        errors.contains("found no Chromium") || errors.contains("http://127.0.0.1:9/: expected a page"),
        "{errors}"
    );
    // What needs no browser is found all the same.
    assert!(printed(&program).contains("error missing-controller"), "{}", printed(&program));
}
