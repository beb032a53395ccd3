//! What is new since the visitor's choice: the changes from there on, and what is asked because of them.

use consentry::model::config::LANGUAGES;
use consentry::model::view::{ItemKind, Layer};
use serde_json::{Value, json};

use super::{in_language, names, of_kind};

fn site() -> Value {
    let change = |previous: &str, revision: &str, summary: Value| json!({ "previous": previous, "revision": revision, "summary": summary });
    json!({
        "policyUrl": "/privacy",
        "changes": [
            change("1", "2", json!("We have a map.")),
            change("2", "3", json!({ "en": "We show films.", "sv": "Vi visar film." })),
        ],
        "services": [
            { "id": "film", "name": { "en": "Film Club", "sv": "Filmklubben" }, "category": "functional" }
        ],
    })
}

/// What is shown in English, an item a line.
fn shown(since: &str, asked: &[&str]) -> Vec<String> {
    let asked: Vec<_> = asked.iter().map(|name| (*name).to_owned()).collect();
    let view = in_language(&site(), "en", Layer::Second).changes(since, &asked);
    assert_eq!(view.layer, Layer::First);
    view.items.iter().map(|item| format!("{} {}: {}", item.kind.word(), item.name, item.text)).collect()
}

#[test]
fn what_is_new_is_told_from_the_visitors_revision_on_with_what_is_asked() {
    assert_eq!(
        shown("1", &["advertising", "service:film"]),
        [
            "title : What is new",
            "text 2: We have a map.",
            "text 3: We show films.",
            "text : Your earlier choices still stand. We only ask about: Advertising, Film Club.",
            "link /privacy: Privacy policy",
            "control reject-all: Reject all",
            "control accept-all: Accept all",
            "control preferences: Privacy choices",
        ]
    );
}

#[test]
fn where_nothing_is_asked_there_is_nothing_to_decide() {
    assert_eq!(
        shown("2", &[]),
        [
            "title : What is new",
            "text 3: We show films.",
            "text : Your earlier choices still stand, and you need not do anything.",
            "link /privacy: Privacy policy",
            "control understood: OK",
        ]
    );
}

#[test]
fn what_came_before_the_visitors_revision_is_not_told() {
    for since in ["3", "0", ""] {
        let shown = shown(since, &[]);
        assert!(
            !shown.iter().any(|line| line.starts_with("text 2") || line.starts_with("text 3")),
            "{shown:?}"
        );
    }
}

#[test]
fn what_the_site_does_not_declare_goes_by_its_own_name() {
    let shown = shown("2", &["service:gone", "odd"]);
    assert!(shown[2].ends_with("We only ask about: gone, odd."), "{shown:?}");
}

#[test]
fn every_language_names_what_is_asked_and_lets_it_be_refused_first() {
    for language in LANGUAGES {
        let source = in_language(&site(), language, Layer::Second);
        let view = source.changes("2", &["service:film".to_owned()]);
        let name = if *language == "sv" { "Filmklubben" } else { "Film Club" };
        let summary = if *language == "sv" { "Vi visar film." } else { "We show films." };
        let texts = of_kind(&view, ItemKind::Text);
        assert_eq!(texts[0].text, summary, "{language}");
        assert!(texts[1].text.contains(name) && !texts[1].text.contains('{'), "{language}: {texts:?}");
        assert_eq!(names(&view, ItemKind::Control), ["reject-all", "accept-all", "preferences"]);
        assert!(view.items.iter().all(|item| item.kind != ItemKind::Control || item.name != item.text));
        assert_eq!(names(&source.changes("2", &[]), ItemKind::Control), ["understood"]);
    }
}
