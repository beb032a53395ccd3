//! The bundle: the configuration is baked in, safely, each layer gets what it shows and the hash of it, and
//! nothing is written for what is missing.

use consentry::bundle::{BundleError, bundle};
use consentry::model::config::Config;
use consentry::model::view::{Layer, Site, Source, Texts};
use serde::Deserialize as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn component(name: &str) -> Option<Vec<u8>> {
    let text = match name {
        "consentry.js" => "start(/*config*/null);",
        "consentry-after.js" => "report",
        "consentry-classify.js" => "classify",
        "consentry-classify.wasm" => "\0asm classify",
        "consentry-classify.wasm.js" => "classify without",
        "consentry-notices.txt" => "notices",
        "consentry-ui.js" => "ui",
        "consentry-ui.wasm" => "wasm",
        "consentry-gate.wasm.js" | "consentry-ui.wasm.js" => "wasm as JavaScript",
        "consentry-ui.en.json" => {
            r#"{"title":"Choice","intro":"{controller} asks for {purposes}.","accept-all":"Accept all"}"#
        }
        "consentry-ui.sv.json" => {
            r#"{"title":"Val","intro":"{controller} frågar om {purposes}.","accept-all":"Godkänn alla"}"#
        }
        "consentry-preferences.en.json" => r#"{"reopen":"Choices","style":"b{}"}"#,
        "consentry-preferences.sv.json" => r#"{"reopen":"Integritetsval","style":"b{}"}"#,
        _ => return None,
    };
    Some(text.into())
}

fn config(json: Value) -> Config {
    Config::parse(&json.to_string()).unwrap()
}

/// A site with something in every part of a view.
fn shop() -> Value {
    json!({
        "controller": { "name": "Butik", "address": "Storgatan 1", "contact": { "en": "hi@shop.example", "sv": "hej@shop.example" } },
        "policyUrl": "/privacy",
        "categories": ["functional", { "id": "analytics", "description": { "en": "We count.", "sv": "Vi räknar." } }],
        "services": [
            { "id": "basket", "category": "necessary", "legalBasis": "contract", "cookies": ["basket"] },
            { "id": "counter", "name": "Counter", "category": "analytics", "purpose": "Counts visits",
              "recipients": "Counter AB", "hosts": ["counter.example"], "cookies": [{ "name": "_c", "purpose": "Counts" }] }
        ]
    })
}

fn file(config: &Config, name: &str) -> Value {
    let files = bundle(config, &[], &component).unwrap();
    let (_, content) = files.into_iter().find(|(found, _)| found == name).unwrap();
    serde_json::from_slice(&content).unwrap()
}

/// Every layer file of a bundle, with its layer and language.
fn layers(config: &Config) -> Vec<(Layer, &'static str, Value)> {
    let all = [(Layer::First, "ui"), (Layer::Second, "preferences")];
    let files = all.into_iter().flat_map(|(layer, part)| {
        ["en", "sv"]
            .map(|language| (layer, language, file(config, &format!("consentry-{part}.{language}.json"))))
    });
    files.collect()
}

fn notices(config: &Config) -> Vec<Value> {
    layers(config).into_iter().map(|(_, _, file)| file["notice"].clone()).collect()
}

#[test]
fn the_gates_part_stands_where_the_marker_was_in_plain_ascii() {
    // A storage key may hold anything; nothing else in the gate's part can.
    let config = config(
        json!({ "services": [{ "id": "a", "category": "analytics", "storage": ["</script>å\u{2028}😀*"] }] }),
    );
    let files = bundle(&config, &[], &component).unwrap();
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
    assert_eq!(names, [&common[..], &["consentry-ui.sv.json", "consentry-preferences.sv.json"]].concat());
    for (name, content) in &files[1..4] {
        assert_eq!(Some(content), component(name).as_ref(), "{name} is the component's own");
    }
    assert_eq!(file(&config, "consentry-ui.sv.json")["accept-all"], "Godkänn alla");
    let preferences = file(&config, "consentry-preferences.sv.json");
    assert_eq!((&preferences["reopen"], &preferences["style"]), (&json!("Integritetsval"), &json!("b{}")));
    assert_eq!(preferences["site"], config.site_json("sv"));
}

#[test]
fn a_notice_is_the_hash_of_what_its_layer_shows() {
    let config = config(shop());
    for (layer, language, file) in layers(&config) {
        // As the page paints it: from the file, on a host that the bundler does not know.
        let artefact = |site: &Value| {
            let texts = Texts::deserialize(&file).unwrap();
            let source = Source { site: Site::read(site), texts, language: language.to_owned() };
            let view = match layer {
                Layer::First => source.first_layer("www.shop.example"),
                Layer::Second => source.second_layer(),
            };
            view.artefact(language)
        };
        let whole = artefact(&config.site_json(language));
        let artefact = artefact(&file["site"]);
        let hash: String = Sha256::digest(&artefact).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(file["notice"], format!("sha256:{hash}"), "{artefact}");
        // The summary leaves out nothing that the layer shows of the whole.
        assert_eq!(whole, artefact);
    }
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
    for (layer, language, file) in layers(&config(json!({ "controller": { "contact": "hi@shop.example" } })))
    {
        assert_eq!(file.get("notice").is_some(), layer == Layer::Second, "{language} {layer:?}");
    }
}

#[test]
fn the_first_layers_file_holds_no_more_of_the_site_than_it_shows() {
    let site = file(&config(shop()), "consentry-ui.en.json")["site"].clone();
    let expected = json!({
        "controller": { "name": "Butik" },
        "policyUrl": "/privacy",
        "categories": [{ "id": "necessary" }, { "id": "functional" }, { "id": "analytics" }],
        "services": [{ "category": "necessary" }, { "category": "analytics" }]
    });
    assert_eq!(site, expected);
    let empty = file(&config(json!({})), "consentry-ui.en.json")["site"].clone();
    let ids = ["necessary", "functional", "analytics", "advertising"].map(|id| json!({ "id": id }));
    assert_eq!(empty, json!({ "categories": ids }));
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
    for script in ["start()", "/*config*/null /*config*/null"] {
        let broken = |name: &str| if name == "consentry.js" { Some(script.into()) } else { component(name) };
        assert!(matches!(bundle(&config, &[], &broken), Err(BundleError::Unfit(..))));
    }
    for unfit in ["consentry-ui.en.json", "consentry-preferences.sv.json"] {
        let broken = |name: &str| if name == unfit { Some(b"[]".to_vec()) } else { component(name) };
        assert_eq!(
            bundle(&config, &[], &broken),
            Err(BundleError::Unfit(unfit.into(), "a JSON object of texts"))
        );
    }
}
