//! The built-in table (`table.txt`): read whole, so that the gate's piece of it and every reason come from
//! the same lines.

use crate::model::category::Category;

/// What a rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Every rule, in the order of the file; a line that is not a rule is `Err` with that line.
pub fn rules() -> impl Iterator<Item = Result<Rule, &'static str>> {
    let lines = include_str!("table.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| rule(line).ok_or(line))
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

/// The gate's piece as JavaScript source: `[[kinds, category, "pattern pattern …"], …]`, with the numbers
/// of `consentry-policy`.
pub fn for_gate() -> String {
    let mut groups = Vec::new();
    for (number, category) in Category::ALL.into_iter().enumerate() {
        for (kind, kinds) in [(Kind::Host, 1), (Kind::Name, 6)] {
            let fits = |rule: &Rule| rule.category == category && rule.kind == kind;
            let patterns: Vec<_> = rules().flatten().filter(fits).map(|rule| rule.pattern).collect();
            if !patterns.is_empty() {
                groups.push(format!("[{kinds},{number},\"{}\"]", patterns.join(" ")));
            }
        }
    }
    format!("[{}]", groups.join(","))
}
