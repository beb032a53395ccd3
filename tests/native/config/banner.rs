//! How the banner looks and what it says: every bad value is named, and what cannot be meant together too.

use consentry::model::config::{Config, LANGUAGES, TEXT_NAMES};
use serde_json::{Value, json};

use super::{check, faults};

const POSITIONS: [&str; 7] =
    ["top", "bottom", "center", "top-left", "top-right", "bottom-left", "bottom-right"];

#[test]
fn each_layout_has_places_of_its_own() {
    for (layout, places) in [
        ("box", &["bottom-left", "bottom-right", "top-left", "top-right"][..]),
        ("bar", &["bottom", "top"]),
        ("dialog", &["center", "bottom", "top"]),
    ] {
        check(json!({ "banner": { "layout": layout } }), &[]);
        for position in POSITIONS {
            let fault = format!(
                "contradiction banner.position: found \"{position}\", expected a place of the layout {layout}: {}",
                places.join(", ")
            );
            let expected: &[&str] = if places.contains(&position) { &[] } else { &[&fault] };
            check(json!({ "banner": { "layout": layout, "position": position } }), expected);
            if layout == "box" {
                check(json!({ "banner": { "position": position } }), expected);
            }
        }
    }
}

#[test]
fn words_that_no_look_has_are_named_with_those_that_there_are() {
    for (banner, fault) in [
        (
            json!({ "layout": "popup" }),
            "bad-value banner.layout: found \"popup\", expected one of box, bar, dialog",
        ),
        (
            json!({ "position": "left" }),
            "bad-value banner.position: found \"left\", expected one of top, bottom,",
        ),
        (
            json!({ "theme": "sepia" }),
            "bad-value banner.theme: found \"sepia\", expected one of auto, light, dark, page",
        ),
        (
            json!({ "palette": "red" }),
            "bad-value banner.palette: found \"red\", expected one of slate, ink, forest, ocean, berry, sand",
        ),
        (json!({ "layout": 1 }), "wrong-type banner.layout: found 1, expected one of box, bar, dialog"),
        (
            json!({ "colour": "#fff" }),
            "unknown-key banner.colour: found \"colour\", expected one of the keys layout,",
        ),
        (json!(true), "wrong-type banner: found true, expected an object"),
        (json!({ "style": [] }), "wrong-type banner.style: found a list of 0, expected an object"),
        (
            json!({ "style": { "buttonBackground": "#fff" } }),
            "unknown-key banner.style.buttonBackground: found \"buttonBackground\", expected one of the keys background,",
        ),
    ] {
        check(json!({ "banner": banner }), &[fault]);
    }
    // A layout that there is not has no places either.
    check(
        json!({ "banner": { "layout": "popup", "position": "center" } }),
        &["bad-value banner.layout: found \"popup\""],
    );
}

#[test]
fn a_colour_is_one_in_which_contrasts_can_be_computed() {
    let style = |color: Value| json!({ "banner": { "style": { "button": color } } });
    for color in
        ["", "red", "fff", "#ffff", "#fffff", "#ggg", "#fff ", "rgb(0,0,0)", "#ffffff80", "var(--x)", "#ååå"]
    {
        check(
            style(json!(color)),
            &[&format!(
                "bad-value banner.style.button: found \"{color}\", expected a colour such as #1d4ed8"
            )],
        );
    }
    for color in
        [json!("#fff"), json!("#FfF"), json!("#1D4ed8"), json!({ "light": "#000", "dark": "#ffffff" })]
    {
        check(style(color), &[]);
    }
    check(
        style(json!({ "light": "#000" })),
        &["missing banner.style.button.dark: found nothing, expected a colour such as #1d4ed8"],
    );
    check(
        style(json!({ "light": "#000", "dark": "black" })),
        &["bad-value banner.style.button.dark: found \"black\""],
    );
    check(style(json!(0)), &["wrong-type banner.style.button: found 0"]);
}

#[test]
fn a_value_of_css_ends_in_itself_and_asks_for_nothing() {
    let style = |value: &str| json!({ "banner": { "style": { "shadow": value } } });
    for value in [
        "",
        "0;color:red",
        "0}",
        "{",
        "</style>",
        "url(https://evil.example/x)",
        "URL(x)",
        "image-set('x' 1x)",
        "-webkit-image-set('x' 1x)",
        "src('x')",
        "\\75rl(x)",
        "@import",
        "0 !important",
        "0 /* open",
        "0\n0",
        "0\u{0}",
        "calc(1px",
        "1px)",
        "calc(1px]",
        "[a(b])",
        "\"Inter",
        "'Inter\"",
        "a'b\"c",
        &"0".repeat(201),
    ] {
        check(style(value), &["bad-value banner.style.shadow: found"]);
    }
    for value in [
        "0 6px 30px #0003",
        "\"Inter\", system-ui, sans-serif",
        "'It is (', serif",
        "\"it's\"",
        "calc((1px + 2px) * 3)",
        "clamp(12px, 2vw, 20px)",
        "var(--mine, 4px)",
        &"0".repeat(200),
    ] {
        check(style(value), &[]);
    }
}

#[test]
fn own_wording_is_for_a_text_that_there_is_in_a_language_that_is_offered() {
    let texts = |texts: Value| json!({ "banner": { "texts": texts } });
    for name in TEXT_NAMES {
        check(texts(json!({ "de": { *name: "Text" } })), &[]);
    }
    let found = faults(&texts(json!({ "xx": { "title": "Kex" } })).to_string());
    assert!(
        found.starts_with("unknown-key banner.texts.xx: found \"xx\", expected one of the keys en, "),
        "{found}"
    );
    let found = faults(&texts(json!({ "sv": { "titel": "Kex" } })).to_string());
    assert!(
        found.starts_with("unknown-key banner.texts.sv.titel: found \"titel\", expected one of the keys "),
        "{found}"
    );
    check(texts(json!({})), &["missing banner.texts: found an empty object, expected an object with en, "]);
    check(
        texts(json!({ "sv": {} })),
        &["missing banner.texts.sv: found an empty object, expected an object with "],
    );
    for text in ["", "  ", "a\u{7}b", &"x".repeat(2001)] {
        check(texts(json!({ "sv": { "title": text } })), &["bad-value banner.texts.sv.title: found"]);
    }
    check(
        texts(json!({ "sv": { "title": { "one": "Kex" } } })),
        &["wrong-type banner.texts.sv.title: found an object"],
    );
    let mut other = texts(json!({ "sv": { "title": "Kex" }, "de": { "title": "Kekse" } }));
    other["languages"] = json!(["de", "en"]);
    check(
        other,
        &[
            "contradiction banner.texts.sv: found \"sv\", expected a text in one of this file's languages: de, en",
        ],
    );
}

#[test]
fn no_key_of_a_configuration_looks_like_a_language() {
    fn keys(schema: &Value, found: &mut Vec<String>) {
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            found.push(key.clone());
            keys(value, found);
        }
        for part in schema["anyOf"].as_array().into_iter().flatten().chain(schema.get("items")) {
            keys(part, found);
        }
    }
    let mut found = Vec::new();
    keys(&Config::schema(), &mut found);
    assert!(TEXT_NAMES.iter().all(|name| found.iter().any(|key| key == name)));
    // Those of texts by language stand all together, behind one another.
    found.retain(|key| !LANGUAGES.contains(&key.as_str()));
    let short: Vec<_> = found.iter().filter(|key| key.len() < 3).collect();
    assert!(short.iter().all(|key| *key == "id"), "{short:?}");
}

#[test]
fn only_a_dialog_can_let_the_page_wait_and_only_for_a_reason() {
    let reason = json!({ "reason": "Bets need it." });
    for layout in ["box", "bar"] {
        check(
            json!({ "banner": { "layout": layout, "wall": reason } }),
            &["contradiction banner.wall: found a wall, expected nothing, or banner.layout \"dialog\""],
        );
    }
    check(json!({ "banner": { "wall": reason } }), &["contradiction banner.wall: found a wall"]);
    let wall = |wall: Value| json!({ "banner": { "layout": "dialog", "wall": wall } });
    check(wall(reason), &[]);
    check(wall(json!({ "reason": { "sv": "För spel." } })), &[]);
    check(wall(json!({})), &["missing banner.wall.reason: found nothing"]);
    check(wall(json!(true)), &["wrong-type banner.wall: found true, expected an object"]);
    check(wall(json!({ "reason": "" })), &["bad-value banner.wall.reason: found \"\""]);
}

#[test]
fn the_gate_is_told_of_the_banner_what_is_not_usual() {
    let gate = |banner: Value| {
        Config::parse(&json!({ "languages": ["sv", "en"], "banner": banner }).to_string())
            .unwrap()
            .gate_json()["banner"]
            .clone()
    };
    let usual = json!({ "layout": "box", "theme": "auto", "palette": "slate" });
    assert_eq!(gate(usual), Value::Null);
    // Colours and texts are baked elsewhere.
    let baked =
        json!({ "palette": "ink", "style": { "space": "1em" }, "texts": { "sv": { "title": "Kex" } } });
    assert_eq!(gate(baked), Value::Null);
    let dialog = json!({ "layout": "dialog", "position": "center", "theme": "page",
        "wall": { "reason": { "en": "Bets", "sv": "Spel\n om  pengar" } } });
    let expected = json!({ "layout": "dialog", "position": "center", "theme": "page",
        "wall": true });
    assert_eq!(gate(dialog), expected);
}
