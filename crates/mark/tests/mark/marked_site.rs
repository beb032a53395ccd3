//! The site of the tests, and what becomes of its pages. Tests nothing by itself.

use std::sync::Arc;

use consentry::classify::rules::Rules;
use consentry::model::config::{Config, HostPattern};
use consentry::model::receipt::Scope;
use consentry_mark::{Encoding, Marker};

/// One necessary service, one for analytics with a script on the site's own host, one functional.
pub const CONFIG: &str = r#"{
    "services": [
        { "id": "pay", "category": "necessary", "hosts": ["pay.example.org"] },
        { "id": "stats", "category": "analytics",
          "hosts": ["stats.example.net"], "scripts": ["/own/stats.js"] },
        { "id": "video", "category": "functional", "hosts": ["video.example.net"] }
    ],
    "gate": { "exempt": ["exempt.example"], "firstParty": ["img.example"] }
}"#;

/// The rules of a site with this configuration at `www.shop.example`.
pub fn rules(config: &str) -> Arc<Rules> {
    let config = Config::parse(config).unwrap();
    Arc::new(Rules::new(&config, &[HostPattern::new("www.shop.example").unwrap()]))
}

/// A marker for a visitor who granted this, of a page that comes as UTF-8.
pub fn marker(config: &str, granted: &[&str]) -> Marker {
    marker_of_bytes(config, granted).in_encoding(encoding("utf-8"))
}

/// The encoding with this label.
pub fn encoding(label: &str) -> &'static Encoding {
    Encoding::for_label(label.as_bytes()).unwrap()
}

/// A marker for a visitor who granted this, of a page of whose encoding nothing is said but in the page.
pub fn marker_of_bytes(config: &str, granted: &[&str]) -> Marker {
    let rules = rules(config);
    let granted: Vec<_> = granted.iter().map(|name| Scope::parse(name).unwrap()).collect();
    let grants = rules.grants(&granted, &[]);
    Marker::new(rules, &grants)
}

/// The page in one piece, for a visitor who granted nothing.
pub fn mark(html: &[u8]) -> Vec<u8> {
    mark_with(marker(CONFIG, &[]), html)
}

/// The page in one piece, through this marker.
pub fn mark_with(mut marker: Marker, html: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    marker.write(html, &mut out);
    marker.end(&mut out);
    out
}

/// What goes in must come out so, and so again when it goes in once more.
#[track_caller]
pub fn check(html: &str, expected: &str) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert_eq!(text(mark(html.as_bytes())), expected, "of {html}");
    assert_eq!(text(mark(expected.as_bytes())), expected, "marked again, of {html}");
}

/// What goes in must come out as it is.
#[track_caller]
pub fn unchanged(html: &str) {
    check(html, html);
}
