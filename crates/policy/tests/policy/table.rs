//! The verdict table against rules matched letter by letter.

use consentry_policy::table::{CAPACITY, Table, kind};
use consentry_policy::verdict::{Verdict, class, source};
use proptest::prelude::*;

/// A pattern as [`kind`] describes it.
#[derive(Clone, Debug)]
struct Rule {
    kinds: u32,
    pattern: String,
    verdict: Verdict,
}

/// What the table promises, said the slow way.
#[derive(Default)]
struct Reference(Vec<Rule>);

impl Reference {
    fn insert(&mut self, rule: &Rule) {
        let mut rule = rule.clone();
        if rule.kinds == kind::HOST {
            let host = rule.pattern.strip_prefix("*.").unwrap_or(&rule.pattern);
            rule.pattern = host.strip_suffix('.').unwrap_or(host).to_owned();
        }
        match self.0.iter_mut().find(|old| old.kinds == rule.kinds && old.pattern == rule.pattern) {
            Some(old) if old.verdict.source() > rule.verdict.source() => {}
            Some(old) => *old = rule,
            None => self.0.push(rule),
        }
    }

    /// Among the rules that match, the site's before the table's, then the closest, then the first.
    fn best(&self, closeness: impl Fn(&Rule) -> Option<Closeness>) -> Option<Verdict> {
        // Of equals `max_by_key` takes the last.
        let matching = self.0.iter().rev().filter_map(|rule| Some((closeness(rule)?, rule.verdict)));
        let best = matching.max_by_key(|(closeness, verdict)| (verdict.is_site(), *closeness));
        best.map(|(_, verdict)| verdict)
    }

    fn url(&self, url: &str) -> Option<Verdict> {
        let host = url.split('/').next().unwrap();
        let host = host.strip_suffix('.').unwrap_or(host);
        self.best(|rule| match (rule.kinds, rule.pattern.strip_suffix('*')) {
            (kind::URL, Some(start)) => url.starts_with(start).then_some((1, false, start.len())),
            (kind::URL, None) => (url == rule.pattern).then_some((1, true, 0)),
            (kind::HOST, _) => {
                let below = || host.strip_suffix(&rule.pattern)?.strip_suffix('.');
                (host == rule.pattern || below().is_some()).then_some((0, false, rule.pattern.len()))
            }
            _ => None,
        })
    }

    fn name(&self, kind: u32, name: &str) -> Option<Verdict> {
        self.best(|rule| match rule.pattern.split_once('*') {
            _ if rule.kinds & kind == 0 => None,
            Some((start, end)) => {
                name.strip_prefix(start)?.strip_suffix(end).map(|_| (0, false, start.len()))
            }
            None => (name == rule.pattern).then_some((0, true, 0)),
        })
    }
}

/// URL before host, exact before pattern, then the length of what is fixed.
type Closeness = (u8, bool, usize);

fn filled(rules: &[Rule]) -> (Box<Table>, Reference) {
    let (mut table, mut reference) = (Box::new(Table::EMPTY), Reference::default());
    for rule in rules {
        assert_eq!(table.insert(rule.kinds, rule.pattern.as_bytes(), rule.verdict), 0, "{rule:?}");
        reference.insert(rule);
    }
    (table, reference)
}

/// Few letters, so that patterns and what is looked up meet.
const HOST: &str = "([ab]\\.){0,2}[ab]";
const PATH: &str = "(/a?){1,3}";
const NAME: &str = "[ab_]{0,4}";

fn text(regex: impl AsRef<str>) -> impl Strategy<Value = String> {
    prop::string::string_regex(regex.as_ref()).unwrap()
}

fn pattern() -> impl Strategy<Value = (u32, String)> {
    let name = "[ab_]{1,3}|[ab_]{1,2}\\*[ab_]{0,2}|\\*[ab_]{1,2}";
    prop_oneof![
        (Just(kind::HOST), text(format!("(\\*\\.)?{HOST}\\.?"))),
        (Just(kind::URL), text(format!("{HOST}{PATH}"))),
        (Just(kind::URL), text(format!("{HOST}(/a){{0,2}}/\\*"))),
        (prop::sample::select(vec![kind::COOKIE, kind::STORAGE, kind::COOKIE | kind::STORAGE]), text(name)),
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
        urls in prop::collection::vec(text(format!("{HOST}\\.?({PATH})?")), 1..24),
        names in prop::collection::vec(NAME, 1..24)
    ) {
        let (table, reference) = filled(&rules);
        for url in urls {
            prop_assert_eq!(table.url(url.as_bytes()), reference.url(&url), "{}", url);
        }
        for name in names {
            for kind in [kind::COOKIE, kind::STORAGE] {
                prop_assert_eq!(table.name(kind, name.as_bytes()), reference.name(kind, &name), "{}", name);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        rules in prop::collection::vec((0..64u32, prop::collection::vec(bytes(), 0..40), 0..4u32), 0..12),
        lookups in prop::collection::vec(prop::collection::vec(bytes(), 0..40), 0..12)
    ) {
        let mut table = Box::new(Table::EMPTY);
        for (kinds, lines, source) in rules {
            let refused = table.insert(kinds, &lines, Verdict::new(1, source, 0));
            prop_assert!(refused as usize <= lines.split(|byte| *byte == b'\n').count());
        }
        for bytes in lookups {
            table.url(&bytes);
            table.name(kind::COOKIE, &bytes);
            table.name(kind::STORAGE, &bytes);
        }
    }
}

fn bytes() -> impl Strategy<Value = u8> {
    prop_oneof![any::<u8>(), prop::sample::select(b"a.*/\n".to_vec())]
}

/// One rule of the table, one lookup; whether it matches.
#[track_caller]
fn check(kinds: u32, pattern: &str, looked_up: &str, expected: bool) {
    let mut table = Box::new(Table::EMPTY);
    assert_eq!(table.insert(kinds, pattern.as_bytes(), Verdict::new(2, source::TABLE, 9)), 0, "{pattern}");
    let found = match kinds {
        kind::HOST | kind::URL => table.url(looked_up.as_bytes()),
        _ => table.name(kinds, looked_up.as_bytes()),
    };
    assert_eq!(found, expected.then_some(Verdict::new(2, source::TABLE, 9)), "{pattern} {looked_up}");
}

#[test]
fn a_host_speaks_for_everything_below_it_however_it_is_written() {
    for pattern in ["example.com", "*.example.com", "example.com.", "*.example.com."] {
        for host in ["example.com", "a.example.com", "a.b.example.com", "example.com.", "a.example.com./x/y"]
        {
            check(kind::HOST, pattern, host, true);
        }
        for host in [
            "",
            ".",
            "com",
            "xample.com",
            "notexample.com",
            "example.com.evil.net",
            "x/example.com",
            "example.com..com",
        ] {
            check(kind::HOST, pattern, host, false);
        }
    }
}

#[test]
fn a_url_is_exact_or_everything_below_a_path() {
    for (pattern, url, expected) in [
        ("a.com/x.js", "a.com/x.js", true),
        ("a.com/x.js", "a.com/x.js/", false),
        ("a.com/x.js", "b.a.com/x.js", false),
        ("a.com/x.js", "a.com", false),
        ("a.com/x/*", "a.com/x/y/z.js", true),
        ("a.com/x/*", "a.com/x/", true),
        ("a.com/x/*", "a.com/x", false),
        ("a.com/x/*", "a.com/xy", false),
        ("a.com/*", "a.com/", true),
        ("a.com/*", "a.com", false),
    ] {
        check(kind::URL, pattern, url, expected);
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
        check(kind::COOKIE, pattern, name, expected);
        check(kind::STORAGE, pattern, name, expected);
    }
}

#[test]
fn the_sites_word_wins_however_near_the_tables_is() {
    let (site, table) = (Verdict::new(0, source::OWNER, 1), Verdict::new(3, source::TABLE, 0));
    for (kinds, wide, near, looked_up) in [
        (kind::HOST, "a.com", "b.a.com", "b.a.com"),
        (kind::URL, "a.com/*", "a.com/x/*", "a.com/x/y"),
        (kind::URL, "a.com/*", "a.com/x", "a.com/x"),
        (kind::COOKIE, "a*", "ab*", "abc"),
        (kind::COOKIE, "a*", "abc", "abc"),
        (kind::COOKIE, "*c", "ab*c", "abc"),
        (kind::COOKIE, "ab*c", "ab*", "abc"),
    ] {
        let found = |wide_verdict, near_verdict| {
            let mut rules = Box::new(Table::EMPTY);
            rules.insert(kinds, near.as_bytes(), near_verdict);
            rules.insert(kinds, wide.as_bytes(), wide_verdict);
            match kinds {
                kind::COOKIE => rules.name(kinds, looked_up.as_bytes()),
                _ => rules.url(looked_up.as_bytes()),
            }
        };
        assert_eq!(found(site, table), Some(site), "{wide} {near}");
        assert_eq!(found(table, site), Some(site), "{wide} {near}");
        let other = Verdict::new(1, source::OWNER, 2);
        assert_eq!(found(other, site), Some(site), "the nearer of two: {wide} {near}");
    }
}

#[test]
fn a_better_source_replaces_and_a_worse_one_does_not() {
    let ascending = [source::DEFAULT, source::TABLE, source::OWNER, source::FIRST_PARTY];
    for (kinds, pattern) in [(kind::HOST, "a.com"), (kind::COOKIE, "a*b"), (kind::URL, "a.com/*")] {
        let lookup = |table: &Table| match kinds {
            kind::COOKIE => table.name(kinds, b"ab"),
            _ => table.url(b"a.com/x"),
        };
        for first in ascending {
            for second in ascending {
                let mut table = Box::new(Table::EMPTY);
                let (old, new) = (Verdict::new(1, first, 1), Verdict::new(2, second, 2));
                table.insert(kinds, pattern.as_bytes(), old);
                table.insert(kinds, pattern.as_bytes(), new);
                assert_eq!(lookup(&table), Some(if second >= first { new } else { old }), "{first} {second}");
            }
        }
    }
}

#[test]
fn what_is_no_pattern_is_refused() {
    let mut table = Box::new(Table::EMPTY);
    let verdict = Verdict::new(class::ANALYTICS, source::OWNER, 0);
    for (kinds, lines, refused) in [
        (kind::COOKIE, "", 1),
        (kind::COOKIE, "*", 1),
        (kind::COOKIE, "a\n\nb\n", 2),
        (kind::STORAGE, "\n\n", 3),
        (kind::HOST, "*", 1),
        (kind::HOST, "*.", 1),
        (kind::HOST, ".", 1),
        (kind::HOST, "a.com\n*.b.com", 0),
        (kind::URL, "a.com/*", 0),
    ] {
        assert_eq!(table.insert(kinds, lines.as_bytes(), verdict), refused, "{lines:?}");
    }
    assert_eq!(table.name(kind::COOKIE, b"c"), None, "nothing was refused and kept");
    assert_eq!(table.url(b"c"), None);
}

#[test]
fn a_full_table_refuses_and_still_answers() {
    let mut table = Box::new(Table::EMPTY);
    let lines: Vec<_> = (0..CAPACITY + 100).map(|number| format!("name{number}")).collect();
    let verdict = Verdict::new(class::ANALYTICS, source::TABLE, 0);
    assert_eq!(table.insert(kind::COOKIE, lines.join("\n").as_bytes(), verdict), 100);
    for (at, name) in lines.iter().enumerate() {
        assert_eq!(table.name(kind::COOKIE, name.as_bytes()), (at < CAPACITY).then_some(verdict), "{name}");
    }
    // What is there can still change; what is not cannot come.
    let own = Verdict::new(class::NECESSARY, source::OWNER, 1);
    assert_eq!(table.insert(kind::COOKIE, b"name0\nnew", own), 1);
    assert_eq!(table.name(kind::COOKIE, b"name0"), Some(own));
    table.clear();
    assert_eq!(table.name(kind::COOKIE, b"name0"), None);
    assert_eq!(table.insert(kind::COOKIE, b"new", own), 0);
    assert_eq!(table.name(kind::COOKIE, b"new"), Some(own));
}
