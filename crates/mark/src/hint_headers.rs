//! Headers that make a browser ask before it has read a byte of the page: `Link` (RFC 8288), a server's own
//! preload and preconnect hints, and `Speculation-Rules` (HTML standard, 7.6.2). Reads and writes values, and
//! knows neither requests nor responses.

use crate::page_rules::PageRules;
use crate::requesting_attributes::is_contacting_link;
use crate::srcset;

/// What is left of a `Link` header's value; `None` where all of it is held. What stays keeps its bytes.
pub(crate) fn filter_links(value: &str, rules: &PageRules) -> Option<String> {
    keep(value, |link| link_is_held(link, rules))
}

/// The same for `Speculation-Rules`: a list of strings, each the address of a set.
pub(crate) fn filter_rule_sets(value: &str, rules: &PageRules) -> Option<String> {
    keep(value, |set| {
        let address = split(set, ';').first().copied().unwrap_or_default();
        rules.holds(address.trim().trim_matches('"'))
    })
}

/// What is left of a list without what is held.
fn keep(value: &str, is_held: impl Fn(&str) -> bool) -> Option<String> {
    let entries = split(value, ',');
    let kept: Vec<_> = entries.iter().copied().filter(|entry| !is_held(entry)).collect();
    match kept.len() {
        0 => None,
        count if count == entries.len() => Some(value.to_owned()),
        _ => Some(kept.join(",").trim().to_owned()),
    }
}

fn link_is_held(link: &str, rules: &PageRules) -> bool {
    let mut parts = split(link, ';').into_iter();
    let target = parts.next().unwrap_or_default().trim();
    let target = target.strip_prefix('<').and_then(|target| target.strip_suffix('>')).unwrap_or(target);
    let parameters: Vec<_> = parts.filter_map(|part| part.split_once('=')).collect();
    let parameter = |name: &str| {
        let found = parameters.iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().trim_matches('"'))
    };
    let images = srcset::addresses(parameter("imagesrcset").unwrap_or_default());
    parameter("rel").is_some_and(is_contacting_link) && (rules.hold_any(&images) || rules.holds(target))
}

/// The pieces between separators that stand neither in quotes nor in `<…>`; at least one.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut target, mut escaped) = (false, false, false);
    let separates = |c: char| {
        let separates = c == separator && !quoted && !target;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if !target => quoted = !quoted,
            '<' if !quoted => target = true,
            '>' if !quoted => target = false,
            _ => {}
        }
        separates
    };
    text.split(separates).collect()
}
