//! The documentation as a website: `www/docs/*.md` becomes `www/site/*.html`. `www/docs/index.md` is its table of contents:
//! the headings and links in it are the navigation of every page. A link that leads nowhere ends the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::workspace::{Outcome, names_in, read, root, write};

const SOURCES: &str = "www/docs";
const SITE: &str = "www/site";
const CONTENTS: &str = "index";
const STYLE: &str = "site.css";
/// A page that lies elsewhere, because npm shows it, and its name here.
const README_OF_PACKAGE: (&str, &str) = ("pkg/README.md", "npm");

/// A page, as its Markdown says it.
struct Page {
    /// Where that lies.
    file: String,
    title: String,
    body: String,
    /// The ids of its headings, which links may name.
    headings: BTreeSet<String>,
    /// Where its links lead: another page of the documentation, with the heading if one is named.
    links: Vec<String>,
}

/// A part of the navigation: a heading, and the pages under it, with what the table of contents calls them.
type Part = (String, Vec<(String, String)>);

/// Writes every page.
pub fn write_site() -> Outcome {
    let files = names_in(SOURCES)?.into_iter().filter(|file| file.ends_with(".md"));
    let files = files.map(|file| format!("{SOURCES}/{file}")).chain([README_OF_PACKAGE.0.to_owned()]);
    let mut pages = BTreeMap::new();
    for file in files {
        pages.insert(name_of(&file), read_page(&read(&file)?, &file)?);
    }
    let parts = parts_of(&read(&format!("{SOURCES}/{CONTENTS}.md"))?);
    check_links(&pages, &parts)?;
    let _ = fs::remove_dir_all(root().join(SITE));
    for (name, page) in &pages {
        write(&format!("{SITE}/{name}.html"), document(name, page, &parts).into_string())?;
    }
    write(&format!("{SITE}/{STYLE}"), read(&format!("{SOURCES}/{STYLE}"))?)
}

fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// The name of the page that a file, or a link to it, stands for.
fn name_of(file: &str) -> String {
    let (readme, name) = README_OF_PACKAGE;
    let last = file.rsplit('/').next().unwrap_or(file);
    if file.ends_with(readme) { name.to_owned() } else { last.strip_suffix(".md").unwrap_or(last).to_owned() }
}

/// Reads a page: finds its title, headings and links, makes the links those of the website, and renders the rest.
fn read_page(markdown: &str, file: &str) -> Outcome<Page> {
    let mut events: Vec<Event> = parser(markdown).collect();
    let (mut title, mut headings, mut links) = (None, BTreeSet::new(), Vec::new());
    for at in 0..events.len() {
        if let Event::Start(Tag::Heading { level, .. }) = events[at] {
            let text = text_from(&events[at..]);
            let heading = id_of(&text);
            if level == HeadingLevel::H1 {
                title = Some(text);
            } else if !headings.insert(heading.clone()) {
                return Err(format!("{file}: found a second heading {text:?}, expected it once"));
            }
            if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
                *id = Some(CowStr::from(heading));
            }
        }
        if let Event::Start(Tag::Link { dest_url, .. }) = &mut events[at]
            && let Some(target) = on_this_site(dest_url)
        {
            let own = target.starts_with('#');
            links.push(if own { format!("{}{target}", name_of(file)) } else { target.clone() });
            *dest_url = CowStr::from(as_address(&target));
        }
    }
    let mut body = String::new();
    pulldown_cmark::html::push_html(&mut body, without_links_to_sources(events).into_iter());
    // A wide table or a long line scrolls by itself: the page does not.
    let body = body
        .replace("<table>", "<div class=\"wide\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");
    let body = body.replace("<pre>", "<pre tabindex=\"0\">");
    let title = title.ok_or(format!("{file}: found no heading of the first level, expected one"))?;
    Ok(Page { file: file.to_owned(), title, body, headings, links })
}

/// Which page a link means, `gate` or `gate#styles` or `#styles`; nothing for one that leaves the documentation.
fn on_this_site(link: &str) -> Option<String> {
    let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
    let elsewhere = link.contains(':') || link.starts_with("../") && !file.ends_with(README_OF_PACKAGE.0);
    let page = name_of(file);
    (!elsewhere).then(|| heading.map_or(page.clone(), |heading| format!("{page}#{heading}")))
}

fn as_address(target: &str) -> String {
    match target.split_once('#') {
        Some(("", heading)) => format!("#{heading}"),
        Some((page, heading)) => format!("{page}.html#{heading}"),
        None => format!("{target}.html"),
    }
}

/// What lies in the repository is no part of the website: its name stays, the link goes.
fn without_links_to_sources(mut events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut stays = true;
    events.retain(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => {
            stays = !dest_url.starts_with("../");
            stays
        }
        Event::End(TagEnd::Link) => stays,
        _ => true,
    });
    events
}

/// The text of the heading or link with which these events begin.
fn text_from(events: &[Event<'_>]) -> String {
    let inside =
        events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_) | TagEnd::Link)));
    inside
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect()
}

/// The id of a heading, as code hosts make it: lower case, hyphens for spaces, other signs left out.
fn id_of(heading: &str) -> String {
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-')
        .collect::<String>();
    kept.replace(' ', "-")
}

/// The navigation, from the headings of the second level and the links under them.
fn parts_of(contents: &str) -> Vec<Part> {
    let events: Vec<Event> = parser(contents).collect();
    let mut parts: Vec<Part> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => {
                parts.push((text_from(&events[at..]), Vec::new()));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                if let (Some((_, pages)), Some(target)) = (parts.last_mut(), on_this_site(dest_url)) {
                    pages.push((target, text_from(&events[at..])));
                }
            }
            _ => {}
        }
    }
    parts
}

/// Every page is in the table of contents, and every link leads to a page and a heading that are there.
fn check_links(pages: &BTreeMap<String, Page>, parts: &[Part]) -> Outcome {
    let listed: BTreeSet<_> = parts.iter().flat_map(|(_, pages)| pages).map(|(page, _)| page).collect();
    let unlisted = pages.iter().filter(|(name, _)| *name != CONTENTS && !listed.contains(name));
    let mut wrong: Vec<_> = unlisted
        .map(|(_, page)| format!("{SOURCES}/{CONTENTS}.md: found no link to {}, expected one", page.file))
        .collect();
    for page in pages.values() {
        for link in &page.links {
            let (target, heading) = link.split_once('#').unwrap_or((link, ""));
            let known =
                pages.get(target).is_some_and(|page| heading.is_empty() || page.headings.contains(heading));
            if !known {
                let file = &page.file;
                wrong.push(format!("{file}: found a link to {link}, expected a page, or a heading of one"));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn document(name: &str, page: &Page, parts: &[Part]) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.title) @if name != CONTENTS { " · Consentry" } }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(STYLE);
            }
            body {
                a.skip href="#content" { "To the content" }
                header { a href=(as_address(CONTENTS)) { "Consentry" } }
                nav aria-label="Documentation" {
                    @for (heading, pages) in parts {
                        p { (heading) }
                        ul {
                            @for (target, title) in pages {
                                li { a href=(as_address(target)) aria-current=[(target == name).then_some("page")] { (title) } }
                            }
                        }
                    }
                }
                main id="content" { (PreEscaped(&page.body)) }
            }
        }
    }
}
