//! A cookie's name, a storage key or a URL, its value and its hosts, with and without a declaration.
#![no_main]

use std::sync::LazyLock;

use consentry::classify::answer;
use consentry::model::config::Config;
use consentry_classify::{Kind, Subject};
use libfuzzer_sys::fuzz_target;

static SITE: LazyLock<Option<Config>> = LazyLock::new(|| {
    let site = r#"{ "services": [{ "id": "own", "category": "functional", "cookies": ["own_*"], "hosts": ["own.example"] }] }"#;
    Config::parse(site).ok()
});

fuzz_target!(|texts: (&str, &str, &str, &str)| {
    let (name, value, domain, setter) = texts;
    for kind in [Kind::Cookie, Kind::Storage, Kind::Url] {
        let [value, domain, setter] = [value, domain, setter].map(Some);
        let subject = Subject { value, domain, setter, ..Subject::new(kind, name) };
        for site in [None, SITE.as_ref()] {
            let answer = answer(site, &subject);
            assert!(answer.confidence <= 100);
        }
    }
});
