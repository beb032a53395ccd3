//! A page comes out the same in whatever pieces it comes in, and whatever is in it.

use consentry_mark::Marker;
use proptest::prelude::*;

use crate::marked_site::{CONFIG, mark, marker};

const PAGE: &str = concat!(
    "<!doctype html><head><base href=/x/>",
    "<script src=https://stats.example.net/a.js type='module' ></script>",
    "<style>a{b:url(https://stats.example.net/)}</style>",
    r#"<script type=importmap>{"imports":{"a":"https://t.example/"}}</script>"#,
    "<noscript><img src='https://stats.example.net/?a&amp;b'>x</noscript></head>",
    r#"<body style="b:url(//t.example)">é"#,
    r#"<iframe srcdoc="<img src=//t.example>"></iframe><!-- <img src=//t.example> -->"#,
    "<svg><style>@import '//t.example';<a/></style></svg>",
    r#"<script>"<!--<script>"</script> </script --></script>"#,
    "<textarea><img src=//t.example></textarea><img SRC=//t.example\n>",
);

/// The page in pieces that end at these bytes, and the rest.
fn in_pieces(page: &[u8], ends: &[usize]) -> Vec<u8> {
    in_pieces_with(marker(CONFIG, &[]), page, ends)
}

/// The same through this marker.
pub fn in_pieces_with(mut marker: Marker, page: &[u8], ends: &[usize]) -> Vec<u8> {
    let (mut out, mut from) = (Vec::new(), 0);
    for end in ends.iter().copied().chain([page.len()]) {
        marker.write(&page[from..end], &mut out);
        from = end;
    }
    marker.end(&mut out);
    out
}

#[test]
fn a_page_split_at_any_byte_comes_out_the_same() {
    let whole = mark(PAGE.as_bytes());
    for at in 0..=PAGE.len() {
        assert_eq!(in_pieces(PAGE.as_bytes(), &[at]), whole, "split at {at}");
    }
    let every_byte: Vec<_> = (1..PAGE.len()).collect();
    assert_eq!(in_pieces(PAGE.as_bytes(), &every_byte), whole);
}

#[test]
fn what_is_decided_does_not_wait() {
    let (mut marker, mut out) = (marker(CONFIG, &[]), Vec::new());
    marker.write(b"<p>one<img src=//t.example><p>two <im", &mut out);
    assert_eq!(out, b"<p>one<img data-consent=\"auto\" data-consent-src=//t.example><p>two ");
}

/// Pieces of markup in any order, and these hosts.
pub fn markup(hosts: &'static [&'static str]) -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "<img src=",
        "<script src=",
        "<script>",
        "</script>",
        "<style>@import '",
        "</style>",
        "<svg>",
        "</svg>",
        "<noscript>",
        "</noscript>",
        "<iframe srcdoc=\"",
        "\"",
        "'",
        ">",
        " ",
        "<",
        "<!--",
        "-->",
        "a",
        "=",
        "&amp;",
        "<template>",
        "<select>",
        "<title>",
        "</title>",
        "<math>",
        "<table background=",
        " style='b:url(",
        ")",
        "/>",
        "<script type=module>import '",
        "<script type=importmap>{\"imports\":{\"a\":\"",
        "\"}}",
        " data-consent=",
        "auto",
        "analytics",
        "<svg/>",
        "<![CDATA[",
        "]]>",
        "<base href=",
        "<plaintext>",
        "<frameset>",
        "\n",
        "é",
        "<p",
        "<link rel=stylesheet href=",
        "<source srcset=",
        "<object data=",
        "</object>",
        " type=text/plain",
        " src=",
        "<img srcset='/a 1x,",
        "<math><mtext><mglyph>",
        "<svg><set attributeName=href to=",
        "</math>",
        "<style type=a>@import '",
        "<template><base href=",
        "</template>",
        "<iframe src='data:text/html,<img src=",
        "<script type=MODULE>import '",
        "`${",
        "\\2f ",
        "\r\n",
        "\0",
        "<meta http-equiv=refresh content='0;url=",
    ];
    let piece = prop_oneof![4 => prop::sample::select(PIECES), 1 => prop::sample::select(hosts)];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

pub const HELD_HOSTS: &[&str] = &["https://stats.example.net/", "//t.example"];
pub const PASSING_HOSTS: &[&str] =
    &["/own.js", "https://www.shop.example/a", "data:x", "//cdn.jsdelivr.net/x"];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_markup_in_any_pieces_comes_out_the_same(
        page in markup(HELD_HOSTS),
        at in any::<prop::sample::Index>(),
    ) {
        let at = at.index(page.len() + 1);
        prop_assert_eq!(in_pieces(page.as_bytes(), &[at]), mark(page.as_bytes()));
    }

    #[test]
    fn marking_twice_is_marking_once(page in markup(HELD_HOSTS)) {
        // What is taken out of a noscript can end an <svg> there.
        let page = if page.contains("<noscript") {
            page.replace("<svg", "<b").replace("<math", "<b")
        } else {
            page
        };
        let once = mark(page.as_bytes());
        let text = String::from_utf8_lossy(&once).into_owned();
        prop_assert_eq!(String::from_utf8_lossy(&mark(&once)).into_owned(), text);
    }

    #[test]
    fn a_page_without_a_held_host_comes_out_byte_for_byte(page in markup(PASSING_HOSTS)) {
        // A mark by hand holds whatever its URL is, and two escaped slashes begin a host.
        let page = page.replace("analytics", "necessary").replace("data-consent=", "data-x=");
        let page = page.replace("\\2f ", " ");
        prop_assert_eq!(String::from_utf8(mark(page.as_bytes())).unwrap(), page);
    }

    #[test]
    fn any_bytes_are_read(page in prop::collection::vec(any::<u8>(), 0..200)) {
        mark(&page);
    }
}
