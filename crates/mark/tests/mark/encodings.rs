//! Pages in other encodings than UTF-8 are read as a browser reads them, and keep their bytes.

use consentry_mark::{Encoding, Marker};
use encoding_rs::{ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use proptest::prelude::*;

use crate::marked_site::{CONFIG, encoding, mark, mark_with, marker, marker_of_bytes};
use crate::stream::{HELD_HOSTS, PASSING_HOSTS, in_pieces_with, markup};

const T: &str = "https://stats.example.net/";
const HELD: &str = "data-consent=\"auto\" data-consent-";

/// One of each kind. A page may come in any other encoding too; there is nothing to tell about it.
const LABELS: &[&str] = &[
    "iso-2022-jp",
    "shift_jis",
    "euc-jp",
    "big5",
    "gbk",
    "gb18030",
    "euc-kr",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "koi8-r",
    "x-user-defined",
];

fn marker_in(label: &str) -> Marker {
    marker_of_bytes(CONFIG, &[]).in_encoding(encoding(label))
}

/// The bytes of this text. What the encoding lacks becomes a character reference.
fn encode(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    if encoding == UTF_16LE {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else if encoding == UTF_16BE {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    } else {
        encoding.encode(text).0.into_owned()
    }
}

fn decode(bytes: &[u8], encoding: &'static Encoding) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn marked_text(text: &str) -> String {
    String::from_utf8(mark(text.as_bytes())).unwrap()
}

fn bytes(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What is hidden from a reader of ASCII is held, and the page changes in nothing else.
#[track_caller]
fn check_hidden(page: &[u8], label: &str, held: &str) {
    assert_eq!(mark(page), page, "{label}: it is not hidden");
    let encoding = encoding(label);
    let marked = mark_with(marker_in(label), page);
    assert!(contains(&marked, held.as_bytes()), "{label}: {}", String::from_utf8_lossy(&marked));
    assert_eq!(decode(&marked, encoding), marked_text(&decode(page, encoding)), "{label}");
    assert_eq!(mark_with(marker_in(label), &marked), marked, "{label}, marked again");
}

#[test]
fn a_tag_that_bytes_of_other_characters_hide_is_held() {
    let image = format!("<img src={T}>");
    let page = bytes(&[b"<p>\x1b$B<!--\x1b(B", image.as_bytes(), b"\x1b$B-->!\x1b(B</p>"]);
    check_hidden(&page, "iso-2022-jp", &format!("<img {HELD}src={T}>\x1b$B-->!"));
    let page =
        bytes(&[b"<title>\x1b(J<\x1b$B!!\x1b(J/title>", b"<\x1b(Bi\x1b(Jm\x1b(Bg src=", T.as_bytes(), b">"]);
    let marked = mark_with(marker_in("iso-2022-jp"), &page);
    assert_eq!(decode(&marked, ISO_2022_JP), marked_text(&decode(&page, ISO_2022_JP)));
}

#[test]
fn an_address_that_a_second_byte_hides_is_held() {
    for (label, character) in [
        ("shift_jis", &b"\x95\\"[..]),
        ("shift_jis", b"\x83\\"),
        ("big5", b"\xa5\\"),
        ("gbk", b"\x81\\"),
        ("gb18030", b"\x81\\"),
        ("iso-2022-jp", b"\x1b(J\\"),
    ] {
        let style = bytes(&[
            b"<style>a::before{content:\"",
            character,
            b"\"}b{background:url(",
            T.as_bytes(),
            b")}c::before{content:\"x\"}</style>",
        ]);
        check_hidden(&style, label, "<style data-consent=\"auto\" type=\"text/plain\">a");
        let module = bytes(&[
            b"<script type=module>f(\"",
            character,
            b"\");import \"",
            T.as_bytes(),
            b"\";f(\"x\")</script>",
        ]);
        check_hidden(&module, label, "type=\"text/plain\" data-consent-type=module>f");
    }
}

#[test]
fn text_that_looks_like_a_tag_and_is_none_stays() {
    let page = format!("<p>\x1b$B<img src={T} >\x1b(B</p>");
    assert_ne!(mark(page.as_bytes()), page.as_bytes());
    assert_eq!(mark_with(marker_in("iso-2022-jp"), page.as_bytes()), page.as_bytes());
}

#[test]
fn what_is_put_in_is_ascii_whatever_is_around_it() {
    for (page, expected) in [
        // Behind a name that is not ASCII, and before what is not.
        (
            format!("<a\x1b$BF|\x1b(B style='b:url({T})'>"),
            format!("<a\x1b$BF|\x1b(B data-consent=\"auto\"\x1b(B data-consent-style='b:url({T})'>"),
        ),
        (format!("<a\x1b(J\\ style='b:url({T})'>\\"), format!("<a\x1b(J\\ {HELD}style='b:url({T})'>\\")),
        // An escape is no escape in the Roman set.
        (
            format!("\x1b(J<style type=a>@import '{T}'</style>~"),
            "\x1b(J<style type=a>@\x1b(B\\69\x1b(Jmport 'https://stats.example.net/'</style>~".to_owned(),
        ),
        // What goes takes its escape sequences along.
        (
            format!("<noscript>\x1b$BF|\x1b(B<img src={T}>\x1b$BK\\\x1b(B</noscript>"),
            "<noscript>\x1b$BF|\x1b$BK\\\x1b(B</noscript>".to_owned(),
        ),
        (
            format!("<noscript>\x1b$BF|\x1b(J<img src={T}>\\</noscript>"),
            "<noscript>\x1b$BF|\x1b(J\\</noscript>".to_owned(),
        ),
        (
            format!("<noscript><iframe src={T}>\x1b(J</iframe>\\</noscript>"),
            "<noscript>\x1b(J\\</noscript>".to_owned(),
        ),
    ] {
        let marked = mark_with(marker_in("iso-2022-jp"), page.as_bytes());
        assert_eq!(String::from_utf8(marked).unwrap(), expected, "of {page}");
    }
}

#[test]
fn a_page_says_its_encoding_itself() {
    let hidden =
        |start: &[u8]| bytes(&[start, b"<p>\x1b$B<!--\x1b(B<img src=", T.as_bytes(), b">\x1b$B-->!"]);
    let is_held = |page: &[u8], marker: Marker| contains(&mark_with(marker, page), HELD.as_bytes());
    for start in [
        "<meta charset=iso-2022-jp>",
        "<!doctype html><title>a</title><META CHARSET=' ISO-2022-JP '>",
        "<meta http-equiv=Content-Type content='text/html; charset=iso-2022-jp'>",
        "<meta content='charset a charset = \"iso-2022-jp\" x' http-equiv=content-type>",
    ] {
        let page = hidden(start.as_bytes());
        assert!(is_held(&page, marker_of_bytes(CONFIG, &[])), "{start}");
        // What the response says goes before, and a byte order mark before that.
        assert!(!is_held(&page, marker(CONFIG, &[])), "{start}");
        let looks_held = bytes(&[start.as_bytes(), b"\x1b$B<img src=", T.as_bytes(), b" >\x1b(B"]);
        assert_eq!(mark_with(marker_of_bytes(CONFIG, &[]), &looks_held), looks_held, "{start}");
    }
    let marked = bytes(&[b"\xef\xbb\xbf", &hidden(b"<meta charset=iso-2022-jp>")]);
    assert!(!is_held(&marked, marker_in("iso-2022-jp")));
    for encoding in [UTF_16LE, UTF_16BE] {
        let image = format!("<p>é<img src={T}>");
        for (start, marker) in [("\u{feff}", marker(CONFIG, &[])), ("<?xml?>", marker_of_bytes(CONFIG, &[]))]
        {
            let page = format!("{start}{image}");
            assert_eq!(
                mark_with(marker, &encode(&page, encoding)),
                encode(&page.replace("img ", &format!("img {HELD}")), encoding)
            );
        }
    }
}

#[test]
fn a_page_that_does_not_say_it_is_held_in_every_reading() {
    let image = format!("<img src={T}>");
    let style = |character: &[u8]| {
        bytes(&[
            b"<style>a::before{content:\"",
            character,
            b"\"}b{background:url(",
            T.as_bytes(),
            b")}c::before{content:\"x\"}</style>",
        ])
    };
    let iso = bytes(&[b"<p>\x1b$B<!--\x1b(B", image.as_bytes(), b"\x1b$B-->!\x1b(B</p>"]);
    let filler = format!("<!--{}-->", "x".repeat(1024)).into_bytes();
    for start in [
        &b""[..],
        b"<meta charset=unknown>",
        b"<meta charset=utf-8 content='text/html;charset=iso-2022-jp' http-equiv=content-type>",
        b"<!-- charset --><meta charset=utf-8>",
        b"<script>'<meta charset=utf-8>'</script>",
        b"<?xml version='1.0' encoding='shift_jis'?><meta charset=utf-8>",
        b"<meta charset=hz-gb-2312>",
        b"<meta name=a content='charset=utf-8'>",
        &bytes(&[&filler, b"<meta charset=utf-8>"]),
    ] {
        for page in [&iso, &style(b"\x95\\"), &style(b"\xa5\\"), &style(b"\xfd\\")] {
            let page = bytes(&[start, page]);
            let marked = mark_with(marker_of_bytes(CONFIG, &[]), &page);
            assert!(contains(&marked, b"data-consent=\"auto\""), "{}", String::from_utf8_lossy(&page));
        }
    }
    assert!(
        mark_with(marker_of_bytes(CONFIG, &[]), b"<script type=module>import\xa0'//t.example'</script>")
            .starts_with(b"<script data-consent")
    );
}

#[test]
fn other_characters_than_ascii_are_read_in_the_encoding() {
    let granted = r#"{"services":[{"id":"a","category":"necessary","hosts":["xn--mnchen-3ya.example"]}]}"#;
    let page = b"<img src=//m\xfcnchen.example/>";
    let marker = marker_of_bytes(granted, &[]).in_encoding(encoding("windows-1252"));
    assert_eq!(mark_with(marker, page), page);
    let module = b"<script type=module>import\xa0'//t.example'</script>";
    assert_ne!(mark_with(marker_in("windows-1252"), module), module);
}

/// Markup with characters of many scripts in it.
fn text(hosts: &'static [&'static str]) -> impl Strategy<Value = String> {
    const CHARACTERS: &[&str] = &[
        "表", "功", "日本", "乗", "í", "ж", "한", "¥", "‾", "ｱ", "𠀋", "\u{a0}", "€", "\u{2028}", "\\", "~",
    ];
    let part = prop_oneof![
        3 => markup(hosts),
        4 => prop::sample::select(CHARACTERS).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

/// Bytes that are often text in one of the encodings, and often none.
fn any_page() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&[u8]] = &[
        b"\x1b$B",
        b"\x1b(B",
        b"\x1b(J",
        b"\x1b(I",
        b"\x1b$@",
        b"\x1b",
        b"\x1b(",
        b"\x1b$",
        b"\x81",
        b"\x81\x30",
        b"\x81\x30\x81",
        b"\x81\x30\x81\x30",
        b"\x95\\",
        b"\xa1\xa1",
        b"\x8f\xa1\xa1",
        b"\x88\x62",
        b"\xff",
        b"\0",
        b"\xd8",
        b"<\0",
        b"F|",
        b"K\\",
        b"!",
        b"0",
        b"a",
        b"<noscript>",
        b"</noscript>",
        b"<img src=https://stats.example.net/>",
        b"<style type=a>@import '//t.example'</style>",
        b"<p style='b:url(//t.example)'>",
        b"<iframe srcdoc='<img src=//t.example>'>",
        b"\n",
        b"\"",
        b"\x0e",
    ];
    let piece = prop_oneof![
        4 => prop::sample::select(PIECES).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// The text without errors: what goes may bring two escape sequences together, and the second is an error then.
fn without_errors(text: &str) -> String {
    text.replace('\u{fffd}', "")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_page_is_marked_as_its_text_is(page in text(HELD_HOSTS), label in prop::sample::select(LABELS)) {
        let encoding = encoding(label);
        let page = encode(&page, encoding);
        let marked = mark_with(marker_in(label), &page);
        let expected = marked_text(&decode(&page, encoding));
        prop_assert_eq!(&decode(&marked, encoding), &expected);
        if encoding != ISO_2022_JP {
            prop_assert_eq!(marked, encode(&expected, encoding));
        }
    }

    #[test]
    fn any_bytes_are_marked_as_their_text_is(page in any_page(), label in prop::sample::select(LABELS)) {
        let encoding = encoding(label);
        // Where a tag goes, half a character before it may meet another half.
        prop_assume!(encoding == ISO_2022_JP || !contains(&page, b"<noscript"));
        let marked = mark_with(marker_in(label), &page);
        let text = decode(&page, encoding);
        prop_assert_eq!(without_errors(&decode(&marked, encoding)), without_errors(&marked_text(&text)));
        if encoding != ISO_2022_JP {
            prop_assert_eq!(decode(&marked, encoding), marked_text(&text));
        }
        if text == marked_text(&text) {
            prop_assert_eq!(marked, page);
        }
    }

    #[test]
    fn any_bytes_in_any_pieces_come_out_the_same(
        page in any_page(),
        label in prop::sample::select(LABELS),
        at in any::<prop::sample::Index>(),
    ) {
        let whole = mark_with(marker_in(label), &page);
        let at = at.index(page.len() + 1);
        prop_assert_eq!(&in_pieces_with(marker_in(label), &page, &[at]), &whole);
        let every_byte: Vec<_> = (0..page.len()).collect();
        prop_assert_eq!(in_pieces_with(marker_in(label), &page, &every_byte), whole);
        let whole = mark_with(marker_of_bytes(CONFIG, &[]), &page);
        prop_assert_eq!(in_pieces_with(marker_of_bytes(CONFIG, &[]), &page, &[at]), whole);
    }

    #[test]
    fn a_page_of_no_known_encoding_and_without_a_held_host_keeps_its_bytes(page in text(PASSING_HOSTS)) {
        let page = page.replace("analytics", "necessary").replace("data-consent=", "data-x=");
        let page = page.replace('\\', " ");
        let marked = mark_with(marker_of_bytes(CONFIG, &[]), page.as_bytes());
        prop_assert_eq!(String::from_utf8(marked).unwrap(), page);
    }
}

#[test]
fn a_document_in_an_address_is_read_in_the_encoding_that_it_names() {
    // `<script src=//t.example></script>` in UTF-16.
    let utf16: String =
        "<script src=//t.example></script>".chars().map(|c| format!("%{:02x}%00", u32::from(c))).collect();
    let held = |address: &str| {
        let marked = marked_text(&format!("<iframe src='{address}'></iframe>"));
        marked.contains("data-consent-origins=\"https://t.example\"")
    };
    assert!(held(&format!("data:text/html;charset=utf-16le,{utf16}")));
    assert!(held(&format!("data:text/html,%ff%fe{utf16}")));
    assert!(!held(&format!("data:text/html,{utf16}")));
}

#[test]
fn utf8_is_not_decoded() {
    assert_eq!(decode(b"\xff", UTF_8), "\u{fffd}");
    assert_eq!(mark(b"<p>\xff<p title=\xff\xc3>"), b"<p>\xff<p title=\xff\xc3>");
}
