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
        serde_json::from_str::<Visit>(text).unwrap_or_else(|error| panic!("{}: {error}", rule.id))
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
    assert_eq!(hosts, ["b.example.net", "d.example.net", "e.example.net"]);
}
