//! Pages of many megabytes: time in proportion to their length. Each is so long that work for every pair of
//! its parts would take minutes, while work for every part takes about a second.

use std::time::{Duration, Instant};

use consentry_mark::Marker;

use crate::marked_site::{CONFIG, encoding, marker, marker_of_bytes};

const T: &str = "https://stats.example.net/";
const LIMIT: Duration = Duration::from_secs(20);

/// Marks the page as it would stream by; `held` elements must be held, within the time limit.
#[track_caller]
fn check(what: &str, page: &str, held: usize) {
    check_with(what, marker(CONFIG, &[]), page.as_bytes(), held);
}

/// The same with this marker.
#[track_caller]
fn check_with(what: &str, mut marker: Marker, page: &[u8], held: usize) {
    let (begin, mut out) = (Instant::now(), Vec::new());
    page.chunks(4096).for_each(|piece| marker.write(piece, &mut out));
    assert_eq!(marker.end(&mut out), held, "{what}");
    assert!(begin.elapsed() < LIMIT, "{what} took {:?}", begin.elapsed());
}

/// One piece of text for each number, one behind the other.
fn numbered(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

#[test]
fn long_pages_take_no_more_than_their_length() {
    check("many tags", &format!("<img src={T}><p title='a'>b</p>").repeat(100_000), 100_000);
    let image = format!("<img src=\"data:image/png;base64,{}\"><img src={T}>", "A".repeat(16 << 20));
    check("a long image in an address", &image, 1);
    let unbalanced = format!("{}{}<img src={T}>", "<b>".repeat(20_000), "</i>".repeat(20_000));
    check("elements that never end", &unbalanced, 1);
    check("foreign elements in each other", &format!("{}<img src={T}>", "<svg><template>".repeat(2_000)), 1);
}

#[test]
fn long_pages_in_other_encodings_take_no_more_than_their_length() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let sheet = format!("<style>a::before{{content:'{}'}}b{{c:url({T})}}</style>", "日本x".repeat(200_000));
    let switches = format!("<p>{}<img src={T}>", "\x1b$BF|\x1b(Ba".repeat(200_000));
    let errors = format!("<p>{}<img src={T}>", "\x1b\x1b(B".repeat(200_000));
    for (what, label, page) in [
        ("UTF-16", "utf-16le", utf16(&sheet)),
        ("Shift_JIS", "shift_jis", encoding("shift_jis").encode(&sheet).0.into_owned()),
        ("escape sequences", "iso-2022-jp", switches.clone().into_bytes()),
        ("escape sequences that are errors", "iso-2022-jp", errors.into_bytes()),
        ("a page of no known encoding", "", switches.into_bytes()),
    ] {
        let marker = marker_of_bytes(CONFIG, &[]);
        check_with(
            what,
            if label.is_empty() { marker } else { marker.in_encoding(encoding(label)) },
            &page,
            1,
        );
    }
}

#[test]
fn long_style_attributes_take_no_more_than_their_length() {
    let plain = numbered(100_000, |number| format!("b:url({T}{number});"));
    check("addresses as they are", &format!("<p style='{plain}'>"), 1);
    let escaped = numbered(100_000, |number| format!("b:url(\\68ttps://stats.example.net/{number});"));
    check("addresses in escapes", &format!("<p style='{escaped}'>"), 1);
    let open = format!("<p style='{}b:url({T})'>", "b:a(((((".repeat(400_000));
    check("parentheses that stay open", &open, 1);
}

#[test]
fn long_source_sets_take_no_more_than_their_length() {
    let images = numbered(200_000, |number| format!("{T}{number} {number}w, "));
    check("a source set", &format!("<img srcset='{images}'>"), 1);
}

#[test]
fn long_documents_in_addresses_take_no_more_than_their_length() {
    let images = numbered(100_000, |number| format!("<img src={T}{number}>"));
    check("a document in an address", &format!("<iframe src='data:text/html,{images}'></iframe>"), 1);
    let hosts = "//t.example".repeat(400_000);
    check("hosts without an end", &format!("<iframe src='data:text/html,{hosts}'></iframe>"), 1);
}

#[test]
fn long_modules_take_no_more_than_their_length() {
    let comments = "/* ".repeat(1_000_000);
    check("comments", &format!("<script type=module>import '{T}'\n{comments}</script>"), 1);
    let patterns = "/[".repeat(1_000_000);
    check("patterns that do not end", &format!("<script type=module>import '{T}'\n{patterns}</script>"), 1);
    let imports = numbered(100_000, |number| format!("import '{T}{number}'\n"));
    check("imports", &format!("<script type=module>{imports}</script>"), 1);
}

#[test]
fn long_import_maps_take_no_more_than_their_length() {
    let entries = numbered(100_000, |number| format!("\"m{number}\":\"{T}{number}\","));
    let imports = numbered(100_000, |number| format!("import 'm{number}'\n"));
    let page = format!(
        "<script type=importmap>{{\"imports\":{{{entries}\"a\":\"/a\"}}}}</script>\
         <script type=module>{imports}</script>"
    );
    check("an import map", &page, 2);
}

#[test]
fn long_style_sheets_take_no_more_than_their_length() {
    let rules = numbered(100_000, |number| format!("a{{b:url({T}{number})}}"));
    check("a style sheet", &format!("<style>{rules}</style>"), 1);
    let images = format!("<img src={T}>").repeat(100_000);
    check("text that may be markup", &format!("<math><mi><mglyph><title>{images}</title>"), 100_000);
}
