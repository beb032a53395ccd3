//! The bundle: the configuration is baked in, safely, each layer gets what it shows and the hash of it, and
//! nothing is written for what is missing.

mod component;
mod style;
mod texts;

use std::cell::RefCell;

use consentry::bundle::{BundleError, bundle, script, text_files};
use consentry::model::config::Config;
use consentry::model::view::{Site, Source, Texts};
use serde::Deserialize as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use component::component;

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
              "cookies": [{ "name": "_c", "purpose": "Counts" }], "separate": false, "placeholder": {} }
        ],
        "changes": []
    })
}

fn file(config: &Config, name: &str) -> Value {
    let files = bundle(config, &[], &component).unwrap();
    let (_, content) = files.into_iter().find(|(found, _)| found == name).unwrap();
    serde_json::from_slice(&content).unwrap()
}

/// What the bundled script was given.
struct Baked {
    /// The first layer's texts by language.
    texts: Value,
    style: Value,
    /// The gate's part of the configuration, and what the first layer shows beside it.
    gate: Value,
}

fn baked(config: &Config) -> Baked {
    let files = bundle(config, &[], &component).unwrap();
    let script = String::from_utf8(files[0].1.clone()).unwrap();
    let inside = script.strip_prefix("start(/*style*/").unwrap().strip_suffix(");").unwrap();
    let (style, rest) = inside.split_once("/*style*/,/*texts*/").unwrap();
    let (texts, gate) = rest.split_once("/*texts*/,\"consentry-\",/*config*/").unwrap();
    let [texts, style, gate] = [texts, style, gate].map(|json| serde_json::from_str(json).unwrap());
    Baked { texts, style, gate }
}

/// The notices of both layers in both languages, the first layer's first.
fn notices(config: &Config) -> Vec<Value> {
    let gate = baked(config).gate;
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
    assert!(script.ends_with(&format!("/*texts*/,\"consentry-\",/*config*/{gate});")), "{script}");
    assert!(script.is_ascii());
    assert_eq!(baked(&config).gate, config.gate_json());
}

#[test]
fn the_owners_words_and_style_are_plain_ascii_too_and_close_no_script() {
    let texts = json!({ "en": { "title": "</script><!-- å\u{2028}😀 /*texts*/ /*config*/null" } });
    let style = json!({ "font": "\"Älv\", serif" });
    let config = config(json!({ "banner": { "texts": texts, "style": style } }));
    let script = String::from_utf8(bundle(&config, &[], &component).unwrap().remove(0).1).unwrap();
    assert!(script.is_ascii() && !script.contains('<'), "{script}");
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
    assert_eq!(baked(&config).texts.as_object().unwrap().keys().collect::<Vec<_>>(), ["sv"]);
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
            let texts = if layer == "banner" {
                Texts::of_first_layer(baked(&config).texts[language].as_str().unwrap())
            } else {
                Texts::deserialize(&file(&config, &format!("consentry-preferences.{language}.json"))).unwrap()
            };
            // As the page paints it, on a host that the bundler does not know.
            let source = Source { site, texts, language: language.to_owned() };
            let view = match layer {
                "banner" => source.first_layer("www.shop.example"),
                _ => source.second_layer(),
            };
            let artefact = view.artefact(language);
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
    check("/services/1/separate", json!(true), [false, true]);
    // What is shown in other places than the two layers.
    check("/services/1/placeholder", json!({ "text": "A counter" }), [false, false]);
    check("/changes", json!([{ "previous": "0", "revision": "1", "summary": "News" }]), [false, false]);
}

#[test]
fn a_first_layer_that_names_the_pages_host_is_hashed_on_the_page() {
    let config = config(json!({ "controller": { "contact": "hi@shop.example" } }));
    let known: Vec<_> = notices(&config).iter().map(Value::is_string).collect();
    assert_eq!(known, [false, false, true, true]);
}

#[test]
fn the_script_is_given_no_more_of_the_site_than_the_gate_needs_and_the_first_layer_shows() {
    let mut gate = baked(&config(shop())).gate;
    let gate = gate.as_object_mut().unwrap();
    assert!(gate.remove("notices").is_some());
    assert_eq!(gate.remove("controller"), Some(json!({ "name": "Butik" })));
    assert_eq!(gate.remove("policyUrl"), Some(json!("/privacy")));
    assert_eq!(Value::Object(gate.clone()), config(shop()).gate_json());
    assert_eq!(baked(&config(json!({}))).gate, json!({}));
}

#[test]
fn a_controllers_name_in_two_languages_is_told_in_each() {
    let names = json!({ "en": "Shop", "sv": "Butik" });
    let site = json!({ "languages": ["en", "sv"], "controller": { "name": names } });
    assert_eq!(baked(&config(site)).gate["controller"]["name"], names);
    // Languages without a name of their own have that of the first.
    let site =
        json!({ "languages": ["sv", "de"], "controller": { "name": { "sv": "Butik", "de": "Laden" } } });
    assert_eq!(baked(&config(site)).gate["controller"]["name"], json!({ "sv": "Butik", "de": "Laden" }));
    let site = json!({ "languages": ["sv", "de"], "controller": { "name": { "sv": "Butik" } } });
    assert_eq!(baked(&config(site)).gate["controller"]["name"], "Butik");
}

#[test]
fn a_controllers_name_is_told_in_the_languages_that_are_fetched_too() {
    let languages = json!(["en", "sv", "fr", "de", "it"]);
    let site = |names: Value| json!({ "languages": languages, "controller": { "name": names } });
    for (names, told) in [
        (
            json!({ "en": "Shop", "sv": "Butik", "fr": "Boutique", "de": "Laden", "it": "Negozio" }),
            json!({ "en": "Shop", "sv": "Butik", "fr": "Boutique", "de": "Laden", "it": "Negozio" }),
        ),
        // What a page falls back to need not be told: the first language's.
        (json!({ "en": "Shop", "de": "Laden", "it": "Shop" }), json!({ "en": "Shop", "de": "Laden" })),
        (json!({ "en": "Shop", "it": "Shop" }), json!("Shop")),
    ] {
        let gate = baked(&config(site(names))).gate;
        assert_eq!(gate["controller"]["name"], told);
        assert_eq!(gate["notices"].as_object().unwrap().len(), 3, "a hash for each baked language alone");
    }
}

#[test]
fn a_server_can_say_where_the_files_beside_the_script_are() {
    let config = config(shop());
    let files = bundle(&config, &[], &component).unwrap();
    let usual = String::from_utf8(files[0].1.clone()).unwrap();
    let moved = String::from_utf8(script(&config, &[], "0f/", &component).unwrap()).unwrap();
    assert_eq!(moved, usual.replace("\"consentry-\"", "\"0f/consentry-\""));
    let texts = text_files(&config, &component).unwrap();
    assert!(texts.len() > 31 && texts.iter().all(|text| files.contains(text)), "the same as the bundle's");
}

#[test]
fn a_component_that_is_missing_or_unfit_is_named() {
    let config = config(json!({}));
    assert_eq!(bundle(&config, &[], &|_| None), Err(BundleError::Missing("consentry.js".into())));
    assert!(bundle(&config, &[], &|_| None).unwrap_err().to_string().contains("cargo xtask build"));
    let asked_for = RefCell::new(Vec::new());
    let noting = |name: &str| {
        asked_for.borrow_mut().push(name.to_owned());
        component(name)
    };
    bundle(&config, &[], &noting).unwrap();
    for name in ["consentry-banner.css", "consentry-layout.box.css", "consentry-banner.ar.txt"] {
        assert!(asked_for.borrow().iter().any(|asked| asked == name), "{name}");
    }
    for missing in asked_for.take() {
        let broken = |name: &str| if name == missing { None } else { component(name) };
        assert_eq!(bundle(&config, &[], &broken), Err(BundleError::Missing(missing.clone())));
    }
    let (texts, style) = ("/*texts*/{}/*texts*/ \"consentry-\"", "/*style*/\"\"/*style*/");
    for script in [
        "start()".to_owned(),
        format!("{style} {texts} /*config*/null /*config*/null"),
        format!("{style} {texts}"),
        format!("{texts} /*config*/null"),
        format!("/*style*/ {texts} /*config*/null"),
        format!("{style} /*texts*/ /*config*/null"),
        format!("{style} /*texts*/{{}}/*texts*/ /*config*/null"),
        format!("{style} {texts} \"consentry-\" /*config*/null"),
    ] {
        let given = script.clone().into_bytes();
        let broken = |name: &str| if name == "consentry.js" { Some(given.clone()) } else { component(name) };
        assert!(matches!(bundle(&config, &[], &broken), Err(BundleError::Unfit(..))), "{script}");
    }
    let short = |name: &str| {
        if name == "consentry-banner.en.txt" { Some(b"ltr\nChoices".to_vec()) } else { component(name) }
    };
    let unfit = BundleError::Unfit("consentry-banner.en.txt".into(), "every text");
    assert_eq!(bundle(&config, &[], &short), Err(unfit));
    for (unfit, expected) in [
        ("consentry-banner.css", "UTF-8"),
        ("consentry-banner.en.txt", "UTF-8"),
        ("consentry-layout.box.css", "UTF-8"),
        ("consentry-preferences.sv.json", "a JSON object of texts"),
    ] {
        let broken = |name: &str| if name == unfit { Some(b"[\xff]".to_vec()) } else { component(name) };
        assert_eq!(bundle(&config, &[], &broken), Err(BundleError::Unfit(unfit.into(), expected)));
    }
}

#[test]
fn what_is_kept_of_a_site_is_what_its_pages_name() {
    let mut site = shop();
    site["site"] = "shop".into();
    site["languages"] = json!(["en", "sv"]);
    site["backend"] = json!({ "url": "https://consent.example", "origins": ["https://shop.example", "https://www.shop.example"] });
    let config = config(site);
    let kept = consentry::bundle::notices(&config, &component).unwrap();
    let hash = |text: &String| {
        let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        json!(format!("sha256:{hash}"))
    };
    let (mut kept_hashes, mut named): (Vec<_>, Vec<_>) =
        (kept.notices.iter().map(hash).collect(), notices(&config));
    kept_hashes.sort_by_key(Value::to_string);
    named.sort_by_key(Value::to_string);
    assert_eq!(kept_hashes, named);
    assert!(
        kept.appearance
            .starts_with(&format!("consentry appearance 1\nbuild: {} sha256:", env!("CARGO_PKG_VERSION")))
    );
    assert!(kept.appearance.contains("\nlayout: box\nposition: \ntheme: auto\n\n"), "{}", kept.appearance);
}

#[test]
fn where_the_site_names_no_controller_there_is_a_notice_for_each_host() {
    let origins = ["https://shop.example", "https://www.shop.example"];
    let backend = json!({ "url": "https://consent.example", "origins": origins });
    let config = config(json!({ "site": "shop", "backend": backend, "languages": ["en"] }));
    let kept = consentry::bundle::notices(&config, &component).unwrap().notices;
    assert_eq!(kept.len(), 3, "two first layers, and the preferences");
    for host in ["shop.example", "www.shop.example"] {
        assert!(
            kept.iter().any(|notice| notice.contains("layer: 1") && notice.contains(&format!(" {host}"))),
            "{kept:?}"
        );
    }
}

#[test]
fn a_kept_notice_is_a_page_again_and_nothing_in_it_is_more_than_text() {
    let config = config(shop());
    let kept = consentry::bundle::notices(&config, &component).unwrap();
    for notice in &kept.notices {
        let page = consentry::bundle::notice_page(notice, Some(&kept.appearance)).unwrap();
        for line in notice.lines().skip(3) {
            let text = line.split_once(": ").unwrap().1;
            let escaped =
                text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            assert!(page.contains(&escaped), "{text}");
        }
        assert_eq!(
            page.contains("<consentry-banner"),
            notice.contains("layer: 1"),
            "the banner as it looked"
        );
    }
    let hostile = "consentry notice 1\nlanguage: \"><script>\nlayer: 1\ntitle : </h2><script>alert(1)</script>\nlink javascript:alert(1): x\n";
    let style = "consentry appearance 1\nbuild: <b>\nlayout: \"><i>\n\n</style><script>alert(1)</script>";
    let page = consentry::bundle::notice_page(hostile, Some(style)).unwrap();
    // In a style element a start tag is text, and nothing in the style ends the element.
    let without_style = page.replace("<\\/style><script>alert(1)<\\/script>", "");
    for tag in ["<script", "<b>", "<i>"] {
        assert!(!without_style.contains(tag), "{page}");
    }
    assert!(!page.contains("href=\"javascript"), "{page}");
    for broken in [
        "",
        "consentry notice 2\n",
        "consentry notice 1\n",
        "consentry notice 1\nlanguage: sv\nlayer: 1\nno item\n",
    ] {
        assert_eq!(consentry::bundle::notice_page(broken, None), None);
    }
    assert!(consentry::bundle::notice_page(hostile, Some("no appearance")).unwrap().contains("is not known"));
}
