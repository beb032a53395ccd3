//! What may act, and what is no tag, comes out as it went in.

use crate::marked_site::{mark_with, marker, unchanged};

#[test]
fn what_needs_no_consent_is_not_touched() {
    for host in [
        "/",
        "a/b",
        "//www.shop.example/",
        "https://shop.example:8443/",
        "http://cdn.shop.example/",
        "//img.example/",
        "https://x.exempt.example/",
        "https://PAY.example.org./",
        "https://cdn.jsdelivr.net/npm/x",
        "data:image/png,x",
        "blob:https://stats.example.net/x",
        "about:blank",
        "javascript:void 0",
        "#x",
        "?x",
        "",
        "mailto:a@b.example",
    ] {
        unchanged(&format!(
            "<script src=\"{host}\"></script><IMG  SRC = '{host}' ><iframe src=\"{host}\"></iframe>"
        ));
    }
}

#[test]
fn our_own_tag_stays() {
    unchanged("<script src=\"https://cdn.unknown.example/x/consentry.js?v=1\"></script>");
    unchanged("<link rel=preload as=script href=https://cdn.unknown.example/consentry.js>");
    unchanged(
        "<script type=\"application/json\" id=\"consentry-config\">\
         {\"a\":\"<img src=//t.example>\"}</script>",
    );
}

#[test]
fn text_and_comments_are_not_touched() {
    let tag = "<img src=https://stats.example.net/>";
    for page in [
        format!("<!-- {tag} --><!--[if IE]>{tag}<![endif]-->"),
        format!("<textarea>{tag}</textarea><title>{tag}</title><xmp>{tag}</xmp><noembed>{tag}</noembed>"),
        format!("<script>document.write('{tag}')</script><script type=text/template>{tag}</script>"),
        format!("<script><!--<script>{tag}</script>{tag}--></script>"),
        format!("<style>a::before {{ content: '{tag}' }}</style><iframe>{tag}</iframe>"),
        format!("<svg><![CDATA[{tag}]]></svg><plaintext>{tag}"),
        format!("<a href=https://stats.example.net/ ping=https://stats.example.net/ title='{tag}'>x</a>"),
        format!("<input src=https://stats.example.net/><param value='{tag}'><!doctype {tag}"),
    ] {
        unchanged(&page);
    }
}

#[test]
fn nothing_is_held_where_the_owner_says_so() {
    let page =
        b"<img src=https://unknown.example/><script src=https://www.google-analytics.com/a.js></script>";
    assert_eq!(mark_with(marker(r#"{"gate":{"reportOnly":true}}"#, &[]), page), page);
    let released =
        String::from_utf8(mark_with(marker(r#"{"gate":{"unknown":"release"}}"#, &[]), page)).unwrap();
    assert!(released.starts_with("<img src=") && released.contains("data-consent-src"), "{released}");
}
