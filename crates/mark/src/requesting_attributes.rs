//! Which attributes make the browser ask a host for something, and for what: the static twin of the gate's
//! own table. Decides nothing about a host.

use crate::addresses_in_documents::{in_css, in_frame, in_module, in_sheet};
use crate::srcset;
use crate::tag::{Attribute, Tag};

/// The attributes of an element that are held together, whichever of them is a tracker's.
pub(crate) fn held_together(tag: &Tag) -> &'static [&'static str] {
    match tag.name.as_str() {
        "script" if runs(tag) => &["src", "href", "xlink:href"],
        "img" => &["src", "srcset"],
        // In HTML the parser makes an `img` of it (HTML standard, 13.2.6.4.7); in SVG it is its own.
        "image" => &["src", "srcset", "href", "xlink:href"],
        "use" | "feimage" | "textpath" | "mpath" | "pattern" | "filter" | "lineargradient"
        | "radialgradient" => &["href", "xlink:href"],
        "set" | "animate" if tag.value("attributename").is_some_and(is_address_attribute) => {
            &["to", "from", "by", "values"]
        }
        "iframe" | "frame" | "audio" | "track" | "embed" => &["src"],
        "source" => &["src", "srcset"],
        "video" => &["src", "poster"],
        "object" => &["data"],
        "input" if tag.value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("image")) => &["src"],
        "link" if tag.value("rel").is_some_and(is_contacting_link) => &["href", "imagesrcset"],
        "body" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "col" | "colgroup" => {
            &["background"]
        }
        _ => &[],
    }
}

/// What else is held in a document inside of a page, which leads only its frame elsewhere.
pub(crate) fn held_in_inner_document(tag: &Tag) -> &'static [&'static str] {
    match tag.value("http-equiv") {
        Some(name) if tag.name == "meta" && name.eq_ignore_ascii_case("refresh") => &["content"],
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

/// Whether an animation of the attribute of this name gives an element another address.
fn is_address_attribute(name: &str) -> bool {
    matches!(name.trim(), "href" | "xlink:href")
}

/// The addresses for which an attribute of this element makes the browser ask.
pub(crate) fn addresses(tag: &Tag, attribute: &Attribute) -> Vec<String> {
    let value = attribute.value.as_str();
    match (tag.name.as_str(), attribute.name.as_str()) {
        (_, "srcset" | "imagesrcset") => srcset::addresses(value),
        (_, "values") => value.split(';').map(str::to_owned).collect(),
        ("meta", "content") => refresh_target(value).into_iter().collect(),
        _ if is_css(attribute) => in_css(value),
        ("iframe" | "frame" | "object" | "embed", _) => in_frame(value),
        ("link", "href") => in_sheet(value),
        ("script", "src" | "href" | "xlink:href") if type_of(tag) == "module" => in_module(value),
        _ => vec![value.to_owned()],
    }
}

/// Where `<meta http-equiv=refresh>` leads (HTML standard, 4.2.5.3).
fn refresh_target(content: &str) -> Option<String> {
    let is_separator = |c: char| c.is_ascii_whitespace() || matches!(c, ';' | ',');
    let rest = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start_matches(is_separator);
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).and_then(|_| rest.get(3..));
    let value = named.and_then(|rest| rest.trim_start().strip_prefix('=')).map_or(rest, str::trim_start);
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let target = quote.and_then(|quote| value.split(quote).nth(1)).unwrap_or(value);
    (!target.is_empty()).then(|| target.to_owned())
}

/// Whether the browser contacts the host of a link of these types by itself; the gate has the same list.
pub(crate) fn is_contacting_link(rel: &str) -> bool {
    let rel = rel.to_ascii_lowercase();
    ["style", "icon", "manifest", "pre"].iter().any(|part| rel.contains(part))
}

/// Whether a browser runs a script of this tag's type, or asks for its source: JavaScript under any of its
/// names (MIME Sniffing, 4.6), or a module (HTML standard, 4.12.1.1). Other types only carry data.
pub(crate) fn runs(tag: &Tag) -> bool {
    const NAMES: &[&str] = &["javascript", "ecmascript", "jscript", "livescript"];
    let kind = type_of(tag);
    let essence = kind.split(';').next().unwrap_or_default().trim_end();
    let name =
        essence.strip_prefix("text/").or_else(|| essence.strip_prefix("application/")).unwrap_or_default();
    let name = name.strip_prefix("x-").unwrap_or(name);
    let is_version = |version: &str| version.len() == 1 && ("0"..="5").contains(&version);
    essence.is_empty()
        || essence == "module"
        || NAMES.contains(&name)
        || name.strip_prefix("javascript1.").is_some_and(is_version)
}

/// The type of a script or a style element in lower case; empty where it has none.
pub(crate) fn type_of(tag: &Tag) -> String {
    tag.value("type").unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether this is the tag of `consentry.js` itself, or a hint for it.
pub(crate) fn loads_consentry(tag: &Tag) -> bool {
    let address = tag.value("src").or_else(|| tag.value("href"));
    let path = address.and_then(|address| address.split(['?', '#']).next());
    let file = path.and_then(|path| path.rsplit(['/', '\\']).next());
    matches!(tag.name.as_str(), "script" | "link") && file.is_some_and(|file| file.trim() == "consentry.js")
}
