//! Configurations of other consent managers as ours: what becomes of whole ones is recorded, and whatever is put in, what comes
//! out is a good configuration.

use std::fs;
use std::path::Path;

use consentry::convert::{Converted, convert, convert_json};
use consentry::model::config::Config;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::recorded::same_as_recorded;

fn cases() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/convert");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases.into_iter().map(|path| path.display().to_string()).collect()
}

#[track_caller]
fn converted(config: &Value) -> Converted {
    let converted = convert(config).unwrap_or_else(|error| panic!("{config}: {error}"));
    if let Err(faults) = Config::parse(&converted.config.to_string()) {
        panic!("{config}\n{:#}\n{faults:?}", converted.config);
    }
    converted
}

#[test]
fn whole_files_become_what_is_recorded() {
    for path in cases() {
        let converted = converted(&serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap());
        let remarks: String = converted.remarks.iter().map(|remark| format!("{remark}\n")).collect();
        same_as_recorded(&path.replace(".json", ".converted"), &format!("{:#}\n{remarks}", converted.config));
    }
}

/// The lists in our configuration stand in the order of its schema.
#[test]
fn the_keys_stand_in_the_order_of_the_schema() {
    let schema = Config::schema();
    let order: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    for path in cases() {
        let text = fs::read_to_string(path).unwrap();
        let config = convert_json(&text).unwrap().config;
        let places =
            config.as_object().unwrap().keys().map(|key| order.iter().position(|it| *it == key).unwrap());
        assert!(places.is_sorted(), "{config}");
    }
}

/// What the cookies of a service become, and the advice on them.
fn cookies(cookies: Value) -> (Vec<String>, Vec<String>) {
    let klaro = json!({ "services": [{ "name": "a", "purposes": ["analytics"], "cookies": cookies }] });
    let converted = converted(&klaro);
    let found = converted.config.pointer("/services/0/cookies").and_then(Value::as_array).cloned();
    let names = found.unwrap_or_default().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    let advice = converted.remarks.into_iter().filter(|remark| remark.path.contains("cookies"));
    (names, advice.map(|remark| remark.advice).collect())
}

#[test]
fn an_expression_becomes_patterns_with_one_star() {
    for (expression, expected) in [
        ("_ga", &["_ga"][..]),
        ("_ga_*", &["_ga_*"]),
        ("/^_ga$/", &["_ga"]),
        ("/^_ga/", &["_ga*"]),
        ("^_ga", &["_ga*"]),
        ("/^_pk_.*$/", &["_pk_*"]),
        ("/^_pk_.+/", &["_pk_*"]),
        ("/^(_ga|_gid)/", &["_ga*", "_gid*"]),
        ("/^_ga|^_gid$/", &["_ga*", "_gid"]),
        ("/^(?:_ga(_[A-Z0-9]+)?|_gid)$/", &["_ga_*", "_ga", "_gid"]),
        ("/^_ga(_.*)?$/", &["_ga_*", "_ga"]),
        ("/^_hj[a-z]+_id$/", &["_hj*_id"]),
        ("/^_dc_gtm_UA-\\d{4,}-\\d+$/", &["_dc_gtm_UA-*"]),
        ("/^_fb[pc]$/", &["_fbp", "_fbc"]),
        ("/^a\\.b\\/c$/", &["a.b/c"]),
        ("/^ab{2}$/", &["abb"]),
        ("/^a{9}b$/", &["aaaaaaaa*b"]),
        ("/^wp-settings-time-\\w*/", &["wp-settings-time-*"]),
        ("/^colou?r$/", &["colour", "color"]),
        ("/_id$/", &["*_id"]),
        ("/^.*_id$/", &["*_id"]),
        ("/^(?<name>ab)$/", &["ab"]),
    ] {
        let (names, advice) = cookies(json!([expression]));
        let advice: Vec<_> = advice.iter().filter(|advice| !advice.contains("more names")).collect();
        assert_eq!(
            (&names[..], advice.len()),
            (&expected.iter().map(|it| it.to_string()).collect::<Vec<_>>()[..], 0),
            "{expression}"
        );
    }
}

#[test]
fn where_a_pattern_says_something_else_than_the_expression_that_is_told() {
    for (expression, expected, told) in [
        ("/tracker/", &["tracker*"][..], "that begin so"),
        ("/^_a_\\d+_bc_\\d+_d$/", &["_a_*_d"], "takes in more names"),
        ("/^_GA/i", &["_GA*"], "upper and lower case"),
        ("/^.*$/", &[], "nearly every name"),
        ("/^/", &[], "nearly every name"),
        ("/./", &[], "nearly every name"),
        ("/^_/", &[], "nearly every name"),
        ("*", &[], "nearly every one"),
        ("a*b*", &[], "no cookie can have"),
        ("a b", &[], "no cookie can have"),
        ("[unknown]_id", &["*_id"], "only a browser can tell"),
        ("[function]", &[], "no cookie can have"),
        ("/^_ga\\d$/", &["_ga*"], "takes in more names"),
        ("/^se\\d+$/", &[], "other cookies"),
        ("/^[^_]ga/", &[], "other cookies"),
        ("/^.{2}id/", &[], "other cookies"),
        ("/^.*xyz/", &["xyz*"], "that begin so"),
        ("", &[], "no cookie can have"),
        ("...", &[], "no cookie can have"),
        ("/^(?!_ga)/", &[], "no pattern can say"),
        ("/(a)\\1/", &[], "no pattern can say"),
        ("/[/", &[], "no pattern can say"),
        ("/a$b/", &[], "inside the name"),
        ("/\\bga\\b/", &[], "boundary of a word"),
        ("/(?i)ga/", &[], "flags inside"),
        ("/^(a|b)(c|d)(e|f)(g|h)(i|j)(k|l)$/", &[], "too many names"),
        ("/^((((((((a{9}){9}){9}){9}){9}){9}){9}){9})$/", &[], "too long a name"),
    ] {
        let (names, advice) = cookies(json!([expression]));
        assert_eq!(names, expected, "{expression}");
        assert!(advice.iter().any(|advice| advice.contains(told)), "{expression}: {advice:?}");
    }
}

#[test]
fn categories_are_told_by_their_names_and_what_is_not_understood_is_functional() {
    for (purpose, expected) in [
        ("analytics", "analytics"),
        ("Statistics", "analytics"),
        ("site-performance", "analytics"),
        ("marketing", "advertising"),
        ("ads", "advertising"),
        ("ads_storage", "advertising"),
        ("socialMedia", "advertising"),
        ("targeting", "advertising"),
        ("functional", "functional"),
        ("preferences", "functional"),
        ("livechat", "functional"),
        ("styling", "functional"),
        ("video", "functional"),
        ("personalization", "functional"),
        ("map", "functional"),
        ("mapping", "functional"),
        ("Webanalyse", "analytics"),
        ("Mesure d'audience", "analytics"),
        ("Marknadsföring", "advertising"),
        ("necessary", "functional"),
        ("weather", "functional"),
        ("loading", "functional"),
    ] {
        let klaro = converted(&json!({ "services": [{ "name": "a", "purposes": [purpose] }] }));
        assert_eq!(klaro.config["services"][0]["category"], expected, "{purpose}");
        let is_told = klaro.remarks.iter().any(|remark| remark.path == "services[0].purposes");
        assert_eq!(is_told, ["mapping", "necessary", "weather", "loading"].contains(&purpose), "{purpose}");
    }
}

#[test]
fn what_may_not_be_refused_is_necessary_unless_its_name_says_something_else() {
    for (name, expected, is_told) in [
        ("security", "necessary", false),
        ("weather", "necessary", true),
        ("marketing", "advertising", true),
        ("statistics", "analytics", true),
        ("preferences", "functional", true),
    ] {
        let block =
            json!({ "toggle": { "value": name, "readonly": true }, "cookie_table": [{ "name": "c" }] });
        for (config, path) in [
            (
                json!({ "services": [{ "name": "a", "purposes": [name], "required": true }] }),
                "services[0].purposes".to_owned(),
            ),
            (
                json!({ "categories": { name: { "readOnly": true, "services": { "a": {} } } }, "language": {} }),
                format!("categories.{name}"),
            ),
            (
                json!({ "languages": { "en": { "settings_modal": { "blocks": [block] } } } }),
                "languages.en.settings_modal.blocks[0].toggle".to_owned(),
            ),
        ] {
            let converted = converted(&config);
            assert_eq!(converted.config["services"][0]["category"], expected, "{config}");
            assert_eq!(converted.remarks.iter().any(|remark| remark.path == path), is_told, "{config}");
        }
    }
}

#[test]
fn only_a_link_that_says_privacy_is_the_policys() {
    for (footer, description, expected) in [
        ("<a href='/imprint'>Imprint</a>", "<a href='/2'>Datenschutz</a>", json!("/2")),
        (
            "<a href='/imprint'>Imprint</a> <a href='/privacy'>Here</a>",
            "<a href='/2'>Privacy</a>",
            json!("/privacy"),
        ),
        ("<a href='/imprint'>Imprint</a>", "<a href='/terms'>Terms</a>", json!(null)),
    ] {
        let modal = json!({ "footer": footer, "description": description });
        let version_3 = json!({
            "categories": {}, "language": { "translations": { "en": { "consentModal": modal } } }
        });
        let converted = converted(&version_3);
        assert_eq!(converted.config["policyUrl"], expected, "{footer} {description}");
        assert!(converted.remarks.iter().any(|remark| remark.found == "a link to \"/imprint\""));
    }
}

#[test]
fn places_of_the_banner_are_the_nearest_that_there_are() {
    for (layout, position, expected) in [
        ("box", "bottom right", json!({ "layout": "box", "position": "bottom-right" })),
        ("box wide", "top left", json!({ "layout": "box", "position": "top-left" })),
        ("box", "middle center", json!({ "layout": "dialog", "position": "center" })),
        ("cloud inline", "bottom center", json!({ "layout": "dialog", "position": "bottom" })),
        ("cloud", "top", json!({ "layout": "dialog", "position": "top" })),
        ("cloud", "bottom left", json!({ "layout": "box", "position": "bottom-left" })),
        ("bar inline", "top", json!({ "layout": "bar", "position": "top" })),
        ("bar", "bottom", json!({ "layout": "bar", "position": "bottom" })),
        ("bar", "", json!({ "layout": "bar" })),
        ("cloud", "", json!({ "layout": "box" })),
    ] {
        let place = json!({ "layout": layout, "position": position });
        let version_3 = json!({ "categories": {}, "language": {}, "guiOptions": { "consentModal": place } });
        assert_eq!(converted(&version_3).config["banner"], expected, "{layout} {position}");
        let version_2 = json!({ "languages": { "en": { "consent_modal": {} } }, "gui_options": { "consent_modal": place } });
        assert_eq!(converted(&version_2).config["banner"], expected, "{layout} {position}");
    }
    for (theme, expected) in [
        (json!(["light"]), json!({ "theme": "light" })),
        (
            json!(["dark", "bottom", "wide"]),
            json!({ "layout": "bar", "position": "bottom", "theme": "dark" }),
        ),
        (json!(["wide"]), json!({ "layout": "bar" })),
        (json!(["top", "left"]), json!({ "layout": "box", "position": "top-left" })),
        (json!("right"), json!({ "layout": "box", "position": "bottom-right" })),
    ] {
        let klaro = json!({ "services": [{ "name": "a" }], "styling": { "theme": theme } });
        assert_eq!(converted(&klaro).config["banner"], expected);
    }
}

#[test]
fn what_is_nobodys_configuration_is_refused_with_what_was_found() {
    for (config, found) in [
        (json!(null), "found null, expected a configuration of Klaro"),
        (json!([1]), "found a list of 1, expected"),
        (json!("[function]"), "found \"[function]\", expected"),
        (json!({}), "found an empty object, expected"),
        (json!({ "a": 1, "b": 2 }), "found an object with the keys \"a\", \"b\", expected"),
        (
            json!({ "services": { "youtube": {} }, "currLang": "en" }),
            "found an object with the keys \"services\", ",
        ),
        (json!({ "services": [] }), "found an object with the keys \"services\", expected"),
        (json!({ "services": [{ "name": "a" }] }), "found an object with the keys \"services\", expected"),
        (
            json!({ "services": [{ "id": "a", "name": "A", "category": "analytics" }] }),
            "found an object with the keys",
        ),
        (json!({ "categories": ["analytics"], "language": {} }), "found an object with the keys"),
        (json!({ "languages": ["en"] }), "found an object with the keys"),
    ] {
        let error = convert(&config).unwrap_err().to_string();
        assert!(error.starts_with(found), "{config}: {error}");
    }
    assert_eq!(
        convert_json("{\n  \"a\": ,}").unwrap_err().to_string(),
        "line 2 column 8: found expected value, expected a JSON document"
    );
    assert!(convert_json("\u{feff}{\"services\": [{\"name\": \"a\", \"cookies\": []}]}").is_ok());
}

#[test]
fn what_only_a_browser_can_tell_is_left_out() {
    let config = json!({
        "categories": { "analytics": { "services": { "a": { "label": "On [unknown]" } } } },
        "cookie": { "domain": "[unknown]", "expiresAfterDays": "[function]" },
        "language": { "default": "[unknown]", "translations": { "en": "[function]" } }
    });
    let converted = converted(&config);
    assert_eq!(
        converted.config,
        json!({ "languages": ["en"], "categories": ["analytics"], "services": [{ "id": "a", "category": "analytics" }] })
    );
    let told = |path: &str| converted.remarks.iter().any(|remark| remark.path == path);
    assert!(told("cookie.expiresAfterDays") && told("language.translations.en"));
    assert!(told("categories.analytics.services.a.label"));
}

#[test]
fn more_than_a_configuration_may_hold_is_cut_and_told() {
    let services: Vec<_> = (0..1002).map(|n| json!({ "name": format!("s{n}"), "cookies": [] })).collect();
    let klaro = converted(&json!({ "services": services }));
    assert_eq!(klaro.config["services"].as_array().unwrap().len(), 1000);
    let cookies: Vec<_> = (0..6002).map(|n| format!("c{n}")).collect();
    let klaro =
        converted(&json!({ "services": [{ "name": "a", "title": "x".repeat(3000), "cookies": cookies }] }));
    assert_eq!(klaro.config["services"][0]["cookies"].as_array().unwrap().len(), 6000);
    for found in ["more than 6,000 cookies", "more than 2000 characters"] {
        assert_eq!(klaro.remarks.iter().filter(|remark| remark.found == found).count(), 1, "{found}");
    }
}

/// Any JSON, with a liking for what the other managers' files hold.
fn any_value() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "[function]",
        "[unknown]",
        "/^_ga/",
        "/^(a|b)[c-e]+d?$/i",
        "^x_",
        "a_*",
        "_ga",
        "analytics",
        "marketing",
        "necessary",
        "en",
        "de-AT",
        "zz",
        "tlh",
        "sv",
        "box",
        "bar inline",
        "bottom right",
        "middle",
        ".example.com",
        "/privacy",
        "light",
        "wide",
        "top",
        "<a href='/privacy'>x</a>",
        "Service",
        "é* {x}",
        "",
        " ",
        "\u{0}",
        "unclassified",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5i64..1000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "services",
        "name",
        "title",
        "description",
        "purposes",
        "cookies",
        "required",
        "translations",
        "en",
        "sv",
        "de",
        "zz",
        "fr-CA",
        "is",
        "consentModal",
        "privacyPolicyUrl",
        "privacyPolicy",
        "categories",
        "analytics",
        "ads",
        "necessary",
        "readOnly",
        "enabled",
        "autoClear",
        "label",
        "language",
        "default",
        "preferencesModal",
        "sections",
        "linkedCategory",
        "cookieTable",
        "headers",
        "body",
        "footer",
        "desc",
        "expiration",
        "pattern",
        "path",
        "toggle",
        "value",
        "readonly",
        "settings_modal",
        "consent_modal",
        "blocks",
        "cookie_table",
        "cookie_table_headers",
        "col1",
        "col2",
        "is_regex",
        "layout",
        "position",
        "theme",
        "domain",
        "expiresAfterDays",
        "x y",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|entries| entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Value>())
        ]
    })
}

/// An object with the keys, each with one of its shapes or with anything.
fn object(keys: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let entries: Vec<_> = keys
        .into_iter()
        .map(|(key, value)| {
            let value =
                prop_oneof![6 => value.prop_map(Some), 1 => any_value().prop_map(Some), 2 => Just(None)];
            value.prop_map(move |value| Some((key.to_owned(), value?)))
        })
        .collect();
    entries.prop_map(|entries| entries.into_iter().flatten().collect::<Value>()).boxed()
}

fn list(of: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(of, 0..4).prop_map(Value::from).boxed()
}

fn by_name(names: &'static [&'static str], of: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let entry = (prop::sample::select(names), of).prop_map(|(name, value)| (name.to_owned(), value));
    prop::collection::vec(entry, 0..4).prop_map(|entries| entries.into_iter().collect::<Value>()).boxed()
}

fn text() -> BoxedStrategy<Value> {
    let words = vec!["Counts visits", "Zählt", "<b>Chat</b> &amp; more", "[unknown]", "", "analytics"];
    prop_oneof![prop::sample::select(words).prop_map(Value::from), ".{0,30}".prop_map(Value::from)].boxed()
}

fn names() -> BoxedStrategy<Value> {
    let some = vec!["_ga", "_gid", "/^_ga/", "/^(_a|_b)/", "/x/", "/.*/", "*", "a_*", "/^a.*b.*c$/"];
    prop_oneof![
        prop::sample::select(some).prop_map(Value::from),
        "[a-b_*./|^$+?()\\[\\]{}\\\\]{0,12}".prop_map(Value::from),
        "/[a-b_*.|^$+?()\\[\\]{}1-9\\\\]{0,12}/i?".prop_map(Value::from)
    ]
    .boxed()
}

const TAGS: &[&str] = &["en", "sv", "de-AT", "de", "no", "nb", "tlh", "zz", "is", "pt_BR", "fallback"];
const NAMES: &[&str] = &[
    "analytics",
    "Analytics",
    "ads",
    "necessary",
    "chat",
    "my chat",
    "ä",
    "unclassified",
    "x",
    "socialMedia",
];

fn klaro() -> BoxedStrategy<Value> {
    let human = || prop_oneof![text(), by_name(TAGS, text())].boxed();
    let flag = || any::<bool>().prop_map(Value::from).boxed();
    let service_texts = object(vec![("title", human()), ("description", human())]);
    let translation =
        by_name(&["analytics", "ads", "chat", "privacyPolicyUrl", "consentModal"], service_texts);
    let service = object(vec![
        ("name", prop::sample::select(NAMES).prop_map(Value::from).boxed()),
        ("title", human()),
        ("description", human()),
        ("purposes", list(prop::sample::select(NAMES).prop_map(Value::from).boxed())),
        ("cookies", list(prop_oneof![names(), list(names())].boxed())),
        ("required", flag()),
        ("contextualConsentOnly", flag()),
    ]);
    object(vec![
        ("translations", by_name(TAGS, translation)),
        ("lang", prop::sample::select(TAGS).prop_map(Value::from).boxed()),
        ("privacyPolicy", human()),
        ("cookieDomain", text()),
        ("cookieExpiresAfterDays", any::<f64>().prop_map(Value::from).boxed()),
        ("styling", any_value().boxed()),
        ("services", list(service)),
    ])
}

fn vanilla() -> BoxedStrategy<Value> {
    let flag = || any::<bool>().prop_map(Value::from).boxed();
    let item = || list(object(vec![("name", names()), ("path", text())]));
    let service = object(vec![("label", text()), ("cookies", item())]);
    let category = object(vec![
        ("readOnly", flag()),
        ("enabled", flag()),
        ("services", by_name(NAMES, service)),
        ("autoClear", object(vec![("cookies", item())])),
    ]);
    let row = || {
        object(vec![
            ("name", names()),
            ("col1", names()),
            ("desc", text()),
            ("expires", text()),
            ("is_regex", flag()),
        ])
    };
    let category_name = || prop::sample::select(NAMES).prop_map(Value::from).boxed();
    let section = object(vec![
        ("title", text()),
        ("description", text()),
        ("linkedCategory", category_name()),
        ("cookieTable", object(vec![("headers", any_value().boxed()), ("body", list(row()))])),
    ]);
    let texts = object(vec![
        ("consentModal", object(vec![("footer", text()), ("title", text())])),
        ("preferencesModal", object(vec![("sections", list(section))])),
    ]);
    let block = object(vec![
        ("title", text()),
        ("description", text()),
        ("toggle", object(vec![("value", category_name()), ("readonly", flag())])),
        ("cookie_table", list(row())),
    ]);
    let modal = object(vec![("blocks", list(block)), ("cookie_table_headers", any_value().boxed())]);
    let version_3 = object(vec![
        ("categories", by_name(NAMES, category)),
        ("language", object(vec![("default", text()), ("translations", by_name(TAGS, texts))])),
        ("guiOptions", any_value().boxed()),
        ("cookie", any_value().boxed()),
        ("revision", any_value().boxed()),
    ]);
    let version_2 = object(vec![
        ("languages", by_name(TAGS, object(vec![("settings_modal", modal)]))),
        ("revision", any_value().boxed()),
        ("cookie_domain", text()),
    ]);
    prop_oneof![version_3, version_2].boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_out_is_a_good_configuration(config in prop_oneof![klaro(), vanilla(), any_value()]) {
        if let Ok(Converted { config: ours, remarks }) = convert(&config) {
            if let Err(faults) = Config::parse(&ours.to_string()) {
                return Err(TestCaseError::fail(format!("{config}\n{ours}\n{faults:?}")));
            }
            for remark in remarks {
                prop_assert!(!remark.path.is_empty() && !remark.found.is_empty() && !remark.advice.is_empty());
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = convert_json(&text);
    }
}
