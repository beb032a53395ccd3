//! HTML that is written in odd ways, and addresses as browsers read them.

use crate::marked_site::{CONFIG, check, mark, mark_with, marker, marker_of_bytes, unchanged};

#[test]
fn addresses_are_read_as_a_browser_reads_them() {
    for url in [
        "//stats.example.net/a",
        "https:stats.example.net/a",
        "HTTPS:\\\\STATS.example.net\\a",
        " \t\n https://stats.example.net/",
        "ht\ntps://sta\tts.example.net/",
        "https://user:pass@stats.example.net:8443/",
        "https://stats.example.net./",
        "\\\\stats.example.net/",
        "/\\stats.example.net/",
        "///stats.example.net/",
        "https&colon;&sol;&#x2f;stats&period;example.net/",
        "&#104;ttps://stats.example.net/?a=1&amp;b&copy=2",
        "https://ｓｔａｔｓ.example.net/",
        "https://sta%74s.example.net/",
        "wss://stats.example.net/",
        "https://xn--mnchen-3ya.example/",
        "https://münchen.example/",
        "https://[2001:db8::1]/",
        "https://0x7f.1/",
        "https://%/",
        "//",
        "////stats.example.net",
        "http:/stats.example.net/",
    ] {
        check(
            &format!("<img src=\"{url}\">"),
            &format!("<img data-consent=\"auto\" data-consent-src=\"{url}\">"),
        );
    }
    unchanged("<img src=''><img src=' '><img src='foo:'><img src='foo://stats.example.net'>");
}

#[test]
fn a_script_of_the_sites_own_can_be_a_trackers() {
    for url in [
        "/own/stats.js?x",
        "https://www.shop.example/own/stats.js",
        "//shop.example/own/stats.js",
        "own/../own/stats.js",
    ] {
        check(
            &format!("<script src='{url}'></script>"),
            &format!("<script data-consent=\"auto\" type=\"text/plain\" data-consent-src='{url}'></script>"),
        );
    }
    unchanged("<script src=/own/app.js></script>");
    let below = mark_with(marker(CONFIG, &[]).at("/own/page.html"), b"<script src=stats.js></script>");
    assert!(String::from_utf8(below).unwrap().contains("data-consent-src=stats.js"));
}

#[test]
fn tags_are_found_however_they_are_written() {
    let t = "https://stats.example.net/";
    for (html, expected) in [
        ("<IMG SRC=†>", "<IMG @ data-consent-SRC=†>"),
        ("<img/src=†/>", "<img @/data-consent-src=†/>"),
        ("<img\n\tsrc\n=\n\"†\"\n>", "<img @\n\tdata-consent-src\n=\n\"†\"\n>"),
        ("<img src=† src=/own>", "<img @ data-consent-src=† data-consent-src=/own>"),
        ("<img src='†'alt=\"a\"x>", "<img @ data-consent-src='†'alt=\"a\"x>"),
        ("<img a=\"<img src=†>\" src=†", "<img a=\"<img src=†>\" src=†"), // no end: no tag
        ("<img src=† <p>", "<img @ data-consent-src=† <p>"),
        ("</p src=†><img src=†>", "</p src=†><img @ data-consent-src=†>"),
        (
            "<p><img src=†><table><img src=†><tr>",
            "<p><img @ data-consent-src=†><table><img @ data-consent-src=†><tr>",
        ),
        ("<!----!><img src=†>", "<!----!><img @ data-consent-src=†>"),
        ("<!---!><img src=†>", "<!---!><img src=†>"),
        (
            "<svg/><script>'<img src=†>'</script><svg><svg/><a/></svg><img src=†>",
            "<svg/><script>'<img src=†>'</script><svg><svg/><a/></svg><img @ data-consent-src=†>",
        ),
        ("<noscript><<img src=†>img src=†></noscript>", "<noscript>< img src=†></noscript>"),
        ("<!--><img src=†>", "<!--><img @ data-consent-src=†>"),
        ("<!-- --!><img src=†>", "<!-- --!><img @ data-consent-src=†>"),
        ("<![CDATA[<img src=†>]]>", "<![CDATA[<img src=†>]]>"),
        ("<?php <img src=†> ?>", "<?php <img src=†> ?>"),
        ("<svg><p><img src=†></svg>", "<svg><p><img @ data-consent-src=†></svg>"),
        (
            "<svg><foreignObject><img src=†></foreignObject></svg>",
            "<svg><foreignObject><img @ data-consent-src=†></foreignObject></svg>",
        ),
        ("<svg><title><img src=†></title></svg>", "<svg><title><img @ data-consent-src=†></title></svg>"),
        ("<math><mi><img src=†></mi></math>", "<math><mi><img @ data-consent-src=†></mi></math>"),
        ("<select><option>a</select><img src=†>", "<select><option>a</select><img @ data-consent-src=†>"),
        ("<script>a<!--</script><img src=†>", "<script>a<!--</script><img @ data-consent-src=†>"),
        ("<td background=†><img src=†>", "<td @ data-consent-background=†><img @ data-consent-src=†>"),
        ("\u{feff}<img src=†>", "\u{feff}<img @ data-consent-src=†>"),
        ("<style>a</style ><img src=†>", "<style>a</style ><img @ data-consent-src=†>"),
        (
            "<noscript><!-- </noscript><img src=†> -->",
            "<noscript><!-- </noscript><img @ data-consent-src=†> -->",
        ),
        ("<noscript>", "<noscript>"),
        ("<noscript><img src=†>", "<noscript>"),
    ] {
        let written_out = |text: &str| text.replace('@', "data-consent=\"auto\"").replace('†', t);
        check(&written_out(html), &written_out(expected));
    }
}

#[test]
fn any_bytes_that_are_no_utf8_stay() {
    let page = b"<meta charset=windows-1252><p title=\xe5\xe4>\xf6\
                 <img alt=\xe9 src=https://stats.example.net/\xe9>\xff";
    let expected = b"<meta charset=windows-1252><p title=\xe5\xe4>\xf6\
                     <img data-consent=\"auto\" alt=\xe9 \
                     data-consent-src=https://stats.example.net/\xe9>\xff";
    assert_eq!(mark_with(marker_of_bytes(CONFIG, &[]), page), expected);
    // A host that is readable in no encoding that was named may be one to a browser.
    assert_eq!(
        mark(b"<img src=//m\xfcnchen.example/>"),
        b"<img data-consent=\"auto\" data-consent-src=//m\xfcnchen.example/>"
    );
}

#[test]
fn a_tag_too_long_to_read_is_shown_as_text_and_the_rest_goes_on() {
    let long = format!("<p>a<img src=\"data:{}\">b<img src=https://stats.example.net/>", "x".repeat(100_000));
    let out =
        String::from_utf8(mark_with(marker(CONFIG, &[]).with_longest_tag(65_536), long.as_bytes())).unwrap();
    let expected = long.replace("<img src=\"data", "&lt;img src=\"data");
    assert!(
        out == expected.replace("<img src=https", "<img data-consent=\"auto\" data-consent-src=https"),
        "{}",
        &out[out.len() - 200..]
    );
}

#[test]
fn frames_in_frames_without_end_are_held_unread() {
    for src in ["", "src=//t.example "] {
        let mut page = String::from("<img src=//t.example>");
        for _ in 0..12 {
            let text = page.replace('&', "&amp;").replace('"', "&quot;");
            page = format!("<iframe {src}srcdoc=\"{text}\">");
        }
        let marked = String::from_utf8(mark(page.as_bytes())).unwrap();
        assert!(marked.contains("data-consent-srcdoc="), "{}", &marked[..200]);
        let innermost = marked.split("data-consent-srcdoc=").next().unwrap();
        assert!(innermost.contains("https://unread.invalid"), "{}", &innermost[innermost.len() - 200..]);
        assert_eq!(mark(marked.as_bytes()), marked.as_bytes());
    }
}

#[test]
fn what_a_browser_may_read_as_markup_in_svg_and_math_is_held() {
    let t = "https://stats.example.net/";
    for start in [
        "<math><mtext><mglyph><style>",
        "<math><mi><malignmark><title>",
        "<svg><math><mi><style>",
        "<math><svg><title><style>",
        "<svg><desc><math><mtext><mglyph><xmp>",
    ] {
        check(
            &format!("{start}<img src={t}>"),
            &format!("{start}<img data-consent=\"auto\" data-consent-src={t}>"),
        );
    }
    unchanged(
        "<svg><foreignObject><style>a::before{content:'<b>'}</style><title><img src=/own></title></svg>",
    );
    unchanged(&format!("<svg></svg><style>a::before{{content:'<img src={t}>'}}</style>"));
    unchanged(&format!("<svg><script>a</script><p></p></svg><script>'<img src={t}>'</script>"));
}

#[test]
fn source_sets_are_read_as_a_browser_reads_them() {
    let t = "https://stats.example.net/";
    for held in ["/a 1x,† 2x", "/a 1x, † 2x", "†", " ,†,", "/a (,1x) 2x,†", "/a\t1x\n,\n†\n2x", "/a, †"]
    {
        let value = held.replace('†', t);
        let out = String::from_utf8(mark(format!("<img srcset=\"{value}\">").as_bytes())).unwrap();
        assert!(out.contains(" data-consent-srcset="), "{value}");
    }
    for passing in [
        "data:image/png;base64,//stats.example.net/ 1x",
        "/a,//stats.example.net/ 1x",
        "/a (,//stats.example.net/ 1x",
    ] {
        unchanged(&format!("<img srcset='{passing}'>"));
    }
}

#[test]
fn a_base_in_a_template_is_none_for_the_page() {
    let t = "https://stats.example.net/";
    let held = "<img data-consent=\"auto\" data-consent-src=a>";
    check(
        &format!("<template><base href=/></template><base href={t}><img src=a>"),
        &format!("<template><base href=/></template><base href={t}>{held}"),
    );
}

#[test]
fn what_closes_itself_leaves_a_noscript_alone() {
    let t = "https://stats.example.net/";
    check(
        &format!("<noscript><svg><use href='{t}#i'/></svg><p>x</p></noscript>"),
        "<noscript><svg></svg><p>x</p></noscript>",
    );
}
