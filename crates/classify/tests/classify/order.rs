//! The order of evidence: which of the things that are known of a subject decides.

use consentry_classify::{AnswerRule, Classifier, Subject, SubjectKind, classify};
use consentry_policy::category::Category;

fn cookie(name: &str) -> Subject<'_> {
    Subject::new(SubjectKind::Cookie, name)
}

fn of<'a>(name: &'a str, domain: &'a str) -> Subject<'a> {
    Subject { domain: Some(domain), ..cookie(name) }
}

fn own(name: &str) -> Subject<'_> {
    Subject { site: Some("shop.example"), ..of(name, ".shop.example") }
}

fn by<'a>(name: &'a str, setter: &'a str) -> Subject<'a> {
    Subject { setter: Some(setter), ..own(name) }
}

fn url(host: &str) -> Subject<'_> {
    Subject::new(SubjectKind::Url, host)
}

/// `expected`: category, rule, pattern and source, `-` for none; a guess' category is not asked.
#[track_caller]
fn check(subject: &Subject<'_>, expected: &str) {
    let answer = classify(subject);
    let word = |text: &str| if text.is_empty() { "-" } else { text }.to_owned();
    let category = if answer.rule == AnswerRule::Learned { "any" } else { answer.category_name() };
    let found = [category, answer.rule.name(), &word(&answer.pattern), &word(&answer.source)];
    assert_eq!(found.join(" "), expected, "{subject:?}");
}

const GUESS: &str = "any learned - model";
const NOTHING: &str = "unclassified unclassified - -";

#[test]
fn our_own_line_beats_the_registries() {
    // The Open Cookie Database says technical, of HubSpot's that it is necessary.
    check(&of("test_cookie", ".doubleclick.net"), "advertising override test_cookie overrides");
    check(&cookie("__hssrc"), "advertising override __hss* gate");
    check(&own("PHPSESSID"), "necessary override PHPSESSID overrides");
    // Even one with a star their exact name.
    check(&own("wordpress_logged_in_abc"), "necessary override wordpress_logged_in_* overrides");
    check(&url("2o7.net"), "analytics override 2o7.net overrides");
    check(&url("x.2o7.net"), "analytics override 2o7.net overrides");
}

#[test]
fn a_name_with_its_host_beats_the_name() {
    check(&cookie("MUID"), "advertising override MUID gate");
    check(&of("MUID", ".clarity.ms"), "analytics override MUID overrides");
    check(&of("MUID", "c.bing.com"), "advertising override MUID overrides");
    check(&own("JSESSIONID"), "necessary override JSESSIONID overrides");
    check(&of("JSESSIONID", ".nr-data.net"), "analytics override JSESSIONID overrides");
    check(&of("JSESSIONID", "nobody.example"), "necessary override JSESSIONID overrides");
    check(&by("JSESSIONID", "bam.nr-data.net"), "analytics override JSESSIONID overrides");
}

#[test]
fn a_name_of_one_host_is_no_other_hosts() {
    check(&of("bcookie", ".linkedin.com"), "advertising override bcookie overrides");
    check(&cookie("bcookie"), "advertising override bcookie overrides");
    check(&of("bcookie", "nobody.example"), GUESS);
    check(&own("bcookie"), GUESS);
    let at_home = Subject { site: Some("www.linkedin.com"), ..of("bcookie", ".linkedin.com") };
    check(&at_home, "advertising override bcookie overrides");
}

#[test]
fn a_name_that_anybody_could_choose_needs_a_second_piece_of_evidence() {
    for name in
        ["id", "uid", "UID", "lang", "session", "token", "ts", "fr", "MR", "A3", "c", "visitor", "session_id"]
    {
        check(&cookie(name), GUESS);
        check(&own(name), GUESS);
        check(&of(name, "nobody.example"), GUESS);
    }
    check(&of("id", ".doubleclick.net"), "advertising override id overrides");
    check(&of("lang", ".linkedin.com"), "functional override lang overrides");
    check(&of("lang", ".twitter.com"), "advertising override lang overrides");
    check(&of("ts", ".paypal.com"), "necessary override ts overrides");
    check(&of("fr", ".facebook.com"), "advertising override fr overrides");
    check(&of("uid", ".adform.net"), "advertising exact uid Open Cookie Database");
    check(&of("token", "x.adform.net"), "advertising exact token Open Cookie Database");
    check(&by("id", "ad.doubleclick.net"), "advertising override id overrides");
    // Five letters, an underscore before, or the gate's word are enough.
    check(&own("_ok"), "functional override _ok overrides");
    check(&own("IDE"), "advertising override IDE gate");
    check(&own("twk_x"), "functional override twk_* gate");
}

#[test]
fn no_vendor_is_named_for_a_name_that_anybody_could_choose() {
    let vendor = |subject: &Subject<'_>| classify(subject).vendor;
    assert_eq!(vendor(&cookie("id")), "");
    assert_eq!(vendor(&own("uid")), "");
    assert_eq!(vendor(&of("id", ".a.nobody.example")), "nobody.example");
    assert_eq!(vendor(&of("id", ".doubleclick.net")), "Google Ads");
}

#[test]
fn a_registrys_exact_name_beats_its_pattern_and_both_the_vendor() {
    check(&own("GED_PLAYLIST_ACTIVITY"), "advertising exact GED_PLAYLIST_ACTIVITY Open Cookie Database");
    check(
        &own("QSI_ReplaySession_Info_1"),
        "analytics pattern QSI_ReplaySession_Info_* Open Cookie Database",
    );
    check(&own("QSI_ReplaySession_Info"), GUESS);
    check(
        &of("__Secure-PHPSESSID", ".criteo.com"),
        "necessary exact __Secure-PHPSESSID Open Cookie Database",
    );
    check(&of("QSI_S_1", ".criteo.com"), "functional pattern QSI_S_* Open Cookie Database");
}

#[test]
fn what_a_registry_calls_technical_is_necessary_or_functional() {
    for (name, rule, pattern) in [
        ("KEYCLOAK_IDENTITY", AnswerRule::Exact, "KEYCLOAK_IDENTITY"),
        ("__cmpiab12", AnswerRule::Pattern, "__cmpiab*"),
    ] {
        for subject in [cookie(name), own(name), of(name, ".criteo.com")] {
            let answer = classify(&subject);
            assert_eq!((answer.rule, answer.pattern.as_ref(), answer.confidence), (rule, pattern, 75));
            assert!(
                matches!(answer.category, Some(Category::Necessary | Category::Functional)),
                "{answer:?}"
            );
        }
    }
}

#[test]
fn the_vendor_decides_where_the_name_says_nothing() {
    let name = "nobody_heard_of_it";
    check(&of(name, ".criteo.com"), "advertising vendor criteo.com overrides");
    check(&of(name, "sb.scorecardresearch.com"), "advertising vendor scorecardresearch.com WhoTracks.me");
    check(&of(name, "checkout.stripe.com"), "necessary vendor stripe.com overrides");
    check(&by(name, "static.hotjar.com"), "analytics vendor hotjar.com gate");
    check(&by(name, "Static.Criteo.NET:443"), "advertising vendor criteo.net overrides");
    check(&of("token", ".facebook.com"), "advertising vendor facebook.com gate");
    // The script's host, before the cookie's own.
    let both = Subject { setter: Some("static.hotjar.com"), ..of(name, ".criteo.com") };
    check(&both, "analytics vendor hotjar.com gate");
    // A company of many trades, and the page's own script, tell nothing.
    check(&of(name, ".google.com"), GUESS);
    check(&by(name, "cdn.shop.example"), GUESS);
    check(&by(name, ""), GUESS);
    let third =
        Subject { setter: Some("cdn.shop.example"), site: Some("shop.example"), ..of(name, ".criteo.com") };
    check(&third, "advertising vendor criteo.com overrides");
    let own_host = Subject { third_party: Some(false), ..of(name, ".criteo.com") };
    check(&own_host, GUESS);
}

#[test]
fn a_name_in_no_table_is_a_guess_and_no_name_is_none() {
    check(&cookie("nobody_heard_of_it"), GUESS);
    check(&own("nobody_heard_of_it"), GUESS);
    check(&own("phpsessid"), GUESS);
    check(&cookie(""), NOTHING);
    check(&own(""), NOTHING);
    check(&of("", ".criteo.com"), "advertising vendor criteo.com overrides");
    let without_model = Classifier::new(None).answer(&own("nobody_heard_of_it"));
    assert_eq!((without_model.rule, without_model.category), (AnswerRule::Unclassified, None));
}

#[test]
fn a_host_is_looked_up_and_never_guessed() {
    check(&url("criteo.com"), "advertising override criteo.com overrides");
    check(&url("Stats.G.DoubleClick.net."), "advertising override doubleclick.net gate");
    check(&url("scorecardresearch.com"), "advertising exact scorecardresearch.com WhoTracks.me");
    check(&url("sb.scorecardresearch.com:443"), "advertising pattern scorecardresearch.com WhoTracks.me");
    // Of two registries that differ, the one that asks more of a visitor.
    check(&url("adtech.de"), "advertising exact adtech.de third-party-web");
    check(&url("fonts.googleapis.com"), "functional override fonts.googleapis.com gate");
    // A host of a company of many trades that has one trade.
    check(&url("adservice.google.com"), "advertising override adservice.google.com overrides");
    check(&url("analytics.google.com"), "analytics override analytics.google.com overrides");
    for host in [
        "",
        ".",
        "net",
        "nobody.example",
        "google.com",
        "www.google.com",
        "storage.googleapis.com",
        "notdoubleclick.net",
        "doubleclick.net.evil.example",
        "tracker.ads.example",
        "1.2.3.4",
        "[::1]",
        "[::1]:80",
    ] {
        check(&url(host), NOTHING);
    }
}

#[test]
fn what_has_served_malware_or_films_is_not_necessary() {
    for host in [
        "polyfill.io",
        "cdn.polyfill.io",
        "bootcdn.net",
        "cdn.bootcss.com",
        "staticfile.org",
        "cdn.staticfile.org",
        "rawgit.com",
        "openload.co",
        "redtube.com",
    ] {
        check(&url(host), NOTHING);
    }
}

#[test]
fn what_is_reserved_for_documentation_is_nobodys() {
    for host in
        ["example.com", "x.example.net", "www.example.org", "shop.example", "a.test", "i.test", "localhost"]
    {
        check(&url(host), NOTHING);
    }
}

#[test]
fn a_host_that_nobody_knows_has_the_name_of_its_domain() {
    for (host, expected) in [
        ("a.b.nobody.example", "nobody.example"),
        ("a.shop.co.uk", "shop.co.uk"),
        ("a.b.shop.se", "shop.se"),
        ("localhost", "localhost"),
        ("1.2.3.4:80", "1.2.3.4"),
        ("[2001:db8::1]:8443", "[2001:db8::1]"),
        ("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]"),
        ("www.google.com", "Google"),
        ("", ""),
    ] {
        assert_eq!(classify(&url(host)).vendor, expected, "{host:?}");
    }
}

#[test]
fn a_storage_key_has_the_rules_of_a_cookies_name() {
    for name in ["_ga", "_ga_1", "PHPSESSID", "id", "twk_x", "nobody_heard_of_it", "__hssrc", "bcookie", ""] {
        for subject in [cookie(name), own(name), of(name, ".doubleclick.net"), by(name, "static.hotjar.com")]
        {
            let key = Subject { kind: SubjectKind::Storage, ..subject.clone() };
            assert_eq!(classify(&key), classify(&subject), "{subject:?}");
        }
    }
}
