//! What a service says beside its names: what stands in place of its frames, and whether it is asked for by itself.

use consentry::model::config::Config;
use serde_json::{Value, json};

use super::check;

fn service(category: &str, key: &str, value: Value) -> Value {
    json!({ "services": [{ "id": "film", "category": category, key: value }] })
}

#[test]
fn a_poster_is_a_path_on_the_site_so_that_nobody_else_is_asked() {
    let poster = |path: Value| service("functional", "placeholder", json!({ "poster": path }));
    for path in [
        "",
        "film.jpg",
        "//film.example/a.jpg",
        "/\\film.example",
        "https://film.example/a.jpg",
        "/a b",
        "data:x",
    ] {
        let found = serde_json::to_string(path).unwrap();
        check(
            poster(json!(path)),
            &[&format!(
                "bad-value services[0].placeholder.poster: found {found}, \
                 expected a path on your site such as /posters/film.jpg"
            )],
        );
    }
    check(poster(json!("/posters/film.jpg?v=2")), &[]);
    check(service("functional", "placeholder", json!({})), &[]);
    check(
        service("functional", "placeholder", json!("x")),
        &["wrong-type services[0].placeholder: found \"x\""],
    );
    check(
        service("functional", "placeholder", json!({ "text": "", "video": 1 })),
        &["bad-value services[0].placeholder.text", "unknown-key services[0].placeholder.video"],
    );
}

#[test]
fn what_is_necessary_is_not_asked_for_by_itself_either() {
    check(
        service("necessary", "separate", json!(true)),
        &[
            "contradiction services[0].separate: found \"true\", expected false: nobody is asked for the necessary",
        ],
    );
    check(service("necessary", "separate", json!(false)), &[]);
    for category in ["functional", "analytics", "advertising"] {
        check(service(category, "separate", json!(true)), &[]);
    }
    check(
        service("functional", "separate", json!("yes")),
        &["wrong-type services[0].separate: found \"yes\", expected true or false"],
    );
}

#[test]
fn a_cookie_ends_with_the_session_or_persists() {
    let cookie = |key: &str, kind: &str| service("analytics", key, json!([{ "name": "_a", "kind": kind }]));
    check(cookie("cookies", "session"), &[]);
    check(cookie("cookies", "persistent"), &[]);
    check(
        cookie("cookies", "flash"),
        &["bad-value services[0].cookies[0].kind: found \"flash\", expected one of session, persistent"],
    );
    check(cookie("storage", "session"), &["unknown-key services[0].storage[0].kind: found \"kind\""]);
}

#[test]
fn the_gate_knows_what_is_asked_for_by_itself_and_the_banner_all_that_it_shows() {
    let site = json!({ "services": [
        { "id": "film", "category": "functional", "separate": true,
          "placeholder": { "poster": "/film.jpg", "text": { "en": "A film", "sv": "En film" } },
          "cookies": [{ "name": "_f", "kind": "session" }] },
        { "id": "map", "category": "functional", "separate": false, "placeholder": {} }
    ] });
    let config = Config::parse(&site.to_string()).unwrap();
    let gate = json!([
        { "id": "film", "category": "functional", "cookies": ["_f"], "separate": true },
        { "id": "map", "category": "functional" }
    ]);
    assert_eq!(config.gate_json()["services"], gate);
    let banner = json!([
        { "id": "film", "name": "film", "category": "functional", "legalBasis": "consent",
          "cookies": [{ "name": "_f", "kind": "session" }], "separate": true,
          "placeholder": { "poster": "/film.jpg", "text": "En film" } },
        { "id": "map", "name": "map", "category": "functional", "legalBasis": "consent" }
    ]);
    assert_eq!(config.site_json("sv")["services"], banner);
}
