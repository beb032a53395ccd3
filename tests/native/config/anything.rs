//! What holds for every document: the check never panics, and what the gate gets is a configuration too.

use std::collections::BTreeSet;

use consentry::model::config::Config;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Arbitrary JSON with a liking for the configuration's own keys.
fn json_value() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        Just("site"),
        Just("backend"),
        Just("services"),
        Just("id"),
        Just("category"),
        Just("hosts"),
        Just("cookies"),
        Just("name"),
        Just("en"),
        Just("sv"),
        Just("languages"),
        Just("categories"),
        Just("gate"),
        Just("exempt"),
        Just("cookie"),
        Just("mirror"),
        Just("domain"),
        Just("banner"),
        Just("layout"),
        Just("position"),
        Just("style"),
        Just("texts"),
        Just("wall"),
        Just("reason"),
        Just("changes"),
        Just("revision"),
        Just("previous"),
        Just("asks"),
        Just("placeholder"),
        Just("separate"),
        Just("x y")
    ];
    let word = prop_oneof![
        Just("analytics".to_owned()),
        Just("necessary".to_owned()),
        Just("example.com".to_owned()),
        Just("sv".to_owned()),
        Just("dialog".to_owned()),
        Just("top".to_owned()),
        Just("service:a".to_owned()),
        any::<String>()
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|entries| entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Value>())
        ]
    })
}

/// Id, number of the category, hosts, names of cookies and keys, and whether it is asked for by itself, has a
/// placeholder, describes its cookies and is the site's own.
type ServiceParts = (String, usize, Vec<String>, BTreeSet<String>, [bool; 4]);

/// Services that contradict neither themselves nor each other.
fn good_services() -> impl Strategy<Value = Vec<Value>> {
    let service = (
        "[a-z0-9][a-z0-9_-]{0,20}x",
        0..4usize,
        prop::collection::vec("[a-z]{1,9}\\.[a-z]{1,9}\\.example", 0..4),
        prop::collection::btree_set("[a-z_]{1,8}\\*?", 0..4),
        any::<[bool; 4]>(),
    );
    prop::collection::vec(service, 0..5).prop_map(|services| {
        let service = |(at, parts): (usize, ServiceParts)| {
            let (id, category, hosts, names, [is_separate, has_placeholder, is_described, is_own]) = parts;
            let category = ["necessary", "functional", "analytics", "advertising"][category];
            // Made unlike each other's, so that nothing contradicts.
            let hosts: Vec<_> =
                hosts.into_iter().enumerate().map(|(n, host)| format!("h{n}.s{at}.{host}")).collect();
            let names: Vec<_> = names.into_iter().map(|name| format!("s{at}{name}")).collect();
            let described = |name: &String| json!({ "name": name, "kind": "session", "duration": "1 h" });
            let mut service = json!({
                "id": format!("s{at}{id}"),
                "category": category,
                "hosts": hosts,
                "cookies": names,
                "storage": names,
                "separate": is_separate && category != "necessary",
                "firstParty": is_own,
            });
            if is_described {
                service["cookies"] = names.iter().map(described).collect();
            }
            if has_placeholder {
                service["placeholder"] = json!({ "poster": "/poster.jpg", "text": "A film" });
            }
            service
        };
        services.into_iter().enumerate().map(service).collect()
    })
}

/// A banner that can be had.
fn good_banner() -> impl Strategy<Value = Value> {
    let layout = prop::sample::select(vec![
        ("box", vec!["bottom-left", "bottom-right", "top-left", "top-right"]),
        ("bar", vec!["bottom", "top"]),
        ("dialog", vec!["center", "bottom", "top"]),
    ]);
    let theme = prop::sample::select(vec!["auto", "light", "dark", "page"]);
    let palette = prop::sample::select(vec!["slate", "ink", "forest", "ocean", "berry", "sand"]);
    let parts = (layout, any::<prop::sample::Index>(), theme, palette, any::<[bool; 5]>());
    parts.prop_map(
        |(
            (layout, positions),
            at,
            theme,
            palette,
            [has_position, has_wall, has_style, has_texts, is_named],
        )| {
            let mut banner = json!({ "theme": theme, "palette": palette });
            if is_named || layout != "box" {
                banner["layout"] = layout.into();
            }
            if has_position {
                banner["position"] = (*at.get(&positions)).into();
            }
            if has_wall && layout == "dialog" {
                banner["wall"] = json!({ "reason": { "de": "Ein Spiel", "en": "A game\nfor money" } });
            }
            if has_style {
                banner["style"] = json!({ "button": "#123", "width": "40rem" });
            }
            if has_texts {
                banner["texts"] = json!({ "sv": { "title": "Kakor" }, "ar": { "save": "حفظ" } });
            }
            banner
        },
    )
}

/// Configurations that must be accepted.
pub fn good_config() -> impl Strategy<Value = Value> {
    let parts = (good_services(), good_banner(), 1..=395u32, "[!-~]{1,60}", 0..4usize, any::<(bool, bool)>());
    parts.prop_map(|(services, banner, validity, revision, changes, (report, gpc))| {
        let mut asks = vec![json!("analytics")];
        let needs_consent = |service: &&Value| service["category"] != "necessary";
        asks.extend(services.iter().find(needs_consent).map(|service| {
            let id = service["id"].as_str().unwrap();
            json!(format!("service:{id}"))
        }));
        let revision_at =
            |at: usize| if at == changes { revision.clone() } else { format!("{revision}.{at}") };
        let change = |at| {
            json!({
                "previous": revision_at(at), "revision": revision_at(at + 1),
                "summary": { "en": "New:\n a map" }, "asks": if at % 2 == 0 { json!(asks) } else { json!([]) }
            })
        };
        json!({
            "validity": validity,
            "revision": revision,
            "gate": { "reportOnly": report },
            "signals": { "gpc": gpc },
            "banner": banner,
            "changes": (0..changes).map(change).collect::<Value>(),
            "services": services,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 2000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_makes_the_check_panic(text in any::<String>()) {
        let _ = Config::parse(&text);
    }

    #[test]
    fn no_document_makes_the_check_panic_or_disagree_with_the_types(value in json_value()) {
        if let Err(faults) = Config::parse(&value.to_string()) {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert_ne!(fault.expected, "a valid one");
            }
        }
    }

    #[test]
    fn the_gates_part_is_a_configuration_once_it_has_the_owners_words(value in good_config()) {
        let config = Config::parse(&value.to_string())
            .map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        let gate = config.gate_json();
        let mut whole = gate.clone();
        for change in whole.get_mut("changes").and_then(Value::as_array_mut).into_iter().flatten() {
            change["summary"] = "What is new".into();
        }
        if let Some(wall) = whole.pointer_mut("/banner/wall") {
            *wall = json!({ "reason": "A reason" });
        }
        let again = Config::parse(&whole.to_string())
            .map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        prop_assert_eq!(again.gate_json(), gate);
    }
}
