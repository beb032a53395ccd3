//! A subject as a line of a table with named columns (CSV): what the columns are called and what may stand in
//! them.

use std::fmt;

use crate::subject::{Subject, SubjectKind};

/// The columns that are read. All but `name` may be missing or empty; others are passed over.
pub const COLUMNS: [&str; 14] = [
    "kind",
    "name",
    "cookie_domain",
    "site",
    "setter",
    "third_party",
    "path",
    "lifetime_s",
    "session",
    "http_only",
    "host_only",
    "secure",
    "same_site",
    "value",
];

/// Why a line is no subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadField {
    pub column: &'static str,
    /// What stands there, cut to a length.
    pub found: String,
    pub expected: &'static str,
}

impl fmt::Display for BadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found \"{}\", expected {}", self.column, self.found, self.expected)
    }
}

impl std::error::Error for BadField {}

/// Reads a subject out of fields that are asked for by their column; an empty field says nothing, and what
/// stands in the wrong column is reported to `bad` and says nothing either.
pub fn subject<'a>(field: impl Fn(&str) -> Option<&'a str>, bad: &mut impl FnMut(BadField)) -> Subject<'a> {
    let text = |column: &'static str| field(column).map(str::trim).filter(|text| !text.is_empty());
    let mut read = |column: &'static str, expected: &'static str, holds: &dyn Fn(&str) -> bool| {
        let word = text(column)?;
        if !holds(word) {
            bad(BadField { column, found: word.chars().take(80).collect(), expected });
            return None;
        }
        Some(word)
    };
    let yes = |word: &str| ["1", "true"].iter().any(|it| word.eq_ignore_ascii_case(it));
    let no = |word: &str| ["0", "false"].iter().any(|it| word.eq_ignore_ascii_case(it));
    let mut flag = |column| read(column, "0 or 1", &|word| yes(word) || no(word)).map(yes);
    let [third_party, session, http_only, host_only, secure] =
        ["third_party", "session", "http_only", "host_only", "secure"].map(&mut flag);
    // A fraction says nothing here.
    let seconds = |word: &str| word.split_once('.').map_or(word, |(whole, _)| whole).parse::<u64>().ok();
    let lifetime =
        read("lifetime_s", "seconds, as a number", &|word| seconds(word).is_some()).and_then(seconds);
    let kind = read("kind", "cookie, storage or url", &|word| SubjectKind::named(word).is_some())
        .and_then(SubjectKind::named);
    Subject {
        kind: kind.unwrap_or_default(),
        name: field("name").unwrap_or_default(),
        domain: text("cookie_domain"),
        site: text("site"),
        setter: text("setter"),
        third_party,
        path: text("path"),
        lifetime,
        session,
        http_only,
        host_only,
        secure,
        same_site: text("same_site"),
        value: field("value"),
    }
}
