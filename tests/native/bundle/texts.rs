//! What the first layer says is final when it is baked: numbers, lists and forms are chosen, the owner's wording is in.

use consentry::bundle::bundle;
use consentry::model::config::LANGUAGES;
use consentry::model::view::{Layer, Texts};
use consentry_notice::KEYS;
use serde_json::{Value, json};

use super::{baked, component, config, file, notices, shop};
use crate::view::texts;

/// The first layer's texts of a language, wherever the bundle puts them: as they are baked, else from the file.
fn first_layer(site: &Value, language: &str) -> Texts {
    let (config, name) = (config(site.clone()), format!("consentry-banner.{language}.txt"));
    let lines = match baked(&config).texts[language].as_str() {
        Some(lines) => lines.to_owned(),
        None => {
            let files = bundle(&config, &[], &component).unwrap();
            let (_, lines) = files.into_iter().find(|(found, _)| *found == name).unwrap();
            String::from_utf8(lines).unwrap()
        }
    };
    assert_eq!(lines.split('\n').count(), KEYS.len(), "{language}");
    Texts::of_first_layer(&lines)
}

fn site_with_services(count: usize, more: Value) -> Value {
    let service = |at| json!({ "id": format!("s{at}"), "category": "analytics" });
    let mut site = json!({ "services": (0..count).map(service).collect::<Value>() });
    site.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    site
}

/// The languages whose texts are baked in, and those whose texts lie in a file.
fn places(site: Value) -> (Vec<String>, Vec<String>) {
    let config = config(site);
    let names = bundle(&config, &[], &component).unwrap().into_iter().map(|(name, _)| name);
    let of_banner =
        |name: String| Some(name.strip_prefix("consentry-banner.")?.strip_suffix(".txt")?.to_owned());
    let baked = baked(&config).texts.as_object().unwrap().keys().cloned().collect();
    (baked, names.filter_map(of_banner).collect())
}

#[test]
fn three_of_the_named_languages_are_baked_in_and_the_rest_are_a_file_each() {
    for (named, baked_in, files) in [
        (&["de"][..], &["de"][..], &[][..]),
        (&["de", "fr", "ar"], &["de", "fr", "ar"], &[]),
        (&["fi", "sv", "en", "nb", "da"], &["fi", "sv", "en"], &["nb", "da"]),
    ] {
        let (baked, beside) = places(json!({ "languages": named }));
        assert_eq!(
            (baked.as_slice(), beside.as_slice()),
            (
                baked_in.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>().as_slice(),
                files.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>().as_slice(),
            )
        );
    }
}

#[test]
fn a_site_that_names_no_language_has_all_with_two_baked_in() {
    let (baked, beside) = places(json!({}));
    assert_eq!(baked, ["en", "sv"]);
    let others: Vec<_> = LANGUAGES.iter().filter(|it| !["en", "sv"].contains(*it)).collect();
    assert_eq!(beside.iter().collect::<Vec<_>>(), others);
    let config = config(json!({}));
    for language in LANGUAGES {
        assert!(file(&config, &format!("consentry-preferences.{language}.json"))["site"].is_object());
    }
}

#[test]
fn nothing_is_left_to_choose_or_to_fill_but_what_the_page_alone_knows() {
    for count in [0, 1, 2, 5, 11, 21] {
        let site = site_with_services(count, json!({}));
        for language in LANGUAGES {
            let texts = first_layer(&site, language);
            for key in KEYS.iter().filter(|key| **key != "undescribed") {
                let (text, allowed) =
                    (texts.label(key), if *key == "withdrawal" { "{reopen}" } else { "{controller}" });
                let rest = text.replacen(allowed, "", 1);
                assert!(!rest.contains(['{', '}', '|']), "{language} {key} {count}: {text}");
            }
            let ask = texts.label("ask");
            for name in ["functionalPurpose", "analyticsPurpose", "advertisingPurpose"] {
                assert!(ask.contains(texts.label(name)), "{language} {count}: {ask}");
            }
            // How many hosts are held that nobody describes, only the page knows.
            let own = crate::view::texts(language, Layer::First);
            assert_eq!(texts.label("undescribed"), own.label("undescribed"));
        }
    }
    let english =
        first_layer(&site_with_services(1000, json!({ "categories": ["analytics", "advertising"] })), "en");
    assert_eq!(
        english.label("ask"),
        "{controller} and 1,000 services of other companies would like to store and read information on your \
         device for statistics and advertising."
    );
}

#[test]
fn services_of_the_site_itself_are_not_counted_among_those_of_others() {
    let mut services = vec![json!({ "id": "map", "category": "functional", "hosts": ["map.example"] })];
    for id in ["volume", "size"] {
        services.push(json!({ "id": id, "category": "functional", "firstParty": true, "storage": [id] }));
    }
    let counted = first_layer(&json!({ "services": services }), "en");
    assert!(counted.label("ask").contains("and 1 service of another company"), "{}", counted.label("ask"));
}

#[test]
fn the_owners_wording_stands_in_place_of_ours_in_its_language_alone() {
    let own =
        json!({ "sv": { "title": "  Kex\n på  {controller} ", "save": "Spara <det>", "reject-all": "Nej" } });
    let site = json!({ "languages": ["sv", "en"], "banner": { "texts": own } });
    let swedish = first_layer(&site, "sv");
    assert_eq!(swedish.label("title"), "Kex på {controller}");
    assert_eq!(swedish.label("reject-all"), "Nej");
    assert_eq!(swedish.label("accept-all"), texts("sv", Layer::First).label("accept-all"));
    let english = first_layer(&site, "en");
    assert_eq!(english.label("title"), texts("en", Layer::First).label("title"));
    let second = |language| file(&config(site.clone()), &format!("consentry-preferences.{language}.json"));
    assert_eq!(second("sv")["save"], "Spara <det>");
    assert_eq!(second("sv")["reject-all"], "Nej", "both layers call it by the same words");
    assert_eq!(second("sv").get("title"), None, "only what a layer says is in its file");
    assert_eq!(second("en")["save"], texts("en", Layer::Second).label("save"));
}

#[test]
fn the_owners_wording_may_be_in_forms_and_with_places_of_its_own() {
    let ask =
        "=0:Just us.|one:{controller} and {number} more: {purposes}?|other:{controller} and {number} others?";
    for (count, expected) in [
        (0, "Just us."),
        (1, "{controller} and 1 more: extra features, statistics, and advertising?"),
        (4, "{controller} and 4 others?"),
    ] {
        let site = site_with_services(count, json!({ "banner": { "texts": { "en": { "ask": ask } } } }));
        assert_eq!(first_layer(&site, "en").label("ask"), expected);
    }
}

#[test]
fn a_notice_changes_with_the_owners_wording_in_its_language_and_layer_alone() {
    let original = notices(&config(shop()));
    for (texts, expected) in [
        (json!({ "en": { "title": "Biscuits" } }), [true, false, false, false]),
        (json!({ "sv": { "ask": "{controller} frågar." } }), [false, true, false, false]),
        (json!({ "sv": { "save": "Spara" } }), [false, false, false, true]),
        (json!({ "en": { "reject-all": "No" } }), [true, false, true, false]),
        (json!({ "de": { "title": "Kekse" } }), [false; 4]),
        // Nothing that a notice holds.
        (
            json!({ "en": { "saved": "Done.", "undescribed": "Others too.", "print": "To paper" } }),
            [false; 4],
        ),
    ] {
        let mut site = shop();
        site["banner"] = json!({ "texts": texts });
        let now = notices(&config(site));
        let found: Vec<_> = original.iter().zip(&now).map(|(before, after)| before != after).collect();
        assert_eq!(found, expected, "{texts}");
    }
}
