//! What an inline script makes the browser ask for before it runs a line of it: the static imports of a
//! module, the addresses of speculation rules. What the code itself does later is the gate's to hold.

use serde_json::Value;

/// The specifiers that a module imports statically (ECMAScript, 16.2.2 and 16.2.3), in their order. Reads
/// strings, templates, patterns and comments, no grammar.
pub(crate) fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut rest, mut word) = (code, "");
    // Whether a slash divides, because a value stands before it; else a pattern begins.
    let mut divides = false;
    // Of each template that is open around this place, how many braces are.
    let mut templates: Vec<usize> = Vec::new();
    while let Some(c) = rest.chars().next() {
        // A comment that does not end is none: perhaps a pattern.
        let block = rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/"));
        let name =
            rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '.')).unwrap_or(rest.len());
        if let Some((_, after)) = block {
            rest = after;
            continue;
        }
        if rest.starts_with("//") {
            rest =
                rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).and_then(|end| rest.get(end..)).unwrap_or("");
            continue;
        }
        if name > 0 {
            (word, rest) = rest.split_at(name);
            divides = !BEFORE_A_VALUE.contains(&word);
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        if c.is_whitespace() {
            continue;
        }
        let last = std::mem::take(&mut word);
        match c {
            '"' | '\'' => {
                let (text, after) = string(rest, c);
                rest = after;
                found.extend(matches!(last, "import" | "from").then_some(text));
            }
            '`' => rest = template(rest, &mut templates),
            '/' if !divides => rest = pattern(rest).unwrap_or(rest),
            '{' => templates.iter_mut().rev().take(1).for_each(|braces| *braces += 1),
            '}' => match templates.pop() {
                Some(0) => rest = template(rest, &mut templates),
                Some(braces) => templates.push(braces - 1),
                None => {}
            },
            _ => {}
        }
        divides = matches!(c, ')' | ']' | '"' | '\'' | '`') || (c == '/' && !divides);
    }
    found
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

/// What follows this part of a template: its end, or the code in it.
fn template<'a>(text: &'a str, templates: &mut Vec<usize>) -> &'a str {
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

/// What follows a pattern; nothing if the line ends before it does.
fn pattern(text: &str) -> Option<&str> {
    let (mut chars, mut class) = (text.char_indices(), false);
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' | '\r' => return None,
            '\\' => drop(chars.next()),
            '[' => class = true,
            ']' => class = false,
            '/' if !class => return text.get(at + 1..),
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
            '\\' => value.extend(escape(&mut chars)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// What follows a backslash: `\x2f`, `\u002f`, `\u{2f}`, or the character itself.
fn escape(chars: &mut std::str::CharIndices<'_>) -> Option<char> {
    let digits = |chars: &mut std::str::CharIndices<'_>, count: usize| {
        let code: String = chars.by_ref().take(count).map(|(_, c)| c).collect();
        u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)
    };
    match chars.next()?.1 {
        'x' => digits(chars, 2),
        'u' if chars.as_str().starts_with('{') => {
            let code: String = chars.by_ref().skip(1).map(|(_, c)| c).take_while(|c| *c != '}').collect();
            u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)
        }
        'u' => digits(chars, 4),
        'n' | 'r' | 't' | 'b' | 'f' | 'v' | '0' | '\n' => None,
        c => Some(c),
    }
}

/// The addresses and address patterns of speculation rules; none of what is no JSON, which the browser
/// ignores too.
pub(crate) fn speculated(json: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(rules) = serde_json::from_str(json) {
        collect(&rules, false, &mut found);
    }
    found
}

fn collect(value: &Value, wanted: bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if wanted => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, wanted, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                collect(value, matches!(key.as_str(), "urls" | "href_matches"), found);
            }
        }
        _ => {}
    }
}
