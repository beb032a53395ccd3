//! What stands in place of something that is held: who it is, and how to let it, with nothing invented.

use consentry::model::config::LANGUAGES;
use consentry::model::view::{Held, ItemKind, Layer};
use serde_json::{Value, json};

use super::{in_language, names, of_kind};

fn held(service: &str, category: &str, host: &str) -> Held {
    Held { service: service.into(), category: category.into(), host: host.into() }
}

fn film() -> Value {
    json!({ "services": [{
        "id": "film", "name": { "en": "Film Club", "sv": "Filmklubben" }, "category": "functional",
        "purpose": { "en": "Shows films", "sv": "Visar film" }, "recipients": ["Film AB", "Ads Inc."],
        "hosts": ["film.example", "cdn.film.example"],
        "placeholder": { "poster": "/film.jpg", "text": { "en": "The trailer", "sv": "Trailern" } }
    }] })
}

/// The placeholder in English, an item a line.
fn shown(site: &Value, held: &Held, may_show_once: bool) -> Vec<String> {
    let view = in_language(site, "en", Layer::Second).placeholder(held, may_show_once);
    assert_eq!(view.layer, Layer::Second);
    view.items.iter().map(|item| format!("{} {}: {}", item.kind.word(), item.name, item.text)).collect()
}

#[test]
fn a_described_service_says_who_it_is_what_is_missed_and_what_would_be_asked() {
    assert_eq!(
        shown(&film(), &held("film", "functional", "www.film.example"), true),
        [
            "title : Film Club is not loaded",
            "text : The trailer",
            "text : To show this, your browser would contact www.film.example and let Film AB, Ads Inc. \
             store and read information on your device.",
            "text Purpose: Shows films",
            "control show-once: Show this once",
            "control allow: Always allow Film Club",
            "control preferences: Privacy choices",
        ]
    );
}

#[test]
fn where_the_host_is_not_known_the_declared_ones_are_named() {
    let shown = shown(&film(), &held("film", "functional", ""), false);
    assert!(shown[2].contains("contact film.example, cdn.film.example and let"), "{shown:?}");
    assert!(!shown.iter().any(|line| line.starts_with("control show-once")), "{shown:?}");
}

#[test]
fn what_nobody_declared_goes_by_its_host_and_is_allowed_by_its_category() {
    assert_eq!(
        shown(&json!({}), &held("", "functional", "maps.example"), false),
        [
            "title : maps.example is not loaded",
            "text : To show this, your browser would contact maps.example and let maps.example store and read \
             information on your device.",
            "control allow: Always allow Extra features",
            "control preferences: Privacy choices",
        ]
    );
}

#[test]
fn what_nobody_can_grant_is_offered_once_at_most() {
    let controls = |may_show_once| {
        let source = in_language(&json!({}), "en", Layer::Second);
        let view = source.placeholder(&held("", "unclassified", "odd.example"), may_show_once);
        names(&view, ItemKind::Control).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(controls(true), ["show-once", "preferences"]);
    assert_eq!(controls(false), ["preferences"]);
}

#[test]
fn a_service_that_says_nothing_has_nothing_said_of_it() {
    let site = json!({ "services": [{ "id": "film", "category": "functional" }] });
    assert_eq!(
        shown(&site, &held("film", "functional", ""), false),
        [
            "title : film is not loaded",
            "control allow: Always allow film",
            "control preferences: Privacy choices"
        ]
    );
    // An id that the site does not declare is no service of its.
    let shown = shown(&site, &held("chat", "functional", "chat.example"), false);
    assert_eq!(shown[0], "title : chat.example is not loaded");
}

#[test]
fn what_has_neither_service_nor_host_goes_by_its_category() {
    for (category, title) in [
        ("functional", "title : Extra features is not loaded"),
        ("analytics", "title : Statistics is not loaded"),
    ] {
        assert_eq!(shown(&json!({}), &held("", category, ""), false)[0], title);
    }
}

#[test]
fn every_language_fills_every_place_of_a_placeholder() {
    for language in LANGUAGES {
        let source = in_language(&film(), language, Layer::Second);
        let view = source.placeholder(&held("film", "functional", "film.example"), true);
        let name = if *language == "sv" { "Filmklubben" } else { "Film Club" };
        assert!(of_kind(&view, ItemKind::Title)[0].text.contains(name), "{view:?}");
        assert_eq!(names(&view, ItemKind::Control), ["show-once", "allow", "preferences"]);
        assert!(of_kind(&view, ItemKind::Control)[1].text.contains(name), "{view:?}");
        assert_eq!(view.items.len(), 7, "{view:?}");
        assert!(view.items.iter().all(|item| !item.text.contains(['{', '}'])), "{view:?}");
    }
}
