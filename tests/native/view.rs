//! What a visitor is shown: complete, in every language, and recorded as it is.

mod changes;
mod declaration;
mod languages;
mod placeholder;
mod records;

use std::fs;
use std::path::{Path, PathBuf};

use consentry::model::category::Category;
use consentry::model::config::{Config, LANGUAGES};
use consentry::model::view::{Held, Item, ItemKind, Layer, Site, Source, Texts, View, fill};
use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::config::cases;
use crate::recorded::same_as_recorded;

const LAYERS: [(Layer, &str); 2] = [(Layer::First, "banner"), (Layer::Second, "preferences")];

/// The languages whose views are recorded: enough to read them, and one that is written from right to left.
const RECORDED: [&str; 4] = ["en", "sv", "de", "ar"];

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A language's file.
pub fn file(language: &str) -> Value {
    let path = folder("src/ui/texts").join(format!("{language}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The texts of a layer in a language, as the component brings them.
pub fn texts(language: &str, layer: Layer) -> Texts {
    let file = file(language);
    match layer {
        Layer::First => Texts::of_part(&file["banner"]).unwrap(),
        _ => Texts::of_preferences(&file).unwrap(),
    }
}

/// A layer of a site as its visitors see it.
fn view(site: &Value, language: &str, layer: Layer) -> View {
    of_layer(&in_language(site, language, layer), layer)
}

/// What a layer of a site is shown from.
fn in_language(site: &Value, language: &str, layer: Layer) -> Source {
    let texts = texts(language, layer);
    Source { site: Site::read(site), texts, language: language.to_owned() }
}

fn source(site: &Value, texts: &Value, language: &str) -> Source {
    let texts = Texts::deserialize(texts).unwrap_or_default();
    Source { site: Site::read(site), texts, language: language.to_owned() }
}

fn of_layer(source: &Source, layer: Layer) -> View {
    match layer {
        Layer::First => {
            let source = Source { texts: source.filled_texts(), ..source.clone() };
            source.first_layer("shop.example")
        }
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

#[test]
fn an_empty_site_asks_for_all_three_categories_in_the_hosts_name() {
    // As it is fetched, and as it is baked.
    for site in [json!({}), Config::parse("{}").unwrap().site_json("en")] {
        for language in LANGUAGES {
            let (first, texts) = (view(&site, language, Layer::First), texts(language, Layer::First));
            let told = of_kind(&first, ItemKind::Text);
            assert!(told[0].text.contains("shop.example"), "{told:?}");
            for category in ["functional", "analytics", "advertising"] {
                let name = format!("{category}Purpose");
                assert!(told[0].text.contains(texts.label(&name)), "{category}: {told:?}");
            }
            assert!(
                !told[0].text.contains(char::is_numeric),
                "nobody is counted where there is nobody: {told:?}"
            );
            assert_eq!(told.len(), 3, "who asks, that it can be withdrawn, how it is done: {told:?}");
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
            assert!(controls[0].text != controls[1].text, "{controls:?}");
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
        let texts = texts("en", Layer::First);
        let purposes = ["functional", "analytics", "advertising"].map(|it| format!("{it}Purpose"));
        let named = purposes.iter().filter(|it| first.items[1].text.contains(texts.label(it)));
        assert_eq!(named.count(), asked, "{:?}", first.items[1]);
    }
}

#[test]
fn an_owners_description_replaces_ours_and_a_missing_one_does_not() {
    let texts = texts("sv", Layer::Second);
    let ours = texts.label("analyticsText");
    for (category, expected) in [
        (json!("analytics"), ours),
        (json!({ "id": "analytics" }), ours),
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
fn the_first_layer_counts_the_others_who_need_consent() {
    for (count, expected) in [
        (0, "shop.example would like to store"),
        (1, "shop.example and 1 service of another company would like to store"),
        (12, "shop.example and 12 services of other companies would like to store"),
        (1000, "shop.example and 1,000 services of other companies would like to store"),
    ] {
        let mut services = vec![json!({ "id": "basket", "category": "necessary" })];
        services.resize(count + 1, json!({ "id": "a", "category": "analytics" }));
        let view = view(&json!({ "services": services }), "en", Layer::First);
        assert!(view.items[1].text.starts_with(expected), "{:?}", view.items[1]);
    }
}

#[test]
fn the_first_layer_has_more_behind_a_disclosure_and_the_controls_after_it() {
    let site = json!({ "policyUrl": "/privacy", "controller": { "name": "Shop" } });
    for language in LANGUAGES {
        let (view, texts) = (view(&site, language, Layer::First), texts(language, Layer::First));
        let kinds: Vec<_> = view.items.iter().map(|item| item.kind).collect();
        let control = ItemKind::Control;
        let expected = [
            ItemKind::Title,
            ItemKind::Text,
            ItemKind::Text,
            ItemKind::Link,
            ItemKind::More,
            ItemKind::Text,
            control,
            control,
            control,
        ];
        assert_eq!(kinds, expected, "{language}");
        assert!(view.items[1].text.contains("Shop"), "{language}");
        assert!(view.items[2].text.contains(texts.label("reopen")), "{language}");
        let left = view.items.iter().find(|item| item.text.contains(['{', '}', '|']));
        assert_eq!(left, None, "{language}");
    }
}

#[test]
fn facts_of_a_service_stand_one_on_a_line() {
    let service = json!({ "id": "a", "category": "analytics", "hosts": ["a.example", "b.example"],
        "recipients": ["A", "B"], "cookies": [{ "name": "_a", "purpose": "Counts.", "duration": "1 h" }, "_b"] });
    let view = view(&json!({ "services": [service] }), "en", Layer::Second);
    let facts: Vec<_> =
        of_kind(&view, ItemKind::Fact).iter().map(|item| (item.name.as_str(), item.text.as_str())).collect();
    let expected = [
        ("Who receives the data", "A"),
        ("Who receives the data", "B"),
        ("Internet addresses", "a.example"),
        ("Internet addresses", "b.example"),
        ("Cookies", "_a (Counts, 1 h)"),
        ("Cookies", "_b"),
    ];
    assert_eq!(facts, expected);
}

#[test]
fn what_is_asked_for_by_itself_says_that_accepting_everything_leaves_it_off() {
    for language in LANGUAGES {
        let (texts, said) = (texts(language, Layer::Second), |is_separate: bool| {
            let service = json!({ "id": "a", "category": "functional", "purpose": "Shows films",
                "separate": is_separate });
            let view = view(&json!({ "services": [service] }), language, Layer::Second);
            let at = view.items.iter().position(|item| item.kind == ItemKind::Service).unwrap();
            view.items[at + 1..].iter().map(|item| item.text.clone()).take(2).collect::<Vec<_>>()
        });
        let expected = fill(texts.label("separate"), &[("accept", texts.label("accept-all"))]);
        assert!(expected.contains(texts.label("accept-all")) && !expected.contains('{'), "{language}");
        assert_eq!(said(true), ["Shows films", expected.as_str()], "{language}");
        assert!(!said(false).contains(&expected), "{language}");
    }
}

#[test]
fn what_is_shown_is_the_recorded_artefact() {
    for (path, json) in cases("good") {
        let config = Config::parse(&json).unwrap();
        let name = Path::new(&path).file_stem().unwrap().to_str().unwrap().to_owned();
        for language in RECORDED {
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
        ("Who receives the data", "A"),
        ("Who receives the data", "B"),
        ("Internet addresses", "stats.example"),
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
        let held = Held { service: "analytics".into(), category: "analytics".into(), host: String::new() };
        prop_assert!(names(&source.placeholder(&held, true), ItemKind::Control).ends_with(&["preferences"]));
        prop_assert!(!names(&source.changes("1", &["analytics".into()]), ItemKind::Control).is_empty());
        for row in Category::ALL.into_iter().flat_map(|category| source.declared(category)) {
            prop_assert!(row.cells()[1..].iter().all(|cell| !cell.is_empty()), "{:?}", row);
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
        "hosts",
        "recipients",
        "duration",
        "kind",
        "placeholder",
        "text",
        "changes",
        "previous",
        "revision",
        "summary",
        "1",
        "ask",
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
