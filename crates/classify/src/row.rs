//! A subject as a line of a table with named columns (CSV): what the columns are called and what may stand in them.

use std::fmt;

use crate::subject::{Kind, Subject};

/// The columns that are read. All but `name` may be missing or empty; others are passed over.
pub const COLUMNS: [&str; 14] = [
    "kind", "name", "cookie_domain", "site", "setter", "third_party", "path", "lifetime_s", "session", "http_only",
    "host_only", "secure", "same_site", "value",
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

/// Reads a subject out of fields that are asked for by their column; an empty field says nothing.
///
/// # Errors
/// The first field that holds something else than its column does.
pub fn subject<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Result<Subject<'a>, BadField> {
    let text = |column: &'static str| field(column).map(str::trim).filter(|text| !text.is_empty());
    let bad = |column: &'static str, expected: &'static str| BadField {
        column,
        found: text(column).unwrap_or_default().chars().take(80).collect(),
        expected,
    };
    let flag = |column: &'static str| match text(column) {
        None => Ok(None),
        Some(word) if ["1", "true"].iter().any(|it| word.eq_ignore_ascii_case(it)) => Ok(Some(true)),
        Some(word) if ["0", "false"].iter().any(|it| word.eq_ignore_ascii_case(it)) => Ok(Some(false)),
        Some(_) => Err(bad(column, "0 or 1")),
    };
    let kind = match text("kind") {
        None => Kind::Cookie,
        Some(word) => Kind::named(word).ok_or_else(|| bad("kind", "cookie, storage or url"))?,
    };
    let lifetime = text("lifetime_s").map(str::parse::<f64>).transpose();
    let lifetime = lifetime.ok().filter(|it| it.is_none_or(f64::is_finite));
    let lifetime = lifetime.ok_or_else(|| bad("lifetime_s", "seconds, as a number"))?;
    Ok(Subject {
        kind,
        name: field("name").unwrap_or_default(),
        domain: text("cookie_domain"),
        site: text("site"),
        setter: text("setter"),
        third_party: flag("third_party")?,
        path: text("path"),
        lifetime,
        session: flag("session")?,
        http_only: flag("http_only")?,
        host_only: flag("host_only")?,
        secure: flag("secure")?,
        same_site: text("same_site"),
        value: field("value"),
    })
}
