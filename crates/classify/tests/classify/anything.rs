//! Whatever a page makes up: no panic, no answer that must not be, and no time that grows faster than the
//! text.

use consentry_classify::csv_row::{BadField, COLUMNS, subject};
use consentry_classify::features::{Evidence, features, shape};
use consentry_classify::host::{above, domain, trimmed};
use consentry_classify::{Answer, AnswerRule, CONFIDENT, Subject, SubjectKind, classify};
use consentry_policy::category::Category;
use proptest::prelude::*;

fn sound(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.confidence <= 100);
    prop_assert_eq!(answer.category.is_none(), answer.rule == AnswerRule::Unclassified);
    prop_assert!(answer.rule != AnswerRule::Declared, "nobody declared anything");
    if answer.rule == AnswerRule::Learned {
        prop_assert_eq!((answer.pattern.as_ref(), answer.source.as_ref()), ("", "model"));
        prop_assert!(answer.category != Some(Category::Necessary) || answer.confidence >= CONFIDENT);
    }
    Ok(())
}

/// Text of any signs, of those that names are made of, and of one sign many times.
fn text() -> impl Strategy<Value = String> {
    let run = (prop_oneof![any::<char>(), prop::char::range(' ', '~')], 0..5000_usize)
        .prop_map(|(sign, times)| String::from(sign).repeat(times));
    prop_oneof![
        ".{0,80}",
        "[!-~]{0,40}",
        "(_ga|_hj|id|AMCV_|twk_|__cmpiab|s_)[!-~]{0,20}",
        "[0-9a-f-]{0,120}",
        run
    ]
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        "([a-zA-Z0-9-]{0,12}\\.){0,40}[a-z]{2,5}",
        "([a-z]{1,5}\\.){0,3}(doubleclick|criteo|google|hotjar|nobody|linkedin)\\.(net|com|io|example)"
    ]
}

fn kinds() -> impl Strategy<Value = SubjectKind> {
    prop_oneof![Just(SubjectKind::Cookie), Just(SubjectKind::Storage), Just(SubjectKind::Url)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_subject_has_a_sound_answer(
        kind in kinds(),
        [name, value, path, same_site] in [text(), text(), text(), text()],
        [domain, site, setter] in [host(), host(), host()],
        which: [bool; 6],
        flags: [Option<bool>; 5],
        lifetime: Option<u64>,
    ) {
        let some = |at: usize, text| Some(text).filter(|_: &&str| which[at]);
        sound(&classify(&Subject {
            kind,
            name: &name,
            domain: some(0, domain.as_str()),
            site: some(1, site.as_str()),
            setter: some(2, setter.as_str()),
            value: some(3, value.as_str()),
            path: some(4, path.as_str()),
            same_site: some(5, same_site.as_str()),
            third_party: flags[0],
            session: flags[1],
            http_only: flags[2],
            host_only: flags[3],
            secure: flags[4],
            lifetime,
        }))?;
    }

    #[test]
    fn a_host_is_the_same_in_capitals_and_with_a_dot_behind(
        name in text(),
        host in "([a-zA-Z0-9-]{1,12}\\.){0,5}[a-zA-Z]{2,6}",
        known in host(),
    ) {
        for host in [host, trimmed(&known.replace(':', ""))] {
            let written = [host.clone(), host.to_ascii_uppercase(), format!("{host}."), format!(" .{host}")];
            let of_host = classify(&Subject::new(SubjectKind::Url, &host));
            let of_cookie = |host| Subject {
                domain: Some(host),
                setter: None,
                ..Subject::new(SubjectKind::Cookie, &name)
            };
            let by = |host| Subject {
                setter: Some(host),
                site: Some("shop.example"),
                ..Subject::new(SubjectKind::Cookie, &name)
            };
            for other in &written {
                prop_assert_eq!(&classify(&Subject::new(SubjectKind::Url, other)), &of_host);
                prop_assert_eq!(classify(&of_cookie(other)), classify(&of_cookie(&host)));
                prop_assert_eq!(classify(&by(other)), classify(&by(&host)));
            }
        }
    }

    #[test]
    fn a_host_is_never_guessed(host in host()) {
        prop_assert!(classify(&Subject::new(SubjectKind::Url, &host)).rule != AnswerRule::Learned);
    }

    #[test]
    fn any_row_is_a_subject(
        fields in prop::collection::vec(
            (0..COLUMNS.len() + 1, prop_oneof![text(), "[01]|true|FALSE|nan|-?1e9|url|storage"]),
            0..20
        )
    ) {
        let column = |at: usize| COLUMNS.get(at).copied().unwrap_or("label");
        let field = |title: &str| {
            fields.iter().find(|(at, _)| column(*at) == title).map(|(_, text)| text.as_str())
        };
        let mut faults = Vec::new();
        let read = subject(field, &mut |bad| faults.push(bad));
        prop_assert_eq!(read.name, field("name").unwrap_or_default());
        for BadField { column, found, expected } in &faults {
            prop_assert!(found.chars().count() <= 80 && !expected.is_empty());
            prop_assert!(field(column).is_some_and(|text| text.trim().starts_with(found.as_str())));
        }
        sound(&classify(&read))?;
    }

    #[test]
    fn the_domain_ends_the_host(host in host()) {
        let host = trimmed(&host);
        prop_assert!(host.ends_with(domain(&host)));
        prop_assert_eq!(domain(domain(&host)), domain(&host));
        prop_assert!(above(&host).all(|it| host.ends_with(it)));
    }
}

fn count(subject: &Subject<'_>) -> usize {
    let mut count = 0;
    features(subject, &Evidence::default(), &mut |_| count += 1);
    count
}

const MEGABYTE: usize = 1 << 20;

#[test]
fn a_longer_name_and_value_are_no_more_work() {
    for sign in ["a", "A", "0", "aB", "a_", "f", "é", "\u{0}", "%7B", "a1-"] {
        let long = sign.repeat(MEGABYTE / sign.len());
        let (name, value) = (sign.repeat(200), sign.repeat(600));
        let of = |text| Subject::new(SubjectKind::Cookie, text);
        assert_eq!(count(&of(&long)), count(&of(&name)), "{sign:?}");
        let with = |value| Subject { value: Some(value), ..of("name") };
        assert_eq!(count(&with(&long)), count(&with(&value)), "{sign:?}");
        assert!(count(&Subject { value: Some(&long), ..of(&long) }) < 400, "{sign:?}");
    }
}

#[test]
fn a_longer_host_is_no_more_work() {
    let long = "a.".repeat(MEGABYTE / 2) + "doubleclick.net";
    assert!(above(&long).count() <= 128);
    assert!(above(&long).all(|host| host.len() <= 253));
    // What is too long for a host is looked up by what could be one.
    assert_eq!(classify(&Subject::new(SubjectKind::Url, &long)).category, Some(Category::Advertising));
    for host in [&long, &".".repeat(MEGABYTE), &"a".repeat(MEGABYTE), &":".repeat(MEGABYTE)] {
        let subject = Subject {
            domain: Some(host),
            setter: Some(host),
            site: Some(host),
            ..Subject::new(SubjectKind::Cookie, host)
        };
        assert!(classify(&subject).confidence <= 100);
    }
}

/// What a name becomes for the model.
#[track_caller]
fn shaped(name: &str, expected: &str) {
    assert_eq!(String::from_utf8(shape(name.as_bytes())).unwrap(), expected, "{name}");
}

#[test]
fn numbers_and_hashes_in_a_name_are_one_sign_each() {
    shaped("", "");
    shaped("_ga_12", "_ga_0");
    shaped("_gat_UA-123-4", "_gat_UA-0-0");
    shaped("wp_0123abcd", "wp_#");
    shaped("x_123e4567-e89b-12d3-a456-426614174000", "x_#");
    shaped("facade", "facade");
    shaped("feedbeefcafe", "feedbeefcafe");
    shaped("é1", "é0");
}
