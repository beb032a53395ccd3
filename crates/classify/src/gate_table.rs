//! The gate's own lines, which ride in front of every page (`tables/gate.txt`): what must be decided at once.

use std::collections::BTreeMap;

use consentry_policy::category::Category;
use consentry_policy::table::pattern;

use crate::lines::{PatternKind, Says, read};

/// The text of the table.
pub const TABLE: &str = include_str!("../tables/gate.txt");

/// A line that holds or lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateRule {
    pub category: Category,
    pub kind: PatternKind,
    pub pattern: &'static str,
}

/// Every rule; a line that is none is passed over (a test finds it).
pub fn rules() -> impl Iterator<Item = GateRule> {
    read(TABLE).flatten().filter_map(|line| match line.says {
        Says::Category(category) => Some(GateRule { category, kind: line.kind, pattern: line.pattern }),
        Says::Technical | Says::Mixed => None,
    })
}

/// The gate's own rules as JavaScript source; see [`packed`].
pub fn table() -> String {
    packed(rules().map(|rule| (rule.category, rule.kind, rule.pattern)))
}

/// Rules as the gate reads them, in JSON: `[[kinds, category, "pattern pattern …"], …]`, with the numbers of
/// `consentry-policy`.
pub fn packed<'a>(rules: impl Iterator<Item = (Category, PatternKind, &'a str)>) -> String {
    let mut groups: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for (category, kind, pattern) in rules {
        groups.entry((category, kind)).or_default().push(pattern);
    }
    let group = |((category, kind), mut patterns): ((Category, PatternKind), Vec<&str>)| {
        // By their endings: what is alike stands side by side, and compresses best so.
        patterns.sort_unstable_by_key(|pattern| pattern.bytes().rev().collect::<Vec<_>>());
        let kinds = match kind {
            PatternKind::Host => pattern::HOST,
            PatternKind::Name => pattern::COOKIE | pattern::STORAGE,
        };
        format!("[{kinds},{},\"{}\"]", category.number(), patterns.join(" "))
    };
    format!("[{}]", groups.into_iter().map(group).collect::<Vec<_>>().join(","))
}
