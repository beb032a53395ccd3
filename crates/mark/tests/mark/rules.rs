//! The rules by themselves: the same answers as the gate's, where a test of marking would not show them.

use consentry::classify::rules::Base;
use consentry_policy::verdict::{Verdict, class, source};

use crate::marked_site::{CONFIG, rules};

#[track_caller]
fn check(url: &str, expected: Option<Verdict>) {
    assert_eq!(rules(CONFIG).verdict(url, &Base::page("/")), expected, "{url}");
}

#[test]
fn a_verdict_names_the_service_and_who_says_so() {
    let owner = |class, service| Some(Verdict::new(class, source::OWNER, service));
    check("https://pay.example.org", owner(class::NECESSARY, 1));
    check("https://a.stats.example.net/x", owner(class::ANALYTICS, 2));
    check("/own/stats.js", owner(class::ANALYTICS, 2));
    check("wss://video.example.net", owner(class::FUNCTIONAL, 3));
    check("//exempt.example", owner(class::NECESSARY, 0));
    check("a.js", Some(Verdict::new(class::NECESSARY, source::FIRST_PARTY, 0)));
    check("https://www.youtube.com/embed/x", Some(Verdict::new(class::ADVERTISING, source::TABLE, 0)));
    check("https://example.com", Some(Verdict::UNKNOWN));
    check("data:,", None);
}

#[test]
fn a_mark_by_hand_stands_for_a_category_or_a_service() {
    let rules = rules(CONFIG);
    let of = |mark: &str| (rules.of_mark(mark).class(), rules.of_mark(mark).service());
    assert_eq!(of("analytics"), (class::ANALYTICS, 0));
    assert_eq!(of("service:video"), (class::FUNCTIONAL, 3));
    for wrong in ["service:other", "video", "", "Analytics", "service:"] {
        assert_eq!(of(wrong), (class::UNCLASSIFIED, 0), "{wrong}");
    }
}

#[test]
fn a_base_is_taken_as_a_browser_takes_it() {
    let rules = rules(CONFIG);
    let tracker = |base: &Base, url: &str| {
        rules.verdict(url, base).is_some_and(|verdict| verdict.class() == class::ANALYTICS)
    };
    let base = Base::page("/a/b.html").with("//stats.example.net/c/");
    assert!(tracker(&base, "x.js") && tracker(&base, "/x.js"));
    assert!(!tracker(&base, "//img.example/x.js"));
    for ignored in ["data:text/html,x", "javascript:x", "https://%/", "blob:https://stats.example.net/x"] {
        assert!(!tracker(&Base::page("/").with(ignored), "x.js"), "{ignored}");
    }
    assert!(tracker(&Base::page("/own/b.html"), "stats.js") && !tracker(&Base::page("no path"), "stats.js"));
}
