//! A kept notice as a page: what visitors were told, looking as it did for them where that is known. Reads documents of any
//! earlier version of this program, and of strangers: nothing in them is more than text.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A notice as it was kept.
struct KeptNotice<'a> {
    language: &'a str,
    layer: &'a str,
    items: Vec<KeptItem<'a>>,
}

struct KeptItem<'a> {
    kind: &'a str,
    name: &'a str,
    text: &'a str,
}

/// An appearance as it was kept.
#[derive(Default)]
struct Appearance<'a> {
    build: &'a str,
    layout: &'a str,
    position: &'a str,
    theme: &'a str,
    style: &'a str,
}

/// The page of a notice and its appearance, the documents that `notices` makes. Nothing where the first is no notice.
pub fn notice_page(notice: &str, appearance: Option<&str>) -> Option<String> {
    let notice = read_notice(notice)?;
    let appearance = appearance.and_then(read_appearance);
    let heading = format!("Notice in {}, layer {}", notice.language, notice.layer);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (heading) }
            style { (PreEscaped(PAGE_STYLE)) }
            main {
                h1 { (heading) }
                @match &appearance {
                    Some(appearance) => { p { "As it was shown, by the build " code { (appearance.build) } "." } }
                    None => { p { "What it looked like is not known." } }
                }
                @if notice.layer == "1" && let Some(appearance) = &appearance {
                    (first_layer(&notice, appearance))
                }
                section lang=(notice.language) dir=(direction(notice.language)) {
                    @for item in &notice.items { (plain_item(item)) }
                }
            }
        }
    };
    Some(page.into_string())
}

const PAGE_STYLE: &str = "
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
    body { margin: 0; }
    main { max-width: 44rem; margin: 0 auto; padding: 1rem 1rem 28rem; overflow-wrap: anywhere; }
    main > section { border-inline-start: 4px solid #8884; padding-inline-start: 1rem; }
    h3 { margin-block-end: 0; }
";

fn read_notice(text: &str) -> Option<KeptNotice<'_>> {
    let mut lines = text.strip_prefix("consentry notice 1\n")?.lines();
    let language = lines.next()?.strip_prefix("language: ")?;
    let layer = lines.next()?.strip_prefix("layer: ")?;
    let items = lines.map(|line| {
        let (kind, rest) = line.split_once(' ')?;
        let (name, text) = rest.split_once(": ")?;
        Some(KeptItem { kind, name, text })
    });
    Some(KeptNotice { language, layer, items: items.collect::<Option<_>>()? })
}

fn read_appearance(text: &str) -> Option<Appearance<'_>> {
    let (head, style) = text.strip_prefix("consentry appearance 1\n")?.split_once("\n\n")?;
    let mut appearance = Appearance { style, ..Appearance::default() };
    for (key, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        match key {
            "build" => appearance.build = value,
            "layout" => appearance.layout = value,
            "position" => appearance.position = value,
            "theme" => appearance.theme = value,
            _ => {}
        }
    }
    Some(appearance)
}

/// The direction in which a language is written.
fn direction(language: &str) -> &'static str {
    match language.split('-').next() {
        Some("ar" | "fa" | "he" | "ur") => "rtl",
        _ => "ltr",
    }
}

/// The banner with its style, as `crates/gate` paints it; its controls do nothing.
fn first_layer(notice: &KeptNotice<'_>, appearance: &Appearance<'_>) -> Markup {
    let (controls, content): (Vec<_>, Vec<_>) = notice.items.iter().partition(|item| item.kind == "control");
    let disclosure = content.iter().position(|item| item.kind == "more").unwrap_or(content.len());
    let (open, behind) = content.split_at(disclosure);
    // Nothing in a style sheet of ours ends the element that it stands in.
    let style = appearance.style.replace("</", "<\\/");
    html! {
        consentry-banner data-layout=(appearance.layout) data-position=(appearance.position)
            data-theme=(appearance.theme) lang=(notice.language) dir=(direction(notice.language)) {
            template shadowrootmode="open" {
                style { (PreEscaped(style)) }
                section .banner part="banner" aria-labelledby="t1" {
                    div #d1 .text {
                        @for item in open { (painted_item(item)) }
                        @if let Some((more, behind)) = behind.split_first() {
                            details {
                                summary part="more" { (more.text) }
                                @for item in behind { (painted_item(item)) }
                            }
                        }
                    }
                    div .controls {
                        @for control in controls {
                            button type="button" data-consentry=(control.name)
                                part=(if control.name == "preferences" { "preferences" } else { "decide" }) {
                                (control.text)
                            }
                        }
                    }
                }
            }
        }
    }
}

fn painted_item(item: &KeptItem<'_>) -> Markup {
    html! {
        @match item.kind {
            "title" => { h2 #t1 part="title" { (item.text) } }
            "link" => { a part="link" href="#" title=(item.name) { (item.text) } }
            _ => { p { (item.text) } }
        }
    }
}

/// An item for reading, with its address or name where that was part of what the visitor could see or use.
fn plain_item(item: &KeptItem<'_>) -> Markup {
    html! {
        @match item.kind {
            "title" => { h2 { (item.text) } }
            "category" => { h3 { (item.text) " " small { (item.name) } } }
            "service" => { h4 { (item.text) } }
            "link" => { p { (item.text) ": " code { (item.name) } } }
            "control" => { p { "[ " (item.text) " ]" } }
            _ => { p { @if !item.name.is_empty() { (item.name) ": " } (item.text) } }
        }
    }
}
