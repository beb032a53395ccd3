//! The built-in table: what is written by hand (`table.txt`) and what is generated from public registries
//! (`generated.txt`, see `cargo xtask table`). Read whole, so that the gate's piece of it and every reason
//! come from the same lines.

use std::collections::BTreeMap;

use crate::model::category::Category;

/// What a rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A host and everything below it.
    Host,
    /// A cookie's or storage key's name, with at most one `*`.
    Name,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub category: Category,
    pub kind: Kind,
    pub pattern: &'static str,
    /// Whose it is; for a necessary host, why it may load.
    pub vendor: &'static str,
}

/// Every rule, those written by hand first; a line that is not a rule is `Err` with that line. No pattern
/// is there twice: the generator leaves alone what the hand has said.
pub fn rules() -> impl Iterator<Item = Result<Rule, &'static str>> {
    read(include_str!("table.txt")).chain(read(include_str!("generated.txt")))
}

/// The rules of a text with one a line, `category kind pattern vendor`; empty lines and those that begin
/// with `#` are not rules.
pub fn read(text: &'static str) -> impl Iterator<Item = Result<Rule, &'static str>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| rule(line).ok_or(line))
}

fn rule(line: &'static str) -> Option<Rule> {
    let mut words = line.splitn(4, ' ');
    let category = Category::named(words.next()?)?;
    let kind = match words.next()? {
        "host" => Kind::Host,
        "name" => Kind::Name,
        _ => return None,
    };
    Some(Rule { category, kind, pattern: words.next()?, vendor: words.next()? })
}

/// The gate's piece as JavaScript source; see [`packed`].
pub fn for_gate() -> String {
    packed(rules().flatten().map(|rule| (rule.category, rule.kind, rule.pattern)))
}

/// Patterns as the gate reads them: `[[kinds, category, "pattern pattern …"], …]`, with the numbers of
/// `consentry-policy`.
pub fn packed<'a>(patterns: impl Iterator<Item = (Category, Kind, &'a str)>) -> String {
    let mut groups: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for (category, kind, pattern) in patterns {
        groups.entry((category, kind)).or_default().push(pattern);
    }
    let group = |((category, kind), mut patterns): ((Category, Kind), Vec<&str>)| {
        // By their endings: what is alike stands side by side, and compresses best so.
        patterns.sort_unstable_by_key(|pattern| pattern.bytes().rev().collect::<Vec<_>>());
        let kinds = match kind {
            Kind::Host => 1,
            Kind::Name => 6,
        };
        format!("[{kinds},{},\"{}\"]", category as u8, patterns.join(" "))
    };
    format!("[{}]", groups.into_iter().map(group).collect::<Vec<_>>().join(","))
}
