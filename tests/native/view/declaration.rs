//! The declaration: what the site says of each cookie, key and call, and of what nobody says that it is not stated.

use consentry::model::category::Category;
use consentry::model::config::{Config, LANGUAGES};
use consentry::model::view::{Declared, Layer, SeenName};
use serde_json::{Value, json};

use super::{in_language, texts};

/// The rows of a category in English, their cells joined.
fn rows(site: &Value, category: Category) -> Vec<String> {
    let declared = in_language(site, "en", Layer::Second).declared(category);
    declared.iter().map(|row| row.cells().join(" | ")).collect()
}

#[test]
fn every_cookie_key_and_call_is_listed_with_what_the_site_says_of_it() {
    let site = json!({ "services": [
        { "id": "stats", "name": "Stats", "category": "analytics", "purpose": "Counts visits",
          "recipients": ["Stats Inc.", { "en": "Others", "sv": "Andra" }], "retention": "30 days",
          "hosts": ["stats.example"],
          "cookies": [
              { "name": "_s", "purpose": "Tells visits apart", "duration": "1 year", "kind": "persistent" },
              { "name": "_t", "kind": "session" },
              "_u*"
          ],
          "storage": [{ "name": "stats.queue", "duration": "1 day" }] },
        { "id": "ads", "category": "advertising", "cookies": ["_a"] }
    ] });
    let expected = [
        "_s | Cookie that stays | Tells visits apart | Stats | 1 year | Stats Inc., Others",
        "_t | Cookie, until the browser is closed | Counts visits | Stats | Not stated | Stats Inc., Others",
        "_u* | Cookies | Counts visits | Stats | Not stated | Stats Inc., Others",
        "stats.queue | Local storage | Counts visits | Stats | 1 day | Stats Inc., Others",
        "stats.example | Pixel or call | Counts visits | Stats | 30 days | Stats Inc., Others",
    ];
    assert_eq!(rows(&site, Category::Analytics), expected);
    // As it is baked, and as it stands in a page.
    let baked = Config::parse(&site.to_string()).unwrap().site_json("en");
    assert_eq!(rows(&baked, Category::Analytics), expected);
    assert_eq!(rows(&site, Category::Functional), [""; 0]);
}

#[test]
fn what_nobody_says_is_said_to_be_so() {
    let site = json!({ "services": [
        { "id": "a", "category": "advertising", "cookies": ["_a"], "storage": ["a"], "hosts": ["a.example"] },
        { "id": "own", "category": "advertising", "cookies": ["_o"] }
    ] });
    assert_eq!(
        rows(&site, Category::Advertising),
        [
            "_a | Cookies | Not stated | a | Not stated | Not stated",
            "a | Local storage | Not stated | a | Not stated | Not stated",
            "a.example | Pixel or call | Not stated | a | Not stated | Not stated",
            "_o | Cookies | Not stated | This site | Not stated | Not stated",
        ]
    );
}

#[test]
fn a_service_of_scripts_alone_is_listed_and_this_site_s_where_they_are_paths() {
    let site = json!({ "services": [
        { "id": "cdn", "name": "Stats", "category": "analytics", "scripts": ["https://cdn.example.net/stats/*"],
          "cookies": ["_s"] },
        { "id": "own", "name": "Own", "category": "analytics", "scripts": ["/own.js"] }
    ] });
    assert_eq!(
        rows(&site, Category::Analytics),
        [
            "_s | Cookies | Not stated | Stats | Not stated | Not stated",
            "https://cdn.example.net/stats/* | Pixel or call | Not stated | Stats | Not stated | Not stated",
            "/own.js | Pixel or call | Not stated | This site | Not stated | Not stated",
        ]
    );
    let baked = Config::parse(&site.to_string()).unwrap().site_json("en");
    assert_eq!(rows(&baked, Category::Analytics), rows(&site, Category::Analytics));
}

#[test]
fn a_kind_that_there_is_not_says_no_more_than_that_it_is_a_cookie() {
    let site = json!({ "services": [{ "id": "a", "category": "analytics",
        "cookies": [{ "name": "_a", "kind": "flash" }, { "name": "_b", "kind": 7 }] }] });
    for row in rows(&site, Category::Analytics) {
        assert!(row.contains(" | Cookies | "), "{row}");
    }
}

#[test]
fn what_was_seen_is_told_as_the_tables_know_it() {
    let seen = |texts: [&str; 4]| SeenName::new(&texts.map(str::to_owned)).unwrap();
    let names = [
        seen(["_ga", "cookie", "analytics", "Google"]),
        seen(["stats.id", "storage", "analytics", ""]),
        seen(["_fbp", "cookie", "advertising", "Meta"]),
    ];
    let source = in_language(&json!({}), "en", Layer::Second);
    let rows: Vec<_> =
        source.seen(Category::Analytics, &names).iter().map(|row| row.cells().join(" | ")).collect();
    let expected = [
        "_ga | Cookies | Statistics | Google | Not stated | Google",
        "stats.id | Local storage | Statistics | Not stated | Not stated | Not stated",
    ];
    assert_eq!(rows, expected);
    assert!(SeenName::new(&["_ga".to_owned()]).is_none());
}

#[test]
fn every_column_and_every_word_of_the_declaration_is_in_every_language() {
    for language in LANGUAGES {
        let texts = texts(language, Layer::Second);
        let words =
            ["notStated", "thisSite", "sessionCookie", "persistentCookie", "cookies", "localStorage", "call"];
        for name in Declared::COLUMNS.into_iter().chain(words) {
            assert!(!texts.label(name).is_empty() && texts.label(name) != name, "{language} {name}");
        }
    }
}
