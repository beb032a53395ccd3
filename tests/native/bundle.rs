//! The bundle: the configuration is baked in, safely, each layer gets what it shows and the hash of it, and
//! nothing is written for what is missing.

use consentry::bundle::{BundleError, bundle};
use consentry::model::config::Config;
use consentry::model::view::{Site, Source, Texts, View};
use consentry_notice::KEYS;
use serde::Deserialize as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn component(name: &str) -> Option<Vec<u8>> {
    let text = match name {
        "consentry.js" => r#"start(/*texts*/{"en":"all"}/*texts*/,/*config*/null);"#,
        "consentry-after.js" => "report",
        "consentry-classify.js" => "classify",
        "consentry-classify.wasm" => "\0asm classify",
        "consentry-classify.wasm.js" => "classify without",
        "consentry-notices.txt" => "notices",
        "consentry-ui.js" => "ui",
        "consentry-ui.wasm" => "wasm",
        "consentry-gate.wasm.js" | "consentry-ui.wasm.js" => "wasm as JavaScript",
        "consentry-banner.en.txt" => return Some(first_layer_texts("{controller} asks for {purposes}.")),
        "consentry-banner.sv.txt" => return Some(first_layer_texts("{controller} frågar om {purposes}.")),
        "consentry-preferences.en.json" => r#"{"reopen":"Choices"}"#,
        "consentry-preferences.sv.json" => r#"{"reopen":"Integritetsval"}"#,
        _ => return None,
    };
    Some(text.into())
}

/// The texts of a language whose introduction is this, and whose other texts are their own names.
fn first_layer_texts(intro: &str) -> Vec<u8> {
    KEYS.map(|key| if key == "intro" { intro } else { key }).join("\n").into_bytes()
}

fn config(json: Value) -> Config {
    Config::parse(&json.to_string()).unwrap()
}

/// A site with something in every part of a view.
fn shop() -> Value {
    json!({
        "controller": { "name": "Butik", "address": "Storgatan 1",
            "contact": { "en": "hi@shop.example", "sv": "hej@shop.example" } },
        "policyUrl": "/privacy",
        "categories": [
            "functional",
            { "id": "analytics", "description": { "en": "We count.", "sv": "Vi räknar." } }
        ],
        "services": [
            { "id": "basket", "category": "necessary", "legalBasis": "contract", "cookies": ["basket"] },
            { "id": "counter", "name": "Counter", "category": "analytics", "purpose": "Counts visits",
              "recipients": "Counter AB", "hosts": ["counter.example"],
              "cookies": [{ "name": "_c", "purpose": "Counts" }] }
        ]
    })
}

fn file(config: &Config, name: &str) -> Value {
    let files = bundle(config, &[], &component).unwrap();
    let (_, content) = files.into_iter().find(|(found, _)| found == name).unwrap();
    serde_json::from_slice(&content).unwrap()
}

/// What the bundled script was given: the first layer's texts and the gate's part of the configuration.
fn baked(config: &Config) -> (Value, Value) {
    let files = bundle(config, &[], &component).unwrap();
    let script = String::from_utf8(files[0].1.clone()).unwrap();
    let inside = script.strip_prefix("start(/*texts*/").unwrap().strip_suffix(");").unwrap();
    let (texts, config) = inside.split_once("/*texts*/,/*config*/").unwrap();
    (serde_json::from_str(texts).unwrap(), serde_json::from_str(config).unwrap())
}

/// The notices of both layers in both languages, the first layer's first.
fn notices(config: &Config) -> Vec<Value> {
    let (_, gate) = baked(config);
    let first = ["en", "sv"].map(|language| gate["notices"][language].clone());
    let second = ["en", "sv"]
        .map(|language| file(config, &format!("consentry-preferences.{language}.json"))["notice"].clone());
    [first, second].concat()
}

#[test]
fn the_gates_part_stands_where_the_marker_was_in_plain_ascii() {
    // A storage key may hold anything; nothing else in the gate's part can.
    let key = "</script>å\u{2028}😀*";
    let config = config(json!({ "services": [{ "id": "a", "category": "analytics", "storage": [key] }] }));
    let files = bundle(&config, &[], &component).unwrap();
    let script = String::from_utf8(files[0].1.clone()).unwrap();
    let ascii = r"\u003c/script>\u00e5\u2028\ud83d\ude00*";
    let gate = format!(r#"{{"services":[{{"id":"a","category":"analytics","storage":["{ascii}"]}}]}}"#);
    assert!(script.ends_with(&format!("/*texts*/,/*config*/{gate});")), "{script}");
    assert!(script.is_ascii());
    assert_eq!(baked(&config).1, config.gate_json());
}

#[test]
fn only_the_configured_languages_are_written_each_with_the_sites_texts() {
    let config = config(json!({ "languages": ["sv"], "controller": { "name": "Butik" } }));
    let files = bundle(&config, &[], &component).unwrap();
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    let common = [
        "consentry.js",
        "consentry-after.js",
        "consentry-classify.js",
        "consentry-classify.wasm",
        "consentry-classify.wasm.js",
        "consentry-notices.txt",
        "consentry-gate.wasm.js",
        "consentry-ui.js",
        "consentry-ui.wasm",
        "consentry-ui.wasm.js",
    ];
    assert_eq!(names, [&common[..], &["consentry-preferences.sv.json"]].concat());
    for (name, content) in &files[1..4] {
        assert_eq!(Some(content), component(name).as_ref(), "{name} is the component's own");
    }
    let texts = String::from_utf8(component("consentry-banner.sv.txt").unwrap()).unwrap();
    assert_eq!(baked(&config).0, json!({ "sv": texts }));
    let preferences = file(&config, "consentry-preferences.sv.json");
    assert_eq!(preferences["reopen"], "Integritetsval");
    assert_eq!(preferences["site"], config.site_json("sv"));
}

#[test]
fn a_notice_is_the_hash_of_what_its_layer_shows() {
    let config = config(shop());
    let mut expected = Vec::new();
    for layer in ["banner", "preferences"] {
        for language in ["en", "sv"] {
            let site = Site::read(config.site_json(language));
            let (texts, view) = if layer == "banner" {
                let lines = component(&format!("consentry-banner.{language}.txt")).unwrap();
                (
                    Texts::of_first_layer(&String::from_utf8(lines).unwrap()),
                    Source::first_layer as fn(&_, &_) -> _,
                )
            } else {
                let texts = file(&config, &format!("consentry-preferences.{language}.json"));
                let second_layer: fn(&Source, &str) -> View = |source, _| source.second_layer();
                (Texts::deserialize(&texts).unwrap(), second_layer)
            };
            // As the page paints it, on a host that the bundler does not know.
            let source = Source { site, texts, language: language.to_owned() };
            let artefact = view(&source, "www.shop.example").artefact(language);
            let hash: String = Sha256::digest(&artefact).iter().map(|byte| format!("{byte:02x}")).collect();
            expected.push(json!(format!("sha256:{hash}")));
        }
    }
    assert_eq!(notices(&config), expected);
}

#[test]
fn every_layer_and_language_has_a_notice_of_its_own() {
    let mut notices = notices(&config(shop()));
    notices.sort_by_key(ToString::to_string);
    notices.dedup();
    assert_eq!(notices.len(), 4);
    assert!(notices.iter().all(Value::is_string));
}

#[test]
fn a_notice_changes_with_what_its_layer_shows_and_with_nothing_else() {
    let original = notices(&config(shop()));
    let check = |pointer: &str, value: Value, changed: [bool; 2]| {
        let mut site = shop();
        *site.pointer_mut(pointer).unwrap() = value;
        let now = notices(&config(site));
        let [first, second] = changed;
        let expected = [first, first, second, second];
        let found: Vec<_> = original.iter().zip(&now).map(|(before, after)| before != after).collect();
        assert_eq!(found, expected, "{pointer}");
    };
    check("/services/1/purpose", json!("Sells visits"), [false, true]);
    check("/services/1/recipients", json!("Others AB"), [false, true]);
    check("/services/1/cookies/0/purpose", json!("Follows"), [false, true]);
    check("/controller/address", json!("Lillgatan 2"), [false, true]);
    check("/controller/name", json!("Affär"), [true, true]);
    check("/policyUrl", json!("/policy"), [true, true]);
    check("/services/1/category", json!("functional"), [false, true]);
    check("/services/0", json!({ "id": "chat", "category": "functional" }), [true, true]);
    check("/categories/0", json!("advertising"), [true, true]);
}

#[test]
fn a_first_layer_that_names_the_pages_host_is_hashed_on_the_page() {
    let config = config(json!({ "controller": { "contact": "hi@shop.example" } }));
    let known: Vec<_> = notices(&config).iter().map(Value::is_string).collect();
    assert_eq!(known, [false, false, true, true]);
}

#[test]
fn the_script_is_given_no_more_of_the_site_than_the_gate_needs_and_the_first_layer_shows() {
    let (_, mut gate) = baked(&config(shop()));
    let gate = gate.as_object_mut().unwrap();
    assert!(gate.remove("notices").is_some());
    assert_eq!(gate.remove("controller"), Some(json!({ "name": "Butik" })));
    assert_eq!(gate.remove("policyUrl"), Some(json!("/privacy")));
    assert_eq!(Value::Object(gate.clone()), config(shop()).gate_json());
    assert_eq!(baked(&config(json!({}))).1, json!({}));
}

#[test]
fn a_controllers_name_in_two_languages_is_told_in_each() {
    let names = json!({ "en": "Shop", "sv": "Butik" });
    let (_, gate) = baked(&config(json!({ "controller": { "name": names } })));
    assert_eq!(gate["controller"]["name"], names);
}

#[test]
fn a_component_that_is_missing_or_unfit_is_named() {
    let config = config(json!({}));
    assert_eq!(bundle(&config, &[], &|_| None), Err(BundleError::Missing("consentry.js".into())));
    assert!(bundle(&config, &[], &|_| None).unwrap_err().to_string().contains("cargo xtask build"));
    for (missing, _) in bundle(&config, &[], &component).unwrap() {
        let broken = |name: &str| if name == missing { None } else { component(name) };
        assert_eq!(bundle(&config, &[], &broken), Err(BundleError::Missing(missing.clone())));
    }
    for script in
        ["start()", "/*texts*/{}/*texts*/ /*config*/null /*config*/null", "/*texts*/ /*config*/null"]
    {
        let broken = |name: &str| if name == "consentry.js" { Some(script.into()) } else { component(name) };
        assert!(matches!(bundle(&config, &[], &broken), Err(BundleError::Unfit(..))));
    }
    for (unfit, expected) in
        [("consentry-banner.en.txt", "UTF-8"), ("consentry-preferences.sv.json", "a JSON object of texts")]
    {
        let broken = |name: &str| if name == unfit { Some(b"[\xff]".to_vec()) } else { component(name) };
        assert_eq!(bundle(&config, &[], &broken), Err(BundleError::Unfit(unfit.into(), expected)));
    }
}
