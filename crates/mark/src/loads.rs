//! Which attributes make the browser ask a host for something, as data: the static twin of the gate's
//! `marks.js`. Decides nothing about a host.

use crate::css;
use crate::tag::{Attribute, Tag};

/// The attributes of an element that are held together, whichever of them is a tracker's.
pub(crate) fn attributes(tag: &Tag) -> &'static [&'static str] {
    match tag.name.as_str() {
        "script" if runs(tag) => &["src", "href", "xlink:href"],
        "img" => &["src", "srcset"],
        // In HTML the parser makes an `img` of it (HTML standard, 13.2.6.4.7); in SVG it is its own.
        "image" => &["src", "srcset", "href", "xlink:href"],
        "use" | "feimage" => &["href", "xlink:href"],
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

/// The URLs in the value of an attribute.
pub(crate) fn urls(attribute: &Attribute) -> Vec<String> {
    match attribute.name.as_str() {
        // Descriptors pass for paths of the site, which nobody holds.
        "srcset" | "imagesrcset" => {
            let words = attribute.value.split_ascii_whitespace();
            words.map(|word| word.trim_matches(',').to_owned()).filter(|word| !word.is_empty()).collect()
        }
        _ if is_css(attribute) => css::urls(&attribute.value),
        _ => vec![attribute.value.clone()],
    }
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
