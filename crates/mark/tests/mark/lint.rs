//! Every rule of the lint on its own two cases. Here, and not beside the rules, because some of them read pages.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use consentry::classify::rules::Rules;
use consentry::lint::{Example, Level, RULES, Rule, Subject, Visit, lint};
use consentry::model::config::Config;
use consentry_mark::survey;

/// The ids of the rules that find something in an example.
fn found_in(rule: &Rule, example: &Example) -> BTreeSet<&'static str> {
    let config = Config::parse(example.config).unwrap_or_else(|faults| panic!("{}: {faults:#?}", rule.id));
    let rules = Arc::new(Rules::new(&config, &[]));
    let page = example.html.map(|html| [survey("page.html", html.as_bytes(), &rules)]);
    let read = |text: &str| {
        let told = serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
        Visit::read(told, &rules).unwrap_or_else(|error| panic!("{}: {error}", rule.id))
    };
    let visit = example.visit.map(read);
    let mut subject = Subject::of(&config);
    subject.pages = page.as_ref().map(|page| &page[..]);
    subject.visit = visit.as_ref();
    lint(&subject).iter().map(|report| report.rule.id).collect()
}

#[test]
fn every_rule_finds_itself_in_its_bad_case_and_nothing_in_its_good_one() {
    for rule in RULES {
        assert!(!found_in(rule, &rule.good).contains(rule.id), "{}: its good case", rule.id);
        assert!(found_in(rule, &rule.bad).contains(rule.id), "{}: its bad case", rule.id);
    }
}

#[test]
fn every_file_of_a_rule_is_listed_and_every_id_is_its_file_s_name() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/lint/rules");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<_> = files.map(|name| name.trim_end_matches(".rs").replace('_', "-")).collect();
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!((ids.len(), &ids), (RULES.len(), &files));
}

/// The assertions of www/docs/checklist.md that a configuration alone can break, at the level of an error.
const OF_CONFIGURATIONS: [&str; 8] = ["L7", "L9", "S2", "S4", "S5", "S6", "C1", "C2"];

#[test]
fn every_assertion_on_configurations_has_a_rule_at_the_level_of_an_error() {
    for assertion in OF_CONFIGURATIONS {
        let of_configurations = |rule: &&&Rule| rule.bad.html.is_none() && rule.bad.visit.is_none();
        let mut rules = RULES.iter().filter(of_configurations);
        let is_error = |rule: &&Rule| rule.assertion == assertion && rule.level == Level::Error;
        assert!(rules.any(is_error), "{assertion} has no rule");
    }
}

#[test]
fn a_tag_that_is_marked_is_no_longer_found() {
    let config = Config::parse("{}").unwrap();
    let rules = Arc::new(Rules::new(&config, &[]));
    let html = "<head>\n<style>@import 'https://a.example.net/a.css';</style>\n\
                <script src=//b.example.net/b.js></script>\n<noscript><img src=https://c.example.net/c.gif></noscript>\n\
                <script data-consent=analytics src=https://d.example.net/d.js></script>\n\
                <p style='background:url(https://e.example.net/e.png)'>\n<img src=/own.png>";
    let lines = |html: &[u8]| {
        let page = survey("a.html", html, &rules);
        page.tags.iter().filter(|tag| tag.would_be_marked).map(|tag| tag.line).collect::<Vec<_>>()
    };
    assert_eq!(lines(html.as_bytes()), [2, 3, 4, 5, 6]);
    assert!(
        lines(&crate::marked_site::mark_with(crate::marked_site::marker("{}", &[]), html.as_bytes()))
            .is_empty()
    );
    let page = survey("a.html", html.as_bytes(), &rules);
    let hosts: Vec<_> =
        page.tags.iter().flat_map(|tag| &tag.contacts).filter_map(|it| it.host.as_deref()).collect();
    let expected = ["a.example.net", "b.example.net", "c.example.net", "d.example.net", "e.example.net"];
    assert_eq!(hosts, expected);
}

/// The hosts that a page contacts, by the built-in rules.
fn hosts_of(html: &str) -> Vec<String> {
    let rules = Arc::new(Rules::new(&Config::parse("{}").unwrap(), &[]));
    let page = survey("a.html", html.as_bytes(), &rules);
    page.tags.into_iter().flat_map(|tag| tag.contacts).filter_map(|contact| contact.host).collect()
}

#[test]
fn whom_the_content_of_an_element_asks_is_found() {
    for (html, expected) in [
        (
            "<script>(function(w,d){var j=d.createElement('script');j.async=true;\
             j.src='https://www.googletagmanager.com/gtm.js?id=1';d.head.append(j)})(window,document)</script>\
             <noscript><iframe src='https://www.googletagmanager.com/ns.html?id=1'></iframe></noscript>",
            &["www.googletagmanager.com", "www.googletagmanager.com"][..],
        ),
        (
            "<script>!function(f,b){f.src='https://connect.facebook.net/en_US/fbevents.js'}(window)</script>\
             <noscript><img src='https://www.facebook.com/tr?id=1&ev=PageView&noscript=1'></noscript>",
            &["connect.facebook.net", "www.facebook.com"],
        ),
        ("<script>const help = 'https://docs.example.org/'</script>", &[]),
        ("<script type=text/plain>'//doubleclick.net/a'</script>", &[]),
        (
            "<script type=text/plain data-consent=advertising>'//doubleclick.net/a'</script>",
            &["doubleclick.net"],
        ),
        (
            "<style>@import 'https://a.example.net/a.css'; p { background: url(//b.example.net/b.png) }</style>",
            &["a.example.net", "b.example.net"],
        ),
        ("<script type=module>import 'https://a.example.net/a.js'</script>", &["a.example.net"]),
        (
            r#"<script type=importmap>{"imports":{"a":"https://a.example.net/a.js"},
            "scopes":{"/b/":{"a":"https://b.example.net/b.js"}}}</script>"#,
            &["b.example.net", "a.example.net"],
        ),
        ("<iframe srcdoc='<img src=https://a.example.net/a.gif>'></iframe>", &["a.example.net"]),
        (
            "<iframe data-consent=auto data-consent-srcdoc='<noscript><img src=//a.example.net/a></noscript>'></iframe>",
            &["a.example.net"],
        ),
    ] {
        assert_eq!(hosts_of(html), expected, "{html}");
    }
}

#[test]
fn a_page_is_whole_where_no_part_could_begin_so() {
    let rules = Arc::new(Rules::new(&Config::parse("{}").unwrap(), &[]));
    for (html, expected) in [
        ("<!DOCTYPE html><p>Hello", true),
        ("\u{feff} <!-- made by hand -->\n<!doctype html>", true),
        ("<meta charset=utf-8><p>Hello", true),
        ("<title>Shop</title>", true),
        ("<body><p>Hello", true),
        ("<p>Hello <svg><title>A drawing</title></svg>", false),
        ("<meta name=a content=b>", false),
        ("", false),
    ] {
        assert_eq!(survey("a.html", html.as_bytes(), &rules).is_whole, expected, "{html}");
    }
}
