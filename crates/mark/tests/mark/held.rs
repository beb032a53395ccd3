//! Every element and attribute that makes a browser ask, and the form in which it is held.

use crate::marked_site::{CONFIG, check, mark_with, marker, unchanged};

/// The tracker's address, written `†` below.
const T: &str = "https://stats.example.net/t";

/// Marks a page. In both texts `†` stands for the tracker and `§` for the mark.
#[track_caller]
fn held(html: &str, expected: &str) {
    let written_out = |text: &str| text.replace('§', "data-consent=\"auto\"").replace('†', T);
    check(&written_out(html), &written_out(expected));
}

#[test]
fn scripts_lose_their_source_and_keep_their_type() {
    held("<script src=\"†\"></script>", "<script § type=\"text/plain\" data-consent-src=\"†\"></script>");
    held(
        "<script async src='†'></script>",
        "<script § type=\"text/plain\" async data-consent-src='†'></script>",
    );
    held(
        "<script type=module src=†></script>",
        "<script § type=\"text/plain\" data-consent-type=module data-consent-src=†></script>",
    );
    held(
        "<script type=\"text/javascript\" src=\"†\" nomodule></script>",
        "<script § type=\"text/plain\" data-consent-type=\"text/javascript\" \
         data-consent-src=\"†\" nomodule></script>",
    );
    held(
        "<svg><script href=\"†\"/><script xlink:href=\"†\"></script></svg>",
        "<svg><script § type=\"text/plain\" data-consent-href=\"†\"/>\
         <script § type=\"text/plain\" data-consent-xlink:href=\"†\"></script></svg>",
    );
}

#[test]
fn everything_that_loads_is_held() {
    held("<img src=\"†\" alt=x>", "<img § data-consent-src=\"†\" alt=x>");
    held(
        "<img src=/a.png srcset=\"/b 1x, † 2x\">",
        "<img § data-consent-src=/a.png data-consent-srcset=\"/b 1x, † 2x\">",
    );
    held("<image src=†>", "<image § data-consent-src=†>");
    held(
        "<picture><source srcset=\"†\"><img src=/a></picture>",
        "<picture><source § data-consent-srcset=\"†\"><img src=/a></picture>",
    );
    held("<video src=† poster=/p></video>", "<video § data-consent-src=† data-consent-poster=/p></video>");
    held("<video poster=†></video>", "<video § data-consent-poster=†></video>");
    held("<audio src=†></audio>", "<audio § data-consent-src=†></audio>");
    held("<track src=†>", "<track § data-consent-src=†>");
    held("<embed src=†>", "<embed § data-consent-src=†>");
    held("<object data=†></object>", "<object § data-consent-data=†></object>");
    held("<iframe src=†></iframe>", "<iframe § data-consent-src=†></iframe>");
    held("<frameset><frame src=†></frameset>", "<frameset><frame § data-consent-src=†></frameset>");
    held("<input type=image src=†>", "<input § type=image data-consent-src=†>");
    held("<body background=†>", "<body § data-consent-background=†>");
    held(
        "<table background=†><tr><td background=†>",
        "<table § data-consent-background=†><tr><td § data-consent-background=†>",
    );
    held(
        "<table><colgroup background=†><col background=†></table>",
        "<table><colgroup § data-consent-background=†><col § data-consent-background=†></table>",
    );
    held(
        "<svg><image href=† /><image xlink:href=† /><use href=\"†#i\"/><feImage href=† /></svg>",
        "<svg><image § data-consent-href=† /><image § data-consent-xlink:href=† />\
         <use § data-consent-href=\"†#i\"/><feImage § data-consent-href=† /></svg>",
    );
}

#[test]
fn links_are_held_by_what_their_type_asks_for() {
    let types = "stylesheet|preload|modulepreload|prefetch|preconnect|dns-prefetch|icon|shortcut icon|\
                 apple-touch-icon|mask-icon|manifest|prerender|alternate stylesheet|PRELOAD";
    for rel in types.split('|') {
        let relation = if rel.contains("stylesheet") { "rel" } else { "data-consent-rel" };
        held(
            &format!("<link rel=\"{rel}\" href=\"†\">"),
            &format!("<link § {relation}=\"{rel}\" data-consent-href=\"†\">"),
        );
    }
    held(
        "<link rel=preload as=image imagesrcset=\"† 1x\" href=/own>",
        "<link § data-consent-rel=preload as=image data-consent-imagesrcset=\"† 1x\" data-consent-href=/own>",
    );
    for rel in ["canonical", "alternate", "author", "license", "me", "next"] {
        unchanged(&format!("<link rel={rel} href=\"{T}\">"));
    }
}

#[test]
fn css_in_attributes_is_held_by_itself() {
    held("<div style=\"background:url(†)\">", "<div § data-consent-style=\"background:url(†)\">");
    held(
        "<div style=\"background:url(&quot;†&quot;)\">",
        "<div § data-consent-style=\"background:url(&quot;†&quot;)\">",
    );
    held(
        "<img src=/a style=\"background:URL( '†' )\">",
        "<img § src=/a data-consent-style=\"background:URL( '†' )\">",
    );
    held("<p style='b:u\\72l(†)'>", "<p § data-consent-style='b:u\\72l(†)'>");
    held("<p style='b:image-set(\"†\" 1x)'>", "<p § data-consent-style='b:image-set(\"†\" 1x)'>");
    held("<svg><rect mask=\"url(†#m)\"/></svg>", "<svg><rect § data-consent-mask=\"url(†#m)\"/></svg>");
    unchanged("<p style='color:red;background:url(/own.png)'>");
    unchanged(&format!("<p style='content:\"url({T})\"'>"));
}

#[test]
fn style_sheets_that_ask_a_held_host_are_held_whole() {
    held("<style>@import \"†\";</style>", "<style § type=\"text/plain\">@\\69mport \"†\";</style>");
    held("<style>@IMPORT url(†);</style>", "<style § type=\"text/plain\">@\\69MPORT url(†);</style>");
    held(
        "<style type=\"text/css\" media=print>a { b: url( '†' ) }</style>",
        "<style § type=\"text/plain\" data-consent-type=\"text/css\" media=print>\
         a { b: url( '†' ) }</style>",
    );
    held(
        "<svg><style><![CDATA[ a { b: url(†) } ]]></style></svg>",
        "<svg><style § type=\"text/plain\"><![CDATA[ a { b: url(†) } ]]></style></svg>",
    );
    held("<style>a { b: url(†) }", "<style § type=\"text/plain\">a { b: url(†) }");
    unchanged(&format!("<style>/* url({T}) */ @namespace url({T}); a {{ content: '{T}' }}</style>"));
    unchanged("<style>@import '/own.css'; a { b: url(#here) }</style>");
}

#[test]
fn a_style_sheet_in_svg_is_read_with_its_character_references() {
    let named = "data-consent-origins=\"https://stats.example.net\"";
    for css in ["a{b:url(&quot;†&quot;)}", "a{b:url(&quot†&quot)}", "a{b:url&lpar;†)}", "a{b:u<!-- -->rl(†)}"]
    {
        held(
            &format!("<svg><style>{css}</style></svg>"),
            &format!("<svg><style § {named} type=\"text/plain\">{css}</style></svg>"),
        );
    }
}

#[test]
fn inline_scripts_that_ask_before_they_run_are_held() {
    held(
        "<script type=module>import a from \"†\"; a()</script>",
        "<script § type=\"text/plain\" data-consent-type=module>import a from \"†\"; a()</script>",
    );
    for code in [
        "import'†'",
        "export*from'†'",
        "import{a}from '†'",
        "import/**/a,{b}from\n'†'",
        "export {a} from\"†\"",
    ] {
        held(
            &format!("<script type='module'>{code}</script>"),
            &format!("<script § type=\"text/plain\" data-consent-type='module'>{code}</script>"),
        );
    }
    held(
        "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"†\"]}]}</script>",
        "<script § type=\"text/plain\" data-consent-type=speculationrules>\
         {\"prefetch\":[{\"urls\":[\"†\"]}]}</script>",
    );
    unchanged(&format!(
        "<script type=module>// import '{T}'\nlet a = \"import '{T}'\"; /* from '{T}' */</script>"
    ));
    unchanged(&format!("<script>import('{T}'); var from = '{T}'</script>"));
    unchanged(&format!("<script type=speculationrules>{{ not json {T} }}</script>"));
}

#[test]
fn an_import_map_keeps_what_leads_to_the_site() {
    held(
        "<script type=importmap>\
         {\"imports\":{\"a\":\"/a.js\",\"t/\":\"†/\"},\"scopes\":{\"/x/\":{\"b\":\"†\"}}}</script>\
         <script type=module>import 't/x'</script><script type=module>import 'a'</script>",
        "<script type=importmap>{\"imports\":{\"a\":\"/a.js\"},\"scopes\":{\"/x/\":{}}}</script>\
         <script § type=\"text/plain\" data-consent-type=\"importmap\">\
         {\"imports\":{\"t/\":\"†/\"},\"scopes\":{\"/x/\":{\"b\":\"†\"}}}</script>\
         <script § data-consent-origins=\"https://stats.example.net\" type=\"text/plain\" \
         data-consent-type=module>import 't/x'</script>\
         <script type=module>import 'a'</script>",
    );
    unchanged("<script type=importmap> {\"imports\": {\"a\": \"/a.js\"}} </script>");
}

#[test]
fn a_specifier_leads_where_the_longest_entry_of_a_held_import_map_says() {
    let map = r#"{"imports":{"t/":"https://t.example/","t/deep/":"†/","t/e":"https://e.example"}}"#;
    let passes = "type=module";
    let held_for = |host: &str| {
        format!("§ data-consent-origins=\"{host}\" type=\"text/plain\" data-consent-type=module")
    };
    for (specifier, attributes) in [
        ("t/x", held_for("https://t.example")),
        ("t/deep/x", held_for("https://stats.example.net")),
        ("t/deep", held_for("https://t.example")),
        ("t/e", held_for("https://e.example")),
        ("t/e/x", held_for("https://t.example")),
        ("t/ez", held_for("https://t.example")),
        ("t", passes.to_owned()),
        ("s/x", passes.to_owned()),
        ("u", passes.to_owned()),
        ("", passes.to_owned()),
    ] {
        held(
            &format!(
                "<script type=importmap>{map}</script><script type=module>import '{specifier}'</script>"
            ),
            &format!(
                "<script type=importmap>{{\"imports\":{{}}}}</script>\
                 <script § type=\"text/plain\" data-consent-type=\"importmap\">{map}</script>\
                 <script {attributes}>import '{specifier}'</script>"
            ),
        );
    }
}

#[test]
fn a_frames_own_document_is_held_in_its_attribute() {
    check(
        "<iframe srcdoc=\"<p>&lt;<img src='https://stats.example.net/a&amp;amp;b'>\"></iframe>",
        "<iframe srcdoc=\"<p>&lt;<img src='https://stats.example.net/a&amp;amp;b'>\"></iframe>"
            .replace("<img src", "<img&#32;data-consent&#61;&#34;auto&#34; data-consent-src")
            .as_str(),
    );
    held(
        "<iframe srcdoc=&lt;img/src=†&gt;>",
        "<iframe srcdoc=&lt;img&#32;data-consent&#61;&#34;auto&#34;/data-consent-src=†&gt;>",
    );
}

#[test]
fn trackers_leave_noscript_and_nothing_else_does() {
    held("<noscript><img height=1 src=\"†\"></noscript>", "<noscript></noscript>");
    held(
        "<noscript><iframe src=†>x</iframe><p>Turn it on<style>a{b:url(†)}</style></noscript>",
        "<noscript><p>Turn it on</noscript>",
    );
    held(
        "<noscript><link rel=stylesheet href=/own.css><link rel=stylesheet href=†></noscript>",
        "<noscript><link rel=stylesheet href=/own.css></noscript>",
    );
    held("<noscript><script src=†><b></script><b>x</b></noscript>", "<noscript><b>x</b></noscript>");
    held(
        "<noscript><table><tr background=†><td background=†>a</td><th background=†>b</table></noscript>",
        "<noscript><table>a</td>b</table></noscript>",
    );
    held("<noscript><object data=†><p>a<object></object></p></object>b", "<noscript>b");
    unchanged("<noscript><img src=/own.png></noscript>");
}

#[test]
fn templates_and_shadow_roots_are_pages_too() {
    held("<template><img src=†></template>", "<template><img § data-consent-src=†></template>");
}

#[test]
fn a_base_changes_what_is_relative() {
    held(
        "<img src=a><base href=\"https://stats.example.net/\"><img src=a><base href=/><img src=b>",
        "<img src=a><base href=\"https://stats.example.net/\"><img § data-consent-src=a>\
         <base href=/><img § data-consent-src=b>",
    );
    unchanged("<base href='data:x'><base href='/sub/'><img src=a>");
}

#[test]
fn marks_by_hand_stay_unless_they_are_half_made() {
    held(
        "<script type=\"text/plain\" data-consent=\"analytics\" src=†></script>",
        "<script type=\"text/plain\" data-consent=\"analytics\" src=†></script>",
    );
    unchanged(
        "<iframe data-consent=\"service:video\" data-consent-src=\"https://video.example.net/\"></iframe>",
    );
    unchanged("<p data-consent=analytics>");
    check(
        "<iframe data-consent=\"analytics\" src=\"/own\"></iframe>",
        "<iframe data-consent=\"analytics\" data-consent-src=\"/own\"></iframe>",
    );
    check(
        "<script data-consent=analytics>act()</script><script data-consent=anlytics src=/a></script>",
        "<script type=\"text/plain\" data-consent=analytics>act()</script>\
         <script type=\"text/plain\" data-consent=anlytics data-consent-src=/a></script>",
    );
    held("<img data-consent=auto src=†>", "<img data-consent=auto data-consent-src=†>");
    unchanged("<img data-consent=necessary src='https://stats.example.net/'>");
}

#[test]
fn what_is_granted_passes() {
    let page = "<script src=https://stats.example.net/></script><img src=https://video.example.net/>\
                <img src=https://unknown.example/><img data-consent=analytics src=/own>\
                <noscript><img src=https://stats.example.net/></noscript>";
    let marked =
        |granted: &[&str]| String::from_utf8(mark_with(marker(CONFIG, granted), page.as_bytes())).unwrap();
    assert_eq!(marked(&["functional", "analytics", "advertising"]), page);
    let analytics =
        page.replace("<img src=https://v", "<img data-consent=\"auto\" data-consent-src=https://v");
    let analytics =
        analytics.replace("<img src=https://u", "<img data-consent=\"auto\" data-consent-src=https://u");
    assert_eq!(marked(&["analytics"]), analytics);
    assert!(marked(&["service:video"]).contains("<img src=https://video"));
}

#[test]
fn documents_that_stand_in_an_address_are_read() {
    for address in [
        "data:text/html,<img src=†>",
        "DATA:text/html;charset=utf-8,%3Cimg%20src=%22†%22%3E",
        "data:text/html;base64,PGltZyBzcmM9Imh0dHBzOi8vc3RhdHMuZXhhbXBsZS5uZXQvdCI+",
        "javascript:'<img src=†>'",
    ] {
        held(
            &format!("<iframe src=\"{address}\">").replace("%22", "%27"),
            &format!("<iframe § data-consent-src=\"{address}\">").replace("%22", "%27"),
        );
    }
    held(
        "<link rel=stylesheet href=\"data:text/css,@import '†'\">",
        "<link § data-consent-origins=\"https://stats.example.net\" rel=stylesheet \
         data-consent-href=\"data:text/css,@import '†'\">",
    );
    held(
        "<script type=module src=\"data:text/javascript,import%20'†'\"></script>",
        "<script § data-consent-origins=\"https://stats.example.net\" type=\"text/plain\" \
         data-consent-type=module data-consent-src=\"data:text/javascript,import%20'†'\"></script>",
    );
    unchanged(
        "<iframe src='data:text/html,<p xmlns=\"http://www.w3.org/1999/xhtml\">'></iframe>\
         <iframe src='javascript:\"a//b\"'></iframe>",
    );
}

#[test]
fn whom_the_gate_cannot_read_is_named_for_it() {
    let named = "data-consent-origins=\"https://stats.example.net\"";
    for (html, expected) in [
        (
            "<p style='b:url(\\68ttps://stats.example.net/t)'>",
            "<p § @ data-consent-style='b:url(\\68ttps://stats.example.net/t)'>",
        ),
        ("<style>a{b:u\\72l(†)}</style>", "<style § @ type=\"text/plain\">a{b:u\\72l(†)}</style>"),
        (
            "<script type=module>import/**/'†'</script>",
            "<script § @ type=\"text/plain\" data-consent-type=module>import/**/'†'</script>",
        ),
        (
            "<script type=MODULE>import '†'</script>",
            "<script § @ type=\"text/plain\" data-consent-type=MODULE>import '†'</script>",
        ),
        ("<img srcset='/a 1x,† 2x'>", "<img § @ data-consent-srcset='/a 1x,† 2x'>"),
    ] {
        held(html, &expected.replace('@', named));
    }
}

#[test]
fn patterns_and_templates_hide_no_import() {
    for code in [
        "a=/[\"/]/g;import'†'",
        "b=`it's`;import'†'",
        "c=`${d(`'`)}'`;import'†'",
        "f(1)/2;e=\"/\";import'†'",
        "return/'/;import'†'",
    ] {
        held(
            &format!("<script type=module>{code}</script>"),
            &format!("<script § type=\"text/plain\" data-consent-type=module>{code}</script>"),
        );
    }
    unchanged(
        &format!("<script type=module>a=`import '{T}'`;b=/import '{T}'/</script>")
            .replace("https://", "https:"),
    );
}

#[test]
fn the_preload_scanner_finds_no_import_in_a_style_of_any_type() {
    held(
        "<style type=text/x-less>@import \"†\";</style>",
        "<style type=text/x-less>@\\69mport \"†\";</style>",
    );
    held(
        "<style type=text/plain data-consent=analytics>@import \"†\";</style>",
        "<style type=text/plain data-consent=analytics>@\\69mport \"†\";</style>",
    );
    held(
        "<style data-consent=analytics>@import \"†\";</style>",
        "<style type=\"text/plain\" data-consent=analytics>@\\69mport \"†\";</style>",
    );
}

#[test]
fn animations_and_refreshes_that_give_an_address_are_held() {
    held(
        "<svg><set attributeName=href to=† /></svg>",
        "<svg><set § attributeName=href data-consent-to=† /></svg>",
    );
    held(
        "<svg><animate attributeName='xlink:href' values='/a;†'/></svg>",
        "<svg><animate § attributeName='xlink:href' data-consent-values='/a;†'/></svg>",
    );
    unchanged("<svg><set attributeName=fill to=red /></svg>");
    held(
        "<iframe srcdoc=\"<meta http-equiv=refresh content='0;URL=†'>\"></iframe>",
        "<iframe srcdoc=\"<meta&#32;data-consent&#61;&#34;auto&#34; http-equiv=refresh \
         data-consent-content='0;URL=†'>\"></iframe>",
    );
    unchanged(&format!("<meta http-equiv=refresh content='0;url={T}'>"));
}
