//! In which encodings a page is to be read. A browser knows its encoding by a byte order mark, else by what
//! the response says, else by a `<meta>` near its beginning (HTML standard, 13.2.3.2). Of a page that says
//! nothing, a browser guesses, each in its own way, and by more than the page: such a page is read in every
//! encoding that could make a difference. Decodes nothing.

use encoding_rs::{BIG5, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use lol_html::{HtmlRewriter, Settings, element};

/// The bytes in which every browser looks for a `<meta>` that names the encoding.
const SEARCHED: usize = 1024;

/// UTF-8 has the longest byte order mark.
const BYTE_ORDER_MARK: usize = 3;

/// The encodings in which a page with this beginning is to be read, if that can be told yet: after 1024 bytes
/// at the latest. `response` is what the response names.
pub(crate) fn encodings_of(
    beginning: &[u8],
    response: Option<&'static Encoding>,
) -> Option<Vec<&'static Encoding>> {
    if beginning.len() < BYTE_ORDER_MARK {
        return None;
    }
    let marked = Encoding::for_bom(beginning).map(|(encoding, _)| encoding);
    let known = marked.or(response).or_else(|| utf16_of_xml(beginning));
    let searched = beginning.get(..SEARCHED);
    match known.or_else(|| declared(searched.unwrap_or(beginning))) {
        Some(encoding) => Some(vec![encoding]),
        None => searched.map(|_| every_encoding()),
    }
}

/// The encodings of a page of which nothing is known. In all other encodings, those that no browser guesses
/// aside, ASCII bytes stand for themselves, or only letters hide among others: the last one finds in
/// them what a browser finds.
pub(crate) fn every_encoding() -> Vec<&'static Encoding> {
    vec![ISO_2022_JP, SHIFT_JIS, BIG5, GB18030, UTF_8]
}

/// UTF-16 without a byte order mark, if the page begins with `<?x` in it.
fn utf16_of_xml(beginning: &[u8]) -> Option<&'static Encoding> {
    match beginning {
        [b'<', 0, b'?', 0, b'x', 0, ..] => Some(UTF_16LE),
        [0, b'<', 0, b'?', 0, b'x', ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding that a `<meta>` names, where no browser can take another one: the word `charset` stands
/// nowhere before it. The standard finds tags in comments of an odd form and in scripts, and Chromium does not.
fn declared(beginning: &[u8]) -> Option<&'static Encoding> {
    let first = position_of_charset(beginning)?;
    // In an XML declaration the word is another one, and not every browser reads it.
    if beginning.starts_with(b"<?xml") {
        return None;
    }
    let mut found = None;
    let meta = element!("meta", |meta| {
        if meta.source_location().bytes().contains(&first) {
            found = encoding_of_meta(
                meta.get_attribute("charset"),
                meta.get_attribute("http-equiv"),
                meta.get_attribute("content"),
            );
        }
        Ok(())
    });
    let settings = Settings::new().append_element_content_handler(meta).with_strict(false);
    // Whatever it could not read it has not found.
    let _ = HtmlRewriter::new(settings, |_: &[u8]| {}).write(beginning);
    found
}

fn encoding_of_meta(
    charset: Option<String>,
    pragma: Option<String>,
    content: Option<String>,
) -> Option<&'static Encoding> {
    let label = match (charset, content) {
        (Some(label), None) => label,
        (None, Some(content)) if pragma?.eq_ignore_ascii_case("content-type") => label_in(&content)?,
        // Browsers do not agree on which of two counts.
        _ => return None,
    };
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    // A tag that was read as ASCII cannot be UTF-16, and the third is no encoding of pages.
    match encoding.name() {
        "UTF-16LE" | "UTF-16BE" => Some(UTF_8),
        "x-user-defined" => Some(WINDOWS_1252),
        _ => Some(encoding),
    }
}

/// The label in the `content` of a `<meta>` (HTML standard, "extracting a character encoding from a meta
/// element").
fn label_in(content: &str) -> Option<String> {
    let mut rest = content;
    loop {
        rest = rest.get(position_of_charset(rest.as_bytes())? + CHARSET.len()..)?;
        if let Some(value) = rest.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) {
            let quoted = ['"', '\''].into_iter().find(|quote| value.starts_with(*quote));
            let label = match quoted {
                Some(quote) => value.get(1..)?.split_once(quote)?.0,
                None => value.split(|c: char| c.is_ascii_whitespace() || c == ';').next()?,
            };
            return Some(label.to_owned());
        }
    }
}

const CHARSET: &[u8] = b"charset";

fn position_of_charset(text: &[u8]) -> Option<usize> {
    text.windows(CHARSET.len()).position(|word| word.eq_ignore_ascii_case(CHARSET))
}
