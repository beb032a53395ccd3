//! What the first layer is made from, packed as the page carries it: UTF-8, one line for each text of the language in the
//! order of [`KEYS`], then the facts of the site and the page.

/// The keys of a language's texts, in the order of their lines, as the language's file has them. A text in several forms
/// is on one line too: `one:…|other:…`, until a number has chosen the form.
pub const KEYS: [&str; 16] = [
    "direction",
    "reopen",
    "title",
    "ask",
    "undescribed",
    "withdrawal",
    "more",
    "explain",
    "policy",
    "saved",
    "functionalPurpose",
    "analyticsPurpose",
    "advertisingPurpose",
    "reject-all",
    "accept-all",
    "preferences",
];

/// Which line. The page's JavaScript has the same numbers (crates/gate/js/numbers.js).
#[derive(Clone, Copy)]
pub enum Line {
    /// `ltr` or `rtl`.
    Direction,
    /// The label of the button that leads back to the choice.
    Reopen,
    Title,
    /// Who asks, and what for; in several forms, for the number of services that need consent.
    Ask,
    /// How many hosts were held that the site does not describe; in several forms.
    Undescribed,
    Withdrawal,
    /// The label of the disclosure.
    More,
    Explain,
    Policy,
    /// Said once a decision is made.
    Saved,
    /// The functional category's; those of the other two follow.
    Purpose,
    /// The first control's; those of the other two follow.
    Control = 13,
    /// The address of the site's privacy policy, empty where there is none.
    PolicyUrl = 16,
    /// The name of who asks: the site's controller, or the page's host where the site names none.
    Controller,
}

/// The lines; one that is not there is empty.
#[derive(Clone, Copy)]
pub struct Lines<'a>(pub &'a [u8]);

impl<'a> Lines<'a> {
    /// The line, or one of those that follow it.
    pub fn get(self, line: Line, further: usize) -> &'a [u8] {
        let mut rest = self.0;
        for _ in 0..line as usize + further {
            rest = cut(rest, b'\n').1;
        }
        cut(rest, b'\n').0
    }
}

/// What stands before and behind the first byte of this value; nothing is behind where there is none.
#[inline(never)]
pub(crate) fn cut(text: &[u8], at: u8) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| *byte == at).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_stands_where_its_key_does() {
        for (line, further, key) in [
            (Line::Direction, 0, "direction"),
            (Line::Reopen, 0, "reopen"),
            (Line::Title, 0, "title"),
            (Line::Ask, 0, "ask"),
            (Line::Undescribed, 0, "undescribed"),
            (Line::Withdrawal, 0, "withdrawal"),
            (Line::More, 0, "more"),
            (Line::Explain, 0, "explain"),
            (Line::Policy, 0, "policy"),
            (Line::Saved, 0, "saved"),
            (Line::Purpose, 0, "functionalPurpose"),
            (Line::Purpose, 1, "analyticsPurpose"),
            (Line::Purpose, 2, "advertisingPurpose"),
            (Line::Control, 0, "reject-all"),
            (Line::Control, 1, "accept-all"),
            (Line::Control, 2, "preferences"),
        ] {
            assert_eq!(KEYS[line as usize + further], key);
        }
        assert_eq!(Line::PolicyUrl as usize, KEYS.len());
    }

    #[test]
    fn a_line_that_is_missing_is_empty() {
        let lines = Lines(b"a\nb\n\nd");
        let found: [&[u8]; 6] = [0, 1, 2, 3, 4, 99].map(|at| lines.get(Line::Direction, at));
        assert_eq!(found, [&b"a"[..], b"b", b"", b"d", b"", b""]);
    }
}
