//! The verdict table against rules matched letter by letter.

use consentry_policy::table::{CAPACITY, Table, pattern};
use consentry_policy::verdict::{Verdict, class, source};
use proptest::prelude::*;

/// A pattern as [`pattern`](mod@pattern) describes it.
#[derive(Clone, Debug)]
struct Rule {
    kinds: u32,
    pattern: String,
    verdict: Verdict,
}

/// What the table promises, said the slow way.
struct Reference(Vec<Rule>);

impl Reference {
    /// Among the rules that match, the site's before the table's, then the closest, then the last.
    fn find(&self, kind: u32, text: &str) -> Option<Verdict> {
        let closeness = |rule: &Rule| match rule.pattern.split_once('*') {
            _ if rule.kinds & kind == 0 => None,
            // A host's beginning is its end.
            Some((host, "")) if kind == pattern::HOST && !host.contains('/') => {
                text.split('/').next()?.ends_with(host).then_some((false, host.len()))
            }
            Some((start, end)) => text.strip_prefix(start)?.ends_with(end).then_some((false, start.len())),
            None => (text == rule.pattern).then_some((true, 0)),
        };
        let matching = self.0.iter().filter_map(|rule| Some((closeness(rule)?, rule.verdict)));
        let best = matching.max_by_key(|(closeness, verdict)| (verdict.is_site(), *closeness));
        best.map(|(_, verdict)| verdict)
    }
}

fn filled(rules: &[Rule]) -> (Box<Table>, Reference) {
    let mut table = Box::new(Table::EMPTY);
    for rule in rules {
        assert!(table.insert(rule.kinds, rule.pattern.as_bytes(), rule.verdict), "{rule:?}");
    }
    (table, Reference(rules.to_vec()))
}

/// Few letters, so that patterns and what is looked up meet.
const HOST: &str = "(\\.[ab]){1,3}";
const PATH: &str = "(/a?){1,3}";
const NAME: &str = "[ab_]{0,4}";

fn text(regex: impl AsRef<str>) -> impl Strategy<Value = String> {
    prop::string::string_regex(regex.as_ref()).unwrap()
}

fn pattern() -> impl Strategy<Value = (u32, String)> {
    let name = "[ab_]{1,3}|[ab_]{1,2}\\*[ab_]{0,2}|\\*[ab_]{1,2}";
    prop_oneof![
        (Just(pattern::HOST), text(format!("{HOST}\\*"))),
        (Just(pattern::HOST), text(format!("{HOST}{PATH}"))),
        (Just(pattern::HOST), text(format!("{HOST}(/a){{0,2}}/\\*"))),
        (
            prop::sample::select(vec![pattern::COOKIE, pattern::STORAGE, pattern::COOKIE | pattern::STORAGE]),
            text(name)
        ),
    ]
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    // The service tells the rules apart.
    let rule = (pattern(), 0..5u32, source::TABLE..=source::FIRST_PARTY);
    prop::collection::vec(rule, 0..24).prop_map(|rules| {
        let numbered = (1..).zip(rules).map(|(service, ((kinds, pattern), class, source))| Rule {
            kinds,
            pattern,
            verdict: Verdict::new(class, source, service),
        });
        numbered.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn lookups_agree_with_rules_matched_letter_by_letter(
        rules in rules(),
        urls in prop::collection::vec(text(format!("{HOST}({PATH})?")), 1..24),
        names in prop::collection::vec(NAME, 1..24)
    ) {
        let (table, reference) = filled(&rules);
        for url in urls {
            let expected = reference.find(pattern::HOST, &url);
            prop_assert_eq!(table.find(pattern::HOST, url.as_bytes()), expected, "{}", url);
        }
        for name in names {
            for kind in [pattern::COOKIE, pattern::STORAGE] {
                prop_assert_eq!(table.find(kind, name.as_bytes()), reference.find(kind, &name), "{}", name);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        rules in prop::collection::vec((0..64u32, prop::collection::vec(bytes(), 0..40), 0..4u32), 0..12),
        lookups in prop::collection::vec(prop::collection::vec(bytes(), 0..40), 0..12)
    ) {
        let mut table = Box::new(Table::EMPTY);
        for (kinds, pattern, source) in rules {
            table.insert(kinds, &pattern, Verdict::new(1, source, 0));
        }
        for bytes in lookups {
            for kind in [pattern::HOST, pattern::COOKIE, pattern::STORAGE] {
                table.find(kind, &bytes);
            }
        }
    }
}

fn bytes() -> impl Strategy<Value = u8> {
    prop_oneof![any::<u8>(), prop::sample::select(b"a.*/\n".to_vec())]
}

/// One rule of the table, one lookup; whether it matches.
#[track_caller]
fn check(kind: u32, pattern: &str, looked_up: &str, expected: bool) {
    let mut table = Box::new(Table::EMPTY);
    assert!(table.insert(kind, pattern.as_bytes(), Verdict::new(2, source::TABLE, 9)), "{pattern}");
    let found = table.find(kind, looked_up.as_bytes());
    assert_eq!(found, expected.then_some(Verdict::new(2, source::TABLE, 9)), "{pattern} {looked_up}");
}

#[test]
fn a_host_speaks_for_everything_below_it() {
    for (host, expected) in [
        (".example.com", true),
        (".a.example.com", true),
        (".a.b.example.com", true),
        (".a.example.com/x/y", true),
        ("", false),
        (".", false),
        (".com", false),
        (".xample.com", false),
        (".notexample.com", false),
        (".example.com.evil.net", false),
        (".x/example.com", false),
        (".x/y.example.com", false),
        (".example.com..com", false),
        (".example.com*.evil.net", false),
    ] {
        check(pattern::HOST, ".example.com*", host, expected);
    }
}

#[test]
fn a_url_is_exact_or_everything_below_a_path() {
    for (pattern, url, expected) in [
        (".a.com/x.js", ".a.com/x.js", true),
        (".a.com/x.js", ".a.com/x.js/", false),
        (".a.com/x.js", ".b.a.com/x.js", false),
        (".a.com/x.js", ".a.com", false),
        (".a.com/x/*", ".a.com/x/y/z.js", true),
        (".a.com/x/*", ".a.com/x/", true),
        (".a.com/x/*", ".a.com/x", false),
        (".a.com/x/*", ".a.com/xy", false),
        (".a.com/*", ".a.com/", true),
        (".a.com/*", ".a.com", false),
    ] {
        check(pattern::HOST, pattern, url, expected);
    }
}

#[test]
fn a_star_in_a_name_stands_for_any_run_of_characters() {
    for (pattern, name, expected) in [
        ("_ga", "_ga", true),
        ("_ga", "_gab", false),
        ("_ga_*", "_ga_", true),
        ("_ga_*", "_ga_X1", true),
        ("_ga_*", "_ga", false),
        ("mp_*_mixpanel", "mp_1_mixpanel", true),
        ("mp_*_mixpanel", "mp__mixpanel", true),
        ("mp_*_mixpanel", "mp_mixpanel", false),
        ("mp_*_mixpanel", "mp_1_mixpanel2", false),
        ("*_id", "_id", true),
        ("*_id", "a_id", true),
        ("*_id", "id", false),
        ("a*a", "a", false),
        ("a*a", "aa", true),
        // Only the first star is one.
        ("a**", "ab*", true),
        ("a**", "ab", false),
    ] {
        check(pattern::COOKIE, pattern, name, expected);
        check(pattern::STORAGE, pattern, name, expected);
    }
}

#[test]
fn the_sites_word_wins_however_near_the_tables_is() {
    let (site, table) = (Verdict::new(0, source::OWNER, 1), Verdict::new(3, source::TABLE, 0));
    for (kind, wide, near, looked_up) in [
        (pattern::HOST, ".a.com*", ".b.a.com*", ".b.a.com"),
        (pattern::HOST, ".a.com*", ".a.com/x/*", ".a.com/x/y"),
        (pattern::HOST, ".a.com/*", ".a.com/x/*", ".a.com/x/y"),
        (pattern::HOST, ".a.com/*", ".a.com/x", ".a.com/x"),
        (pattern::COOKIE, "a*", "ab*", "abc"),
        (pattern::COOKIE, "a*", "abc", "abc"),
        (pattern::COOKIE, "*c", "ab*c", "abc"),
        (pattern::COOKIE, "abc*", "abc", "abc"),
    ] {
        let found = |wide_verdict, near_verdict| {
            let mut rules = Box::new(Table::EMPTY);
            rules.insert(kind, near.as_bytes(), near_verdict);
            rules.insert(kind, wide.as_bytes(), wide_verdict);
            rules.find(kind, looked_up.as_bytes())
        };
        assert_eq!(found(site, table), Some(site), "{wide} {near}");
        assert_eq!(found(table, site), Some(site), "{wide} {near}");
        let other = Verdict::new(1, source::OWNER, 2);
        assert_eq!(found(other, site), Some(site), "the nearer of two: {wide} {near}");
    }
}

#[test]
fn of_equals_the_last_counts() {
    for (kind, pattern, text) in [
        (pattern::HOST, ".a.com*", ".a.com/x"),
        (pattern::COOKIE, "a*b", "ab"),
        (pattern::COOKIE, "ab", "ab"),
    ] {
        let mut table = Box::new(Table::EMPTY);
        for service in 1..9 {
            let verdict = Verdict::new(1, source::OWNER, service);
            table.insert(kind, pattern.as_bytes(), verdict);
            assert_eq!(table.find(kind, text.as_bytes()), Some(verdict));
        }
        table.insert(kind, pattern.as_bytes(), Verdict::new(1, source::TABLE, 0));
        assert_eq!(table.find(kind, text.as_bytes()), Some(Verdict::new(1, source::OWNER, 8)));
    }
}

#[test]
fn a_full_table_refuses_and_still_answers() {
    let mut table = Box::new(Table::EMPTY);
    let names: Vec<_> = (0..CAPACITY + 100).map(|number| format!("name{number}")).collect();
    let verdict = Verdict::new(class::ANALYTICS, source::TABLE, 0);
    for (at, name) in names.iter().enumerate() {
        assert_eq!(table.insert(pattern::COOKIE, name.as_bytes(), verdict), at < CAPACITY, "{name}");
    }
    for (at, name) in names.iter().enumerate() {
        assert_eq!(
            table.find(pattern::COOKIE, name.as_bytes()),
            (at < CAPACITY).then_some(verdict),
            "{name}"
        );
    }
    table.clear();
    assert_eq!(table.find(pattern::COOKIE, b"name0"), None);
    assert!(table.insert(pattern::COOKIE, b"new", verdict));
    assert_eq!(table.find(pattern::COOKIE, b"new"), Some(verdict));
}
