//! Which attributes make the browser ask a host for something, as data: the static twin of the gate's
//! `loads.js`. Decides nothing about a host.

use crate::css;
use crate::embedded;
use crate::tag::{Attribute, Tag};

/// The attributes of an element that are held together, whichever of them is a tracker's.
pub(crate) fn attributes(tag: &Tag) -> &'static [&'static str] {
    match tag.name.as_str() {
        "script" if runs(tag) => &["src", "href", "xlink:href"],
        "img" => &["src", "srcset"],
        // In HTML the parser makes an `img` of it (HTML standard, 13.2.6.4.7); in SVG it is its own.
        "image" => &["src", "srcset", "href", "xlink:href"],
        "use" | "feimage" | "textpath" | "mpath" | "pattern" | "filter" | "lineargradient"
        | "radialgradient" => &["href", "xlink:href"],
        "set" | "animate" if tag.value("attributename").is_some_and(is_address) => {
            &["to", "from", "by", "values"]
        }
        "iframe" | "frame" | "audio" | "track" | "embed" => &["src"],
        "source" => &["src", "srcset"],
        "video" => &["src", "poster"],
        "object" => &["data"],
        "input" if tag.value("type").is_some_and(|it| it.eq_ignore_ascii_case("image")) => &["src"],
        "link" if tag.value("rel").is_some_and(contacts) => &["href", "imagesrcset"],
        "body" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" => &["background"],
        _ => &[],
    }
}

/// What else is held in a document inside of a page, which leads only its frame elsewhere.
pub(crate) fn attributes_inside(tag: &Tag) -> &'static [&'static str] {
    match tag.value("http-equiv") {
        Some(it) if tag.name == "meta" && it.eq_ignore_ascii_case("refresh") => &["content"],
        _ => &[],
    }
}

/// Attributes of any element whose value is CSS: `style`, and in SVG the presentation attributes that take
/// an address. Each is held by itself.
pub(crate) fn is_css(attribute: &Attribute) -> bool {
    const NAMES: &[&str] = &[
        "style",
        "fill",
        "stroke",
        "filter",
        "mask",
        "clip-path",
        "cursor",
        "marker-start",
        "marker-mid",
        "marker-end",
    ];
    attribute.value.contains('(') && NAMES.contains(&attribute.name.as_str())
}

/// Whether the gate finds this URL of an attribute that is held (`verdictOf` in `after/marked.js`).
pub(crate) fn is_plain(tag: &Tag, attribute: &Attribute, url: &str) -> bool {
    let value = attribute.value.as_str();
    let named = || embedded::named(value).iter().any(|it| url.starts_with(it.as_str()));
    match (tag.name.as_str(), attribute.name.as_str()) {
        (_, "srcset" | "imagesrcset") => {
            value.split_ascii_whitespace().any(|word| word.trim_matches(',') == url)
        }
        ("link", "href") | ("script", "src" | "href" | "xlink:href") => url == value,
        ("iframe" | "frame" | "object" | "embed", _) => {
            url == value || embedded::as_the_gate_reads(value).iter().any(|it| it == url)
        }
        ("thead" | "tbody" | "tfoot" | "tr" | "set" | "animate" | "meta" | "image", _) => named(),
        _ if is_css(attribute) => named(),
        (
            "img" | "source" | "video" | "audio" | "track" | "input" | "body" | "table" | "td" | "th" | "use"
            | "feimage",
            _,
        ) => true,
        _ => named(),
    }
}

/// Whether an animation of the attribute of this name gives an element another address.
fn is_address(name: &str) -> bool {
    matches!(name.trim(), "href" | "xlink:href")
}

/// The URLs for which an attribute of this element makes the browser ask.
pub(crate) fn urls(tag: &Tag, attribute: &Attribute) -> Vec<String> {
    let value = attribute.value.as_str();
    match (tag.name.as_str(), attribute.name.as_str()) {
        (_, "srcset" | "imagesrcset") => srcset(value),
        (_, "values") => value.split(';').map(str::to_owned).collect(),
        ("meta", "content") => refreshed(value).into_iter().collect(),
        _ if is_css(attribute) => css::urls(value),
        ("iframe" | "frame" | "object" | "embed", _) => embedded::in_frame(value),
        ("link", "href") => embedded::in_sheet(value),
        ("script", "src" | "href" | "xlink:href") if kind(tag) == "module" => embedded::in_module(value),
        _ => vec![value.to_owned()],
    }
}

/// The URLs of a source set (HTML standard, 4.8.4.2.2): an address ends with white space or with the comma
/// before it, a descriptor with a comma that stands in no parentheses.
pub(crate) fn srcset(value: &str) -> Vec<String> {
    let space = |c: char| c.is_ascii_whitespace();
    let (mut rest, mut urls) = (value, Vec::new());
    loop {
        rest = rest.trim_start_matches(|c| space(c) || c == ',');
        if rest.is_empty() {
            return urls;
        }
        let (word, after) = rest.split_at(rest.find(space).unwrap_or(rest.len()));
        let url = word.trim_end_matches(',');
        urls.push(url.to_owned());
        rest = if url.len() < word.len() { after } else { after_descriptors(after) };
    }
}

fn after_descriptors(text: &str) -> &str {
    let mut open = false;
    let comma = text.find(|c: char| {
        open = (open || c == '(') && c != ')';
        c == ',' && !open
    });
    comma.and_then(|at| text.get(at + 1..)).unwrap_or_default()
}

/// Where `<meta http-equiv=refresh>` leads (HTML standard, 4.2.5.3).
fn refreshed(content: &str) -> Option<String> {
    let separator = |c: char| c.is_ascii_whitespace() || matches!(c, ';' | ',');
    let rest = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start_matches(separator);
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).and_then(|_| rest.get(3..));
    let named = named.and_then(|rest| rest.trim_start().strip_prefix('=')).map_or(rest, str::trim_start);
    let quote = named.chars().next().filter(|c| matches!(c, '"' | '\''));
    let url = quote.and_then(|quote| named.split(quote).nth(1)).unwrap_or(named);
    (!url.is_empty()).then(|| url.to_owned())
}

/// Link types for which the browser contacts the host by itself; the gate has the same (`LINKS`).
pub(crate) fn contacts(rel: &str) -> bool {
    let rel = rel.to_ascii_lowercase();
    ["style", "icon", "manifest", "pre"].iter().any(|part| rel.contains(part))
}

/// Whether a browser runs a script of this type, or asks for its source: JavaScript under any of its
/// names (MIME Sniffing, 4.6), or a module (HTML standard, 4.12.1.1). Other types only carry data.
fn runs(tag: &Tag) -> bool {
    const NAMES: &[&str] = &["javascript", "ecmascript", "jscript", "livescript"];
    let kind = kind(tag);
    let essence = kind.split(';').next().unwrap_or_default().trim_end();
    let name =
        essence.strip_prefix("text/").or_else(|| essence.strip_prefix("application/")).unwrap_or_default();
    let name = name.strip_prefix("x-").unwrap_or(name);
    let version = |version: &str| version.len() == 1 && ("0"..="5").contains(&version);
    essence.is_empty()
        || essence == "module"
        || NAMES.contains(&name)
        || name.strip_prefix("javascript1.").is_some_and(version)
}

/// A script's type in lower case; empty for a classic one without.
pub(crate) fn kind(tag: &Tag) -> String {
    tag.value("type").unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether this is the tag of `consentry.js` itself, or a hint for it.
pub(crate) fn is_ours(tag: &Tag) -> bool {
    let url = tag.value("src").or_else(|| tag.value("href"));
    let path = url.and_then(|url| url.split(['?', '#']).next());
    let file = path.and_then(|path| path.rsplit(['/', '\\']).next());
    matches!(tag.name.as_str(), "script" | "link") && file.is_some_and(|file| file.trim() == "consentry.js")
}
