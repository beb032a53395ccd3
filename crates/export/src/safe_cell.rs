//! Makes a text harmless in a CSV cell. A spreadsheet takes what begins with certain characters for a formula, quotes or not;
//! and one that splits at another character than the comma finds cells within ours.

use std::borrow::Cow;

/// What a spreadsheet may split a line at.
const SEPARATORS: [char; 6] = [',', ';', '|', '\t', '\r', '\n'];

/// The text with `'` before each place where a formula could begin. Nothing is ever taken away.
pub fn safe_cell(text: &str) -> Cow<'_, str> {
    if !may_begin(text) && !text.contains(SEPARATORS) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 1);
    let mut rest = text;
    while !rest.is_empty() {
        if may_begin(rest) {
            safe.push('\'');
        }
        // A tab or a line's end that begins a cell is covered by what was just written.
        let part = rest.find(SEPARATORS).map_or(rest.len(), |at| at + 1);
        safe.push_str(&rest[..part]);
        rest = &rest[part..];
    }
    Cow::Owned(safe)
}

/// Whether a spreadsheet could take a cell with this text for a formula.
fn may_begin(cell: &str) -> bool {
    if cell.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    cell.chars().find(|&c| !is_passed_over(c)).is_some_and(begins_formula)
}

/// What some program drops, or does not see, before it looks for a formula: blanks, quotes, marks without a width.
fn is_passed_over(c: char) -> bool {
    let is_quote = matches!(
        c,
        '"' | '\'' | '`' | '«' | '»' | '\u{2018}'
            ..='\u{201F}' | '\u{2039}' | '\u{203A}' | '\u{FF02}' | '\u{FF07}'
    );
    let has_no_width = matches!(c, '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    is_quote || has_no_width || c.is_whitespace() || c.is_control()
}

/// `= + - @`, and what is them in another width or shape.
fn begins_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '@'
            | '\u{FF1D}'
            | '\u{FF0B}'
            | '\u{FF0D}'
            | '\u{FF20}'
            | '\u{FE66}'
            | '\u{FE62}'
            | '\u{FE63}'
            | '\u{FE6B}'
            | '\u{2212}'
    )
}

#[cfg(test)]
mod tests {
    use super::safe_cell;

    #[test]
    fn what_could_begin_a_formula_does_not() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\tplain", "'\tplain"),
            ("\"=1", "'\"=1"),
            ("'=1", "''=1"),
            ("  =1", "'  =1"),
            ("\u{FEFF}=1", "'\u{FEFF}=1"),
            ("\u{200B}\"\u{A0}=1", "'\u{200B}\"\u{A0}=1"),
            ("＝1＋1", "'＝1＋1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠A", "'＠A"),
            ("−1", "'−1"),
            ("a;=1", "a;'=1"),
            ("a, =1", "a,' =1"),
            ("a\n-1", "a\n'-1"),
            ("2026-11-21", "2026-11-21"),
            ("functional, service:a-b", "functional, service:a-b"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(safe_cell(text), safe, "{text:?}");
        }
    }
}
