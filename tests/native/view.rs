//! What a visitor is shown: complete, in every language, and recorded as it is.

use std::fs;
use std::path::{Path, PathBuf};

use consentry::model::category::Category;
use consentry::model::config::{Config, LANGUAGES};
use consentry::model::view::{Item, ItemKind, Layer, Site, Source, Texts, View, fill};
use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use crate::config::cases;
use crate::recorded::same_as_recorded;

const LAYERS: [(Layer, &str); 2] = [(Layer::First, "banner"), (Layer::Second, "preferences")];

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The texts of a layer in a language, as the component brings them.
fn texts(language: &str, layer: &str) -> Map<String, Value> {
    let file = fs::read_to_string(folder("src/ui/texts").join(format!("{language}.json"))).unwrap();
    let Value::Object(mut layers) = serde_json::from_str(&file).unwrap() else { panic!("{language}") };
    assert_eq!(layers.keys().collect::<Vec<_>>(), ["banner", "preferences"], "{language}");
    let Some(Value::Object(texts)) = layers.remove(layer) else { panic!("{language} {layer}") };
    texts
}

/// A layer of a site as its visitors see it.
fn view(site: &Value, language: &str, layer: Layer) -> View {
    let part = if layer == Layer::First { "banner" } else { "preferences" };
    of_layer(&source(site, &Value::Object(texts(language, part)), language), layer)
}

fn source(site: &Value, texts: &Value, language: &str) -> Source {
    let texts = Texts::deserialize(texts).unwrap_or_default();
    Source { site: Site::read(site), texts, language: language.to_owned() }
}

fn of_layer(source: &Source, layer: Layer) -> View {
    match layer {
        Layer::First => source.first_layer("shop.example"),
        Layer::Second => source.second_layer(),
        Layer::None => panic!("nothing is shown in no layer"),
    }
}

fn of_kind(view: &View, kind: ItemKind) -> Vec<&Item> {
    view.items.iter().filter(|item| item.kind == kind).collect()
}

fn names(view: &View, kind: ItemKind) -> Vec<&str> {
    of_kind(view, kind).into_iter().map(|item| item.name.as_str()).collect()
}

/// The names of a text's places, in order.
fn places(text: &str) -> Vec<&str> {
    text.split('{').skip(1).map(|rest| rest.split_once('}').expect(text).0).collect()
}

#[test]
fn every_language_has_every_text_with_the_same_places() {
    let files = fs::read_dir(folder("src/ui/texts")).unwrap().map(|it| it.unwrap().file_name());
    let mut languages: Vec<_> =
        files.map(|name| name.to_str().unwrap().strip_suffix(".json").unwrap().to_owned()).collect();
    languages.sort();
    assert_eq!(languages, LANGUAGES, "the configurable languages are those that there are texts for");
    for (_, layer) in LAYERS {
        let reference = texts("en", layer);
        for language in &languages {
            let texts = texts(language, layer);
            assert_eq!(texts.keys().collect::<Vec<_>>(), reference.keys().collect::<Vec<_>>(), "{language}");
            for (name, text) in &texts {
                let text = text.as_str().unwrap();
                assert!(!text.trim().is_empty() && text.trim() == text, "{language} {name}");
                assert!(!text.contains(|c: char| c.is_control()), "{language} {name}");
                assert_eq!(places(text), places(reference[name].as_str().unwrap()), "{language} {name}");
            }
        }
    }
}

#[test]
fn texts_have_the_places_that_are_filled() {
    for (_, layer) in LAYERS {
        for (name, text) in texts("en", layer) {
            let expected: &[&str] = match name.as_str() {
                "intro" => &["controller", "purposes"],
                "parties" | "undescribed" => &["number"],
                "withdrawal" => &["reopen"],
                "decided" => &["date"],
                _ => &[],
            };
            assert_eq!(places(text.as_str().unwrap()), expected, "{name}");
        }
    }
}

#[test]
fn both_layers_call_the_same_control_by_the_same_words() {
    for language in LANGUAGES {
        let (first, second) = (texts(language, "banner"), texts(language, "preferences"));
        for (name, text) in first.iter().filter(|(name, _)| second.contains_key(*name)) {
            assert_eq!(text, &second[name], "{language} {name}");
        }
    }
}

#[test]
fn an_empty_site_asks_for_all_three_categories_in_the_hosts_name() {
    // As it is fetched, and as it is baked.
    for site in [json!({}), Config::parse("{}").unwrap().site_json("en")] {
        for language in LANGUAGES {
            let (first, texts) = (view(&site, language, Layer::First), texts(language, "banner"));
            let told = of_kind(&first, ItemKind::Text);
            assert!(told[0].text.contains("shop.example"), "{told:?}");
            for category in ["functional", "analytics", "advertising"] {
                let purpose = texts[&format!("{category}Purpose")].as_str().unwrap();
                assert!(told[0].text.contains(purpose), "{category}: {told:?}");
            }
            assert_eq!(told.len(), 2, "no services are counted where there are none: {told:?}");
            let second = view(&site, language, Layer::Second);
            assert_eq!(names(&second, ItemKind::Category), Category::ALL.map(Category::name));
            let described = |category: &Category| {
                let at = second
                    .items
                    .iter()
                    .position(|item| item.kind == ItemKind::Category && item.name == category.name());
                second.items[at.unwrap() + 1].kind == ItemKind::Text
            };
            assert!(Category::ALL.iter().all(described), "{second:#?}");
        }
    }
}

#[test]
fn refusing_is_on_every_layer_beside_accepting() {
    let site = json!({ "services": [{ "id": "a", "category": "analytics" }] });
    for language in LANGUAGES {
        for (layer, expected) in [
            (Layer::First, ["reject-all", "accept-all", "preferences"].as_slice()),
            (Layer::Second, &["reject-all", "accept-all", "save", "close"]),
        ] {
            let view = view(&site, language, layer);
            assert_eq!(names(&view, ItemKind::Control), expected);
            let controls = of_kind(&view, ItemKind::Control);
            assert!(controls.iter().all(|item| item.name != item.text), "{controls:?}");
        }
    }
}

#[test]
fn only_the_categories_that_are_asked_for_are_told() {
    for (listed, told, asked) in [
        (json!(["analytics"]), &["necessary", "analytics"][..], 1),
        (json!([{ "id": "advertising" }, "functional"]), &["necessary", "functional", "advertising"], 2),
        (json!(["necessary"]), &["necessary"], 0),
        (json!([]), &["necessary", "functional", "analytics", "advertising"], 3),
    ] {
        let site = json!({ "categories": listed });
        assert_eq!(names(&view(&site, "en", Layer::Second), ItemKind::Category), told);
        let first = view(&site, "en", Layer::First);
        let texts = texts("en", "banner");
        let purposes = ["functional", "analytics", "advertising"].map(|it| format!("{it}Purpose"));
        let named = purposes.iter().filter(|it| first.items[1].text.contains(texts[*it].as_str().unwrap()));
        assert_eq!(named.count(), asked, "{:?}", first.items[1]);
    }
}

#[test]
fn an_owners_description_replaces_ours_and_a_missing_one_does_not() {
    let ours = texts("sv", "preferences")["analyticsText"].clone();
    for (category, expected) in [
        (json!("analytics"), ours.as_str().unwrap()),
        (json!({ "id": "analytics" }), ours.as_str().unwrap()),
        (json!({ "id": "analytics", "description": "We count." }), "We count."),
        (
            json!({ "id": "analytics", "description": { "en": "We count.", "sv": "Vi räknar." } }),
            "Vi räknar.",
        ),
        (json!({ "id": "analytics", "description": { "en": "We count." } }), "We count."),
    ] {
        let view = view(&json!({ "categories": [category] }), "sv", Layer::Second);
        let at = view.items.iter().position(|item| item.name == "analytics").unwrap();
        assert_eq!(view.items[at + 1].text, expected);
    }
}

#[test]
fn the_first_layer_counts_the_others() {
    for (count, expected) in
        [(1, "One other company's service takes part."), (12, "12 services of other companies take part.")]
    {
        let mut services = vec![json!({ "id": "basket", "category": "necessary" })];
        services.resize(count + 1, json!({ "id": "a", "category": "analytics" }));
        let view = view(&json!({ "services": services }), "en", Layer::First);
        assert_eq!(view.items[2].text, expected);
    }
}

#[test]
fn what_is_shown_is_the_recorded_artefact() {
    for (path, json) in cases("good") {
        let config = Config::parse(&json).unwrap();
        let name = Path::new(&path).file_stem().unwrap().to_str().unwrap().to_owned();
        for language in LANGUAGES {
            for (layer, part) in LAYERS {
                let view = view(&config.site_json(language), language, layer);
                let recorded = folder("tests/cases/view").join(format!("{name}.{part}.{language}.txt"));
                same_as_recorded(recorded.to_str().unwrap(), &view.artefact(language));
            }
        }
    }
}

#[test]
fn what_has_an_unexpected_type_is_left_out_and_the_rest_is_shown() {
    let service = json!({
        "id": "stats", "category": "analytics", "name": 1, "purpose": { "sv": "Räknar" }, "legalBasis": [],
        "recipients": ["A", null, { "en": "B" }], "hosts": "stats.example", "retention": ["x"],
        "cookies": [3, { "name": "_s", "purpose": false, "duration": "1 h" }], "storage": { "name": "s.*" },
    });
    let site = json!({
        "policyUrl": 1, "controller": "Shop", "categories": ["analytics", null, { "id": 2 }],
        "services": [null, "stats", { "id": "odd", "category": 4 }, service],
    });
    let view = view(&site, "en", Layer::Second);
    assert_eq!(names(&view, ItemKind::Category), ["necessary", "analytics"]);
    assert_eq!(names(&view, ItemKind::Service), ["stats"]);
    assert_eq!(of_kind(&view, ItemKind::Service)[0].text, "stats");
    assert!(of_kind(&view, ItemKind::Text).iter().any(|item| item.text == "Räknar"), "{view:?}");
    assert!(names(&view, ItemKind::Link).is_empty());
    let facts: Vec<_> =
        of_kind(&view, ItemKind::Fact).iter().map(|item| (item.name.as_str(), item.text.as_str())).collect();
    let expected = [
        ("Recipients", "A, B"),
        ("Hosts", "stats.example"),
        ("Cookies", "_s (1 h)"),
        ("Browser storage", "s.*"),
    ];
    assert_eq!(facts, expected);
    assert_eq!(of_kind(&view, ItemKind::Note).len(), 1, "only the visitor's rights");
}

#[test]
fn places_are_filled_by_name() {
    let values = [("x", "1"), ("y", "2"), ("å", "{x}"), ("", "none")];
    for (text, expected) in [
        ("", ""),
        ("a {x} b {y} c", "a 1 b 2 c"),
        ("{y}{x}{y}", "212"),
        ("{å} ”{x}”", "{x} ”1”"),
        ("no place", "no place"),
        ("nobody's {z} place", "nobody's {z} place"),
        ("open {x", "open {x"),
        ("{{x}}", "{1}"),
        ("{", "{"),
        ("{}}", "none}"),
    ] {
        assert_eq!(fill(text, &values), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_filled_with_every_value_by_its_name(
        parts in prop::collection::vec(("[^{}]{0,6}", ".{0,6}"), 0..5), end in "[^{}]{0,6}"
    ) {
        let named: Vec<_> =
            parts.iter().enumerate().map(|(at, (_, value))| (format!("place{at}"), value.as_str())).collect();
        let mut values: Vec<_> = named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        values.reverse(); // their order says nothing
        let (mut text, mut expected) = (String::new(), String::new());
        for ((before, value), (name, _)) in parts.iter().zip(&named) {
            text.push_str(&format!("{before}{{{name}}}"));
            expected.push_str(&format!("{before}{value}"));
        }
        prop_assert_eq!(fill(&(text + &end), &values), expected + &end);
    }

    #[test]
    fn odd_braces_never_panic_and_lose_no_text_and_no_value(
        text in "[{}aåx]{0,12}", value in "[{}bö]{0,3}"
    ) {
        let filled = fill(&text, &[("x", &value)]);
        prop_assert_eq!(filled, text.replace("{x}", &value));
    }

    #[test]
    fn no_site_makes_a_view_panic(site in value(), texts in value()) {
        let source = source(&site, &texts, "sv");
        for (layer, _) in LAYERS {
            let view = of_layer(&source, layer);
            prop_assert!(names(&view, ItemKind::Control).starts_with(&["reject-all", "accept-all"]));
            prop_assert!(view.items.iter().all(|item| !item.text.is_empty()));
        }
    }
}

/// JSON that looks like a site's more often than not.
fn value() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "controller",
        "name",
        "categories",
        "services",
        "id",
        "category",
        "analytics",
        "description",
        "sv",
        "en",
        "policyUrl",
        "purpose",
        "cookies",
        "intro",
        "{",
        "}",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        word.clone().prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let object = prop::collection::vec((word.clone(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}
