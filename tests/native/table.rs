//! The built-in table: every line is a rule, and no rule is careless.

use std::collections::BTreeMap;

use consentry::classify::table::{Kind, Rule, for_gate, rules};
use consentry::model::category::Category;
use serde_json::Value;

fn all() -> Vec<Rule> {
    rules().map(|rule| rule.unwrap_or_else(|line| panic!("no rule: {line:?}"))).collect()
}

#[test]
fn every_line_is_a_rule_with_somebody_behind_it() {
    let rules = all();
    assert!(rules.len() > 50);
    for rule in rules {
        assert!(!rule.vendor.is_empty() && rule.vendor.trim() == rule.vendor, "{rule:?}");
        let beyond = rule.pattern.chars().find(|c| !c.is_ascii_graphic() || "\"\\<".contains(*c));
        assert_eq!(beyond, None, "{rule:?} goes into a script as it is");
    }
}

#[test]
fn no_pattern_has_two_rules() {
    let mut seen = BTreeMap::new();
    for rule in all() {
        if let Some(other) = seen.insert((rule.kind == Kind::Host, rule.pattern), rule) {
            panic!("{rule:?} and {other:?}");
        }
    }
}

#[test]
fn no_rule_says_what_a_wider_one_said() {
    let rules = all();
    let wider = |wide: &Rule, narrow: &Rule| match (wide.kind, wide.pattern.strip_suffix('*')) {
        (Kind::Host, _) => {
            narrow.pattern.strip_suffix(wide.pattern).is_some_and(|below| below.ends_with('.'))
        }
        (Kind::Name, Some(start)) => wide.pattern != narrow.pattern && narrow.pattern.starts_with(start),
        (Kind::Name, None) => false,
    };
    for narrow in &rules {
        let same = |wide: &&Rule| (wide.kind, wide.category) == (narrow.kind, narrow.category);
        let found = rules.iter().filter(same).find(|wide| wider(wide, narrow));
        assert_eq!(found, None, "{narrow:?}");
    }
}

#[test]
fn a_host_is_a_lower_case_name_that_somebody_can_own() {
    for rule in all().iter().filter(|rule| rule.kind == Kind::Host) {
        let labels: Vec<_> = rule.pattern.split('.').collect();
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        assert!(labels.len() >= 2 && labels.iter().all(|it| label(it)), "{rule:?}");
    }
}

#[test]
fn a_name_has_at_most_one_star_and_says_something_without_it() {
    for rule in all().iter().filter(|rule| rule.kind == Kind::Name) {
        assert!(rule.pattern.matches('*').count() <= 1, "{rule:?}");
        assert!(rule.pattern.replace('*', "").len() >= 3, "{rule:?} holds too much");
    }
}

#[test]
fn what_loads_before_anybody_was_asked_has_a_reason() {
    let necessary: Vec<_> = all().into_iter().filter(|rule| rule.category == Category::Necessary).collect();
    assert!(!necessary.is_empty());
    for rule in necessary {
        // A sentence, not a vendor's name.
        assert!(rule.vendor.split(' ').count() >= 4, "{rule:?}");
    }
}

#[test]
fn the_gates_piece_has_every_rule_once_under_its_numbers() {
    let groups: Vec<(u32, usize, String)> = serde_json::from_str(&for_gate()).unwrap();
    let mut found: Vec<_> = groups
        .iter()
        .flat_map(|(kinds, category, patterns)| {
            patterns.split(' ').map(move |pattern| (*kinds, *category, pattern))
        })
        .collect();
    // 1 is a host, 2 a cookie and 4 a storage key; categories count from the necessary one.
    let number = |rule: &Rule| Category::ALL.iter().position(|category| *category == rule.category).unwrap();
    let mut expected: Vec<_> = all()
        .iter()
        .map(|rule| (if rule.kind == Kind::Host { 1 } else { 6 }, number(rule), rule.pattern))
        .collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(serde_json::from_str::<Value>(&for_gate()).unwrap().as_array().unwrap().len() <= 8);
}
