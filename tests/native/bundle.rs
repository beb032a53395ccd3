//! The bundle: the configuration is baked in, safely, and nothing is written for what is missing.

use consentry::bundle::{BundleError, bundle};
use consentry::model::config::Config;
use serde_json::{Value, json};

fn component(name: &str) -> Option<Vec<u8>> {
    let text = match name {
        "consentry.js" => "start(/*config*/null);",
        "consentry-ui.js" => "ui",
        "consentry-ui.wasm" => "wasm",
        "consentry-ui.en.json" => r#"{"accept":"Accept all"}"#,
        "consentry-ui.sv.json" => r#"{"accept":"Godkänn alla"}"#,
        _ => return None,
    };
    Some(text.into())
}

fn config(json: Value) -> Config {
    Config::parse(&json.to_string()).unwrap()
}

#[test]
fn the_gates_part_stands_where_the_marker_was_in_plain_ascii() {
    // A storage key may hold anything; nothing else in the gate's part can.
    let config = config(
        json!({ "services": [{ "id": "a", "category": "analytics", "storage": ["</script>å\u{2028}😀*"] }] }),
    );
    let files = bundle(&config, &component).unwrap();
    let script = String::from_utf8(files[0].1.clone()).unwrap();
    assert_eq!(
        script,
        r#"start(/*config*/{"services":[{"id":"a","category":"analytics","storage":["\u003c/script>\u00e5\u2028\ud83d\ude00*"]}]});"#
    );
    let json = script.strip_prefix("start(/*config*/").unwrap().strip_suffix(");").unwrap();
    assert_eq!(serde_json::from_str::<Value>(json).unwrap(), config.gate_json());
}

#[test]
fn only_the_configured_languages_are_written_each_with_the_sites_texts() {
    let config = config(json!({ "languages": ["sv"], "controller": { "name": "Butik" } }));
    let files = bundle(&config, &component).unwrap();
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["consentry.js", "consentry-ui.js", "consentry-ui.wasm", "consentry-ui.sv.json"]);
    let texts: Value = serde_json::from_slice(&files[3].1).unwrap();
    assert_eq!(texts["accept"], "Godkänn alla");
    assert_eq!(texts["site"], config.site_json("sv"));
}

#[test]
fn a_component_that_is_missing_or_unfit_is_named() {
    let config = config(json!({}));
    assert_eq!(bundle(&config, &|_| None), Err(BundleError::Missing("consentry.js".into())));
    assert!(bundle(&config, &|_| None).unwrap_err().to_string().contains("cargo xtask build"));
    for script in ["start()", "/*config*/null /*config*/null"] {
        let broken = |name: &str| if name == "consentry.js" { Some(script.into()) } else { component(name) };
        assert!(matches!(bundle(&config, &broken), Err(BundleError::Unfit(..))));
    }
    let broken = |name: &str| if name.ends_with("en.json") { Some(b"[]".to_vec()) } else { component(name) };
    assert!(matches!(bundle(&config, &broken), Err(BundleError::Unfit(..))));
}
