//! The lines of the tables, as they are written by hand and generated: `category kind pattern vendor`.

use consentry_policy::category::Category;

/// What a line speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatternKind {
    /// A host and everything below it.
    Host,
    /// A cookie's or storage key's name, with at most one `*` for any run of characters.
    Name,
}

/// What a line says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// What it is for.
    Category(Category),
    /// A condition of the service or a convenience: the registry's word does not tell which.
    Technical,
    /// Whose it is, and that this does not tell what it is for: a company of many trades.
    Mixed,
}

impl Says {
    /// The word that stands in a table.
    pub fn word(self) -> &'static str {
        match self {
            Says::Category(category) => category.name(),
            Says::Technical => "technical",
            Says::Mixed => "mixed",
        }
    }

    /// Every word.
    pub const ALL: [Says; 6] = [
        Says::Category(Category::Necessary),
        Says::Category(Category::Functional),
        Says::Category(Category::Analytics),
        Says::Category(Category::Advertising),
        Says::Technical,
        Says::Mixed,
    ];

    /// A letter of its own, for the packed tables.
    pub fn letter(self) -> char {
        match self {
            Says::Category(Category::Advertising) => 'd',
            other => other.word().chars().next().unwrap_or('m'),
        }
    }

    fn named(word: &str) -> Option<Says> {
        Says::ALL.into_iter().find(|says| says.word() == word)
    }
}

/// One line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub says: Says,
    pub kind: PatternKind,
    /// A host, or a name's pattern.
    pub pattern: &'a str,
    /// Of a name: the host that sets it (written `name@host`), or nothing where a page's own domain may.
    pub host: Option<&'a str>,
    /// Whose it is.
    pub vendor: &'a str,
    /// Why our own line says so, behind ` # `; empty in a generated one.
    pub reason: &'a str,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Line<'a>> {
        let mut words = line.splitn(4, ' ');
        let says = Says::named(words.next()?)?;
        let kind = match words.next()? {
            "host" => PatternKind::Host,
            "name" => PatternKind::Name,
            _ => return None,
        };
        let pattern = words.next()?;
        let (pattern, host) = match pattern.rsplit_once('@') {
            Some((name, host)) if kind == PatternKind::Name => (name, Some(host)),
            _ => (pattern, None),
        };
        let vendor = words.next()?;
        let (vendor, reason) = vendor.split_once(" # ").unwrap_or((vendor, ""));
        Some(Line { says, kind, pattern, host, vendor, reason })
    }
}

/// The lines of a table; one that cannot be read is `Err` with itself. Empty lines and those that begin with
/// `#` are none.
pub fn read(text: &str) -> impl Iterator<Item = Result<Line<'_>, &str>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Line::read(line).ok_or(line))
}
