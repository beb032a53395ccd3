//! Character references in HTML (HTML standard, 13.2.5.72 to 80), read by `htmlize`; and the way in which
//! an edit is written into an attribute. Knows neither tags nor addresses.

use std::borrow::Cow;

use htmlize::Context;

/// A decoded attribute value.
pub(crate) struct Decoded {
    pub bytes: Vec<u8>,
    /// Where each of the bytes began in the value as written; then, as the last entry, where that ends.
    positions: Vec<usize>,
}

impl Decoded {
    /// Where the byte at this index began in the value as written.
    pub fn written_position(&self, index: usize) -> usize {
        self.positions.get(index).copied().unwrap_or_default()
    }
}

/// Decodes an attribute's value and remembers where everything stood. `htmlize` decodes one reference at a
/// time, because it does not say where a reference ended.
pub(crate) fn decode_with_positions(written: &[u8]) -> Decoded {
    let mut decoded = Decoded {
        bytes: Vec::with_capacity(written.len()),
        positions: Vec::with_capacity(written.len() + 1),
    };
    let mut at = 0;
    while let Some(rest) = written.get(at..).filter(|rest| !rest.is_empty()) {
        let piece = rest.get(..piece_length(rest)).unwrap_or(rest);
        // Where "=" follows a name without ";", the name stands for itself.
        let is_name = !piece.ends_with(b";") && piece.get(1) != Some(&b'#');
        let text = match rest.get(piece.len()) {
            Some(b'=') if is_name => Cow::Borrowed(piece),
            _ => htmlize::unescape_bytes_in(piece, Context::Attribute),
        };
        let is_reference = *text != *piece;
        decoded.positions.extend((0..text.len()).map(|index| if is_reference { at } else { at + index }));
        decoded.bytes.extend_from_slice(&text);
        at += piece.len();
    }
    decoded.positions.push(at);
    decoded
}

/// The length of what begins here and may be a reference, with its `&` and its `;`; else of the text before
/// the next `&`.
fn piece_length(rest: &[u8]) -> usize {
    let run = |from: usize, belongs: fn(&u8) -> bool| {
        from + rest.iter().skip(from).take_while(|byte| belongs(byte)).count()
    };
    let end = match rest {
        [b'&', b'#', b'x' | b'X', ..] => run(3, u8::is_ascii_hexdigit),
        [b'&', b'#', ..] => run(2, u8::is_ascii_digit),
        [b'&', ..] => run(1, u8::is_ascii_alphanumeric),
        _ => return run(0, |byte| *byte != b'&'),
    };
    end + usize::from(rest.get(end) == Some(&b';'))
}

/// What an attribute's value as written stands for.
pub(crate) fn decode_attribute(written: &str) -> String {
    htmlize::unescape_in(written, Context::Attribute).into_owned()
}

/// What text between tags stands for: unlike in an attribute, `&quotx` begins with a quotation mark there.
pub(crate) fn decode_text(written: &str) -> String {
    htmlize::unescape_in(written, Context::General).into_owned()
}

/// Writes ASCII for an attribute value in double quotes.
pub(crate) fn encode_quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

/// Writes ASCII for an attribute value, whether it is in quotes or not. No function of `htmlize` writes for
/// a value without quotes, in which white space, `=` and the grave accent must not stand either.
pub(crate) fn encode_unquoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '"' | '\'' | '<' | '>' | '=' | '`' | ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                written.push_str(&format!("&#{};", u32::from(c)));
            }
            c => written.push(c),
        }
    }
    written
}
