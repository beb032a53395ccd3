//! Character references in attribute values (HTML standard, 13.2.5.72 to 80): what a URL needs. Names that
//! stand for what is not ASCII stay as written; no scheme, host separator or tag is made of them.

/// A decoded value, and where each of its bytes began in what was written, with the end as the last.
pub(crate) struct Decoded {
    pub bytes: Vec<u8>,
    pub from: Vec<usize>,
}

/// Named references to ASCII characters (HTML standard, 13.5).
const NAMES: &[(&str, char)] = &[
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("amp", '&'),
    ("AMP", '&'),
    ("apos", '\''),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("lt", '<'),
    ("LT", '<'),
    ("equals", '='),
    ("gt", '>'),
    ("GT", '>'),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("UnderBar", '_'),
    ("grave", '`'),
    ("DiacriticalGrave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("VerticalLine", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
];

/// Those that need no `;`.
const LEGACY: &[&str] = &["amp", "AMP", "lt", "LT", "gt", "GT", "quot", "QUOT"];

/// What a value as written stands for.
pub(crate) fn decode(written: &[u8]) -> Decoded {
    let (mut bytes, mut from) = (Vec::with_capacity(written.len()), Vec::with_capacity(written.len() + 1));
    let mut at = 0;
    while let Some(byte) = written.get(at) {
        let rest = written.get(at + 1..).unwrap_or_default();
        let found = if *byte == b'&' { reference(rest) } else { None };
        if let Some((c, length)) = found {
            let mut utf8 = [0; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                bytes.push(byte);
                from.push(at);
            }
            at += 1 + length;
        } else {
            bytes.push(*byte);
            from.push(at);
            at += 1;
        }
    }
    from.push(at);
    Decoded { bytes, from }
}

/// As [`decode`], of text.
pub(crate) fn decode_text(written: &str) -> String {
    if !written.contains('&') {
        return written.to_owned();
    }
    String::from_utf8_lossy(&decode(written.as_bytes()).bytes).into_owned()
}

/// The character that a reference stands for and the length of what follows its `&`.
fn reference(rest: &[u8]) -> Option<(char, usize)> {
    if let Some(digits) = rest.strip_prefix(b"#") {
        let (digits, radix, skipped) = match digits {
            [b'x' | b'X', digits @ ..] => (digits, 16, 2),
            digits => (digits, 10, 1),
        };
        let length = digits.iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
        let end = usize::from(digits.get(length) == Some(&b';'));
        let digits = std::str::from_utf8(digits.get(..length).filter(|digits| !digits.is_empty())?).ok()?;
        let number = u32::from_str_radix(digits, radix).unwrap_or(u32::MAX);
        let c = char::from_u32(number).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER);
        return Some((c, skipped + length + end));
    }
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = rest.get(..length)?;
    if rest.get(length) == Some(&b';') {
        let found = NAMES.iter().find(|(known, _)| known.as_bytes() == name);
        return found.map(|(_, c)| (*c, length + 1));
    }
    // Without `;` in an attribute only where neither a letter, a digit nor `=` follows.
    let ends = rest.get(length) != Some(&b'=');
    let legacy = LEGACY.iter().find(|known| ends && known.as_bytes() == name)?;
    NAMES.iter().find(|(known, _)| known == legacy).map(|(_, c)| (*c, length))
}

/// Writes ASCII into an attribute value in double quotes.
pub(crate) fn encode_quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

/// Writes ASCII into an attribute value, quoted or not.
pub(crate) fn encode(text: &str) -> String {
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
