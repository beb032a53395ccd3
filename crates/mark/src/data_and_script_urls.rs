//! Documents that stand in an address, `data:` and `javascript:`: their text. Does not read the text.

use data_url::DataUrl;
use encoding_rs::{Encoding, UTF_8};
use percent_encoding::percent_decode_str;

/// The text of the document that stands in this address, in the encoding that it names; nothing if it leads
/// elsewhere or cannot be read.
pub(crate) fn document(address: &str) -> Option<String> {
    match DataUrl::process(address) {
        Ok(document) => text(&document),
        Err(_) => script(address),
    }
}

/// The same to a reader who knows no other encoding than UTF-8.
pub(crate) fn document_in_utf8(address: &str) -> Option<String> {
    match DataUrl::process(address) {
        Ok(document) => Some(String::from_utf8_lossy(&bytes(&document)?).into_owned()),
        Err(_) => script(address),
    }
}

/// The style sheet that stands in this address.
pub(crate) fn style_sheet(address: &str) -> Option<String> {
    let document = DataUrl::process(address).ok()?;
    if document.mime_type().matches("text", "css") { text(&document) } else { None }
}

/// In the encoding that a byte order mark names, else the address.
fn text(document: &DataUrl<'_>) -> Option<String> {
    let label = document.mime_type().get_parameter("charset");
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
    Some(encoding.decode(&bytes(document)?).0.into_owned())
}

fn bytes(document: &DataUrl<'_>) -> Option<Vec<u8>> {
    document.decode_to_vec().ok().map(|(bytes, _fragment)| bytes)
}

/// The code of a `javascript:` address, whose scheme may have white space in it (URL standard, 4.4).
fn script(address: &str) -> Option<String> {
    let (scheme, code) = address.trim_start_matches(|c| c <= ' ').split_once(':')?;
    let letters = scheme.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'));
    let is_script = letters.map(|c| c.to_ascii_lowercase()).eq("javascript".chars());
    is_script.then(|| percent_decode_str(code).decode_utf8_lossy().into_owned())
}
