//! Documents that stand in a URL, `data:` and `javascript:`: whom they ask, as far as their text tells. One
//! that puts an address together when it runs is the policy's to hold.

use crate::{css, entities, module};

/// What loads in a frame that is given this address.
pub(crate) fn in_frame(url: &str) -> Vec<String> {
    match document(url) {
        Some(Document { text, .. }) => {
            let decoded = entities::decode_text(&text);
            let mut urls = named(&decoded);
            urls.extend(css::urls(&decoded));
            urls
        }
        None => vec![url.to_owned()],
    }
}

/// What the gate reads in such an address.
pub(crate) fn as_the_gate_reads(url: &str) -> Vec<String> {
    document(url).map_or_else(Vec::new, |it| named(&it.text))
}

/// What a style sheet at this address asks for: those that it is made of, if it stands in the address.
pub(crate) fn in_sheet(url: &str) -> Vec<String> {
    sheet(url).map_or_else(|| vec![url.to_owned()], |text| css::urls(&text))
}

/// The style sheet that stands in this address.
pub(crate) fn sheet(url: &str) -> Option<String> {
    document(url).filter(|it| it.kind == "text/css").map(|it| it.text)
}

/// The same of a module.
pub(crate) fn in_module(url: &str) -> Vec<String> {
    match document(url) {
        Some(Document { text, .. }) => module::imports(&text),
        None => vec![url.to_owned()],
    }
}

struct Document {
    /// In lower case, without parameters.
    kind: String,
    text: String,
}

fn document(url: &str) -> Option<Document> {
    let url = url.trim_start_matches(|c| c <= ' ');
    let (scheme, rest) = url.split_once(':')?;
    let scheme: String = scheme.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let (kind, text) = match scheme.to_ascii_lowercase().as_str() {
        "javascript" => ("", unescaped(rest)),
        "data" => {
            let (kind, body) = rest.split_once(',')?;
            let body = unescaped(body);
            let base64 = kind.rsplit(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case("base64"));
            (kind, if base64 { from_base64(&body) } else { body })
        }
        _ => return None,
    };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(Document { kind, text: String::from_utf8_lossy(&text).into_owned() })
}

/// Percent-encoded bytes as they are.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *byte == b'%').and_then(|it| std::str::from_utf8(it).ok());
        let code = code.and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(code.unwrap_or(*byte));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    bytes
}

/// What else than the alphabet stands in it is passed over.
fn from_base64(text: &[u8]) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

/// Addresses of hosts in any text, as the gate finds them (`urlsIn`); a namespace is none.
pub(crate) fn named(text: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || "\"'`<>()\\".contains(c);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("//") {
        let host = text.get(at + 2..).unwrap_or_default();
        let host = host.get(..host.find(ends).unwrap_or(host.len())).unwrap_or_default();
        let first = host.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
        let dotted = first.is_some_and(|dot| {
            dot > 0 && host.get(dot..).is_some_and(|it| it.starts_with('.') && it.len() > 1)
        });
        if dotted && !host.starts_with("www.w3.org") {
            let before = text.get(..at).unwrap_or_default();
            let scheme = ["https:", "http:", "wss:", "ws:"].into_iter().find(|scheme| {
                before
                    .len()
                    .checked_sub(scheme.len())
                    .and_then(|from| before.get(from..))
                    .is_some_and(|it| it.eq_ignore_ascii_case(scheme))
            });
            found.push(format!("{}//{host}", scheme.unwrap_or_default()));
        }
    }
    found
}
