//! What is recorded of a visitor's choices, as the visitor reads it.

use consentry::model::config::LANGUAGES;
use consentry::model::view::Layer;
use serde_json::json;

use super::{file, in_language};

fn recorded(language: &str, granted: &[&str], denied: &[&str]) -> Vec<String> {
    let site = json!({ "services": [{ "id": "video", "name": { "en": "Films", "sv": "Filmer" }, "category": "functional" }] });
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    in_language(&site, language, Layer::Second).recorded(&owned(granted), &owned(denied))
}

#[test]
fn a_record_says_what_it_allows_and_what_not_in_the_visitors_words() {
    let denied = ["advertising", "functional", "service:video"];
    assert_eq!(
        recorded("en", &["analytics"], &denied),
        ["Allowed: Statistics", "Not allowed: Advertising, Extra features, Films"]
    );
    assert_eq!(recorded("sv", &["service:video"], &[]), ["Tillåtet: Filmer"]);
    assert_eq!(recorded("en", &[], &["analytics"]), ["Not allowed: Statistics"]);
    assert_eq!(recorded("en", &[], &[]), [""; 0]);
}

#[test]
fn what_the_site_has_no_more_is_told_by_its_id() {
    assert_eq!(recorded("en", &["service:gone", "research"], &[]), ["Allowed: gone, research"]);
}

#[test]
fn every_language_says_it_in_its_own_words() {
    for language in LANGUAGES {
        let texts = &file(language)["preferences"];
        let said = |name: &str| texts[name].as_str().unwrap();
        assert_eq!(
            recorded(language, &["analytics"], &["advertising"]),
            [
                format!("{}: {}", said("allowed"), said("analytics")),
                format!("{}: {}", said("denied"), said("advertising"))
            ],
            "{language}"
        );
    }
}
