//! The static imports of a module, for which a browser asks before it runs a line of it (ECMAScript, 16.2.2
//! and 16.2.3). What the code itself asks for later is the gate's to hold. Reads strings, templates,
//! regular expressions and comments, no grammar: no library reads what may be no JavaScript without failing on it.

use std::str::CharIndices;

/// The specifiers that a module imports statically, in their order.
pub(crate) fn imports(code: &str) -> Vec<String> {
    let mut specifiers = Vec::new();
    let (mut rest, mut word) = (code, "");
    let mut slash = Slash::BeginsRegex;
    // Of each template that is open around this place, how many braces are open in its code.
    let mut templates: Vec<usize> = Vec::new();
    let mut comments = BlockComments::default();
    let mut regexes = RegexLiterals::default();
    while let Some(c) = rest.chars().next() {
        if let Some(after) = comments.skip(rest) {
            rest = after;
            continue;
        }
        if rest.starts_with("//") {
            let end = rest.find(['\n', '\r', '\u{2028}', '\u{2029}']);
            rest = end.and_then(|end| rest.get(end..)).unwrap_or_default();
            continue;
        }
        let name_end =
            rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '.')).unwrap_or(rest.len());
        if name_end > 0 {
            (word, rest) = rest.split_at(name_end);
            slash = if BEFORE_A_VALUE.contains(&word) { Slash::BeginsRegex } else { Slash::Divides };
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        // JavaScript counts the first of these as white space, and what could not be decoded may be some.
        if c.is_whitespace() || matches!(c, '\u{feff}' | char::REPLACEMENT_CHARACTER) {
            continue;
        }
        let word_before = std::mem::take(&mut word);
        let begins_regex = c == '/' && slash == Slash::BeginsRegex;
        match c {
            '"' | '\'' => {
                let (text, after) = string(rest, c);
                rest = after;
                if matches!(word_before, "import" | "from") {
                    specifiers.push(text);
                }
            }
            '`' => rest = after_template_text(rest, &mut templates),
            '/' if begins_regex => rest = regexes.skip(rest).unwrap_or(rest),
            '{' => {
                if let Some(braces) = templates.last_mut() {
                    *braces += 1;
                }
            }
            '}' => match templates.pop() {
                Some(0) => rest = after_template_text(rest, &mut templates),
                Some(braces) => templates.push(braces - 1),
                None => {}
            },
            _ => {}
        }
        slash = match c {
            ')' | ']' | '"' | '\'' | '`' => Slash::Divides,
            '/' if begins_regex => Slash::Divides,
            _ => Slash::BeginsRegex,
        };
    }
    specifiers
}

/// What a slash would mean at this place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slash {
    /// A value stands before it.
    Divides,
    BeginsRegex,
}

/// Words after which a value comes.
const BEFORE_A_VALUE: &[&str] = &[
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "instanceof",
    "new",
    "throw",
    "else",
    "do",
    "await",
    "yield",
    "default",
    "extends",
];

/// Passes over `/* … */`. One that does not end is none: perhaps a regular expression.
#[derive(Default)]
struct BlockComments {
    /// No comment ends from here on. Looked for once, and not at every `/*` that follows.
    none_ends: bool,
}

impl BlockComments {
    /// What follows the comment that begins here, if one does.
    fn skip<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        if self.none_ends {
            return None;
        }
        let comment = text.strip_prefix("/*")?;
        let end = comment.split_once("*/");
        self.none_ends = end.is_none();
        end.map(|(_, after)| after)
    }
}

/// What follows this part of a template: its end, or the code in it.
fn after_template_text<'a>(text: &'a str, templates: &mut Vec<usize>) -> &'a str {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let after = text.get(at + 1..).unwrap_or_default();
        match c {
            '\\' => drop(chars.next()),
            '`' => return after,
            '$' if after.starts_with('{') => {
                templates.push(0);
                return after.get(1..).unwrap_or_default();
            }
            _ => {}
        }
    }
    ""
}

/// Passes over regular expressions (ECMAScript, 12.9.5). On a line where one has not ended, the ends of all others
/// are computed together, so that a line of many beginnings takes time in proportion to its length.
#[derive(Default)]
struct RegexLiterals {
    /// How many bytes of the text were left where the line ended that has been computed.
    left_after_line: usize,
    /// For each byte of it, counted from its end: how far from that end the slash is that ends a regular expression which goes on
    /// there, outside of a class and in one.
    ends: Vec<[u32; 2]>,
}

/// Stands in a slash's place where the line ends before there is one.
const NO_SLASH: u32 = u32::MAX;

impl RegexLiterals {
    /// What follows the regular expression whose text begins here; nothing if the line ends before it does.
    fn skip<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let from_end = text.len().checked_sub(self.left_after_line);
        if let Some(&[slash, _]) = from_end.and_then(|at| self.ends.get(at)) {
            let left = self.left_after_line + slash as usize;
            return (slash != NO_SLASH).then(|| text.get(text.len() - left..)).flatten();
        }
        let found = after_regex(text);
        if found.is_none() {
            self.compute(text);
        }
        found
    }

    /// Computes the ends on the rest of the line, from its last byte to its first.
    fn compute(&mut self, text: &str) {
        let line = text.find(['\n', '\r']).and_then(|end| text.get(..end)).unwrap_or(text);
        self.left_after_line = text.len() - line.len();
        self.ends.clear();
        self.ends.push([NO_SLASH; 2]);
        for (at, byte) in (0..NO_SLASH).zip(line.bytes().rev()) {
            let behind = |bytes: usize| {
                let place = self.ends.len().checked_sub(bytes);
                place.and_then(|place| self.ends.get(place)).copied().unwrap_or([NO_SLASH; 2])
            };
            let [outside, in_class] = behind(1);
            self.ends.push(match byte {
                b'\\' => behind(2),
                b'[' => [in_class; 2],
                b']' => [outside; 2],
                b'/' => [at, in_class],
                _ => [outside, in_class],
            });
        }
    }
}

/// What follows a regular expression; nothing if the line ends before it does.
fn after_regex(text: &str) -> Option<&str> {
    let (mut bytes, mut in_class) = (text.bytes().enumerate(), false);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\n' | b'\r' => return None,
            b'\\' => drop(bytes.next().filter(|(_, escaped)| !matches!(escaped, b'\n' | b'\r'))?),
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return text.get(at + 1..),
            _ => {}
        }
    }
    None
}

/// A string's value up to its quote or the line's end, and what follows.
fn string(text: &str, quote: char) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return (value, text.get(at + 1..).unwrap_or_default()),
            '\n' | '\r' => return (value, text.get(at..).unwrap_or_default()),
            '\\' => value.extend(escaped(&mut chars)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// What follows a backslash: `\x2f`, `\u002f`, `\u{2f}`, or the character itself.
fn escaped(chars: &mut CharIndices<'_>) -> Option<char> {
    let character = |digits: String| u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
    let take =
        |chars: &mut CharIndices<'_>, count: usize| chars.by_ref().take(count).map(|(_, c)| c).collect();
    match chars.next()?.1 {
        'x' => character(take(chars, 2)),
        'u' if chars.as_str().starts_with('{') => {
            character(chars.by_ref().skip(1).map(|(_, c)| c).take_while(|c| *c != '}').collect())
        }
        'u' => character(take(chars, 4)),
        'n' | 'r' | 't' | 'b' | 'f' | 'v' | '0' | '\n' => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_ends_that_are_computed_together_are_those_that_are_found_one_by_one(
            text in r"[\[\]/\\\\a\u{e4}\n]{0,40}",
        ) {
            let mut regexes = RegexLiterals::default();
            for (at, _) in text.char_indices() {
                let rest = &text[at..];
                prop_assert_eq!(regexes.skip(rest), after_regex(rest), "{} from {}", text, at);
            }
        }
    }
}
