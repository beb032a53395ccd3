//! The tables as data: what every line must be, by hand or generated.

use std::collections::BTreeSet;

use consentry_classify::host::domain;
use consentry_classify::lines::{Line, PatternKind, Says, read};
use proptest::prelude::*;

const OVERRIDES: &str = include_str!("../../tables/overrides.txt");
const GENERATED: [&str; 4] = [
    include_str!("../../tables/whotracksme.txt"),
    include_str!("../../tables/third-party-web.txt"),
    include_str!("../../tables/open-cookie-database.txt"),
    include_str!("../../tables/prebid.txt"),
];

fn all() -> impl Iterator<Item = Vec<Line<'static>>> {
    let texts = [OVERRIDES, consentry_classify::gate_table::TABLE].into_iter().chain(GENERATED);
    texts.map(|text| read(text).map(|line| line.unwrap_or_else(|line| panic!("no line: {line:?}"))).collect())
}

#[test]
fn every_line_is_a_line_and_no_table_is_empty() {
    for lines in all() {
        assert!(lines.len() > 60);
        for line in lines {
            assert_eq!(line.vendor.trim(), line.vendor, "{line:?}");
            // `build.rs` packs with tabs and spaces between.
            assert!(!line.vendor.contains(['\t', '#']), "{line:?}");
            assert!(line.pattern.len() < 256 && !line.pattern.contains(char::is_whitespace), "{line:?}");
        }
    }
}

#[test]
fn what_adapters_call_is_cut_to_domains_as_they_are_cut_now() {
    // The package is fetched by no build: a change of `domain` asks for `cargo xtask table`.
    for line in read(GENERATED[3]).flatten().filter(|line| line.kind == PatternKind::Host) {
        assert_eq!(domain(line.pattern), line.pattern, "{line:?}");
    }
}

#[test]
fn no_file_says_two_things_of_one_pattern() {
    for lines in all() {
        let mut seen = BTreeSet::new();
        for line in lines {
            assert!(seen.insert((line.kind, line.pattern, line.host)), "{line:?}");
        }
    }
}

#[test]
fn our_own_word_has_a_vendor_and_a_reason_and_a_generated_line_has_none() {
    for line in read(OVERRIDES).flatten() {
        assert!(!line.vendor.is_empty(), "{line:?}");
        assert!(line.reason.split(' ').count() >= 2 && line.reason.trim() == line.reason, "{line:?}");
    }
    for line in GENERATED.into_iter().flat_map(|text| read(text).flatten()) {
        assert_eq!(line.reason, "", "{line:?}");
    }
}

#[test]
fn a_host_is_a_lower_case_name_with_a_dot_that_no_number_ends() {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    for line in all().flatten() {
        let host = if line.kind == PatternKind::Host { Some(line.pattern) } else { line.host };
        let Some(host) = host else { continue };
        let labels: Vec<_> = host.split('.').collect();
        assert!(labels.len() >= 2 && labels.iter().all(|it| label(it)), "{line:?}");
        assert!(!labels[labels.len() - 1].bytes().all(|byte| byte.is_ascii_digit()), "{line:?}");
    }
}

#[test]
fn a_name_has_at_most_one_star_behind_a_beginning_that_is_searched() {
    for line in all().flatten().filter(|line| line.kind == PatternKind::Name) {
        let (start, end) = line.pattern.split_once('*').unwrap_or((line.pattern, ""));
        assert!(!start.is_empty() && !end.contains('*'), "{line:?}");
        assert!(!line.pattern.contains('*') || start.len() <= 63, "{line:?}");
        assert!(line.pattern.bytes().all(|byte| byte.is_ascii_graphic()), "{line:?}");
    }
}

#[test]
fn our_own_word_on_a_name_is_a_category() {
    for line in read(OVERRIDES).flatten().filter(|line| line.kind == PatternKind::Name) {
        assert!(matches!(line.says, Says::Category(_)), "{line:?}");
    }
}

/// Words that a shop chooses for its own cookies: without the host that sets it, none tells whose it is.
const WORDS: &str = "
    account ads age analytics app auth banner basket bucket cart category checkout city click client code
    consent cookie cookies count counter country coupon currency customer data date debug device email
    experiment filter flag form gdpr geo group guest guid history home host id index ip key lang language
    last layout list locale location login member menu message mode name nonce notice order page password
    path popup price product profile promo query random ref referer referrer region remember search secret
    segment session shop site sort source start state status store sync tab test theme time timestamp
    timezone token track tracker type uid url user uuid value variant version view visit visitor website
    wishlist
";

#[test]
fn our_own_word_is_on_no_word_that_a_shop_could_choose() {
    let words: BTreeSet<_> = WORDS.split_whitespace().collect();
    for line in read(OVERRIDES).flatten().filter(|line| line.kind == PatternKind::Name && line.host.is_none())
    {
        let bare = line.pattern.trim_matches(|sign: char| !sign.is_ascii_alphanumeric()).to_ascii_lowercase();
        assert!(!words.contains(bare.as_str()), "{line:?}");
        let letters = line.pattern.bytes().filter(|byte| byte.is_ascii_alphanumeric()).count();
        assert!(letters > 1 || line.pattern.starts_with('_'), "{line:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_lines_or_faults(
        text in "([a-z]{0,12} (host|name|[a-z]{4}) [!-~]{0,8} .{0,20}\n?|.{0,30}\n?){0,8}"
    ) {
        for line in read(&text) {
            match line {
                Ok(line) => {
                    let kind = if line.kind == PatternKind::Host { "host" } else { "name" };
                    let host = line.host.map(|host| format!("@{host}")).unwrap_or_default();
                    let reason =
                        if line.reason.is_empty() { String::new() } else { format!(" # {}", line.reason) };
                    let again =
                        format!("{} {kind} {}{host} {}{reason}", line.says.word(), line.pattern, line.vendor);
                    prop_assert_eq!(read(&again).collect::<Vec<_>>(), [Ok(line)]);
                }
                Err(line) => prop_assert!(text.contains(line)),
            }
        }
    }
}
