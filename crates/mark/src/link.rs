//! The `Link` header (RFC 8288): a server's own preload and preconnect hints, which a browser follows
//! before it has read a byte of the page.

use crate::judge::Judge;
use crate::loads;

/// What is left of a `Link` header's value; `None` where all of it is held. What stays keeps its bytes.
pub(crate) fn filter(value: &str, judge: &Judge) -> Option<String> {
    let links = split(value, ',');
    let kept: Vec<_> = links.iter().copied().filter(|link| !is_held(link, judge)).collect();
    match kept.len() {
        0 if !links.is_empty() => None,
        count if count == links.len() => Some(value.to_owned()),
        _ => Some(kept.join(",").trim().to_owned()),
    }
}

/// The same for `Speculation-Rules` (HTML standard, 7.6.2): a list of strings, each the address of a set.
pub(crate) fn filter_rules(value: &str, judge: &Judge) -> Option<String> {
    let sets = split(value, ',');
    let held =
        |set: &&str| split(set, ';').first().is_some_and(|url| judge.holds(url.trim().trim_matches('"')));
    let kept: Vec<_> = sets.iter().copied().filter(|set| !held(set)).collect();
    match kept.len() {
        0 => None,
        count if count == sets.len() => Some(value.to_owned()),
        _ => Some(kept.join(",").trim().to_owned()),
    }
}

fn is_held(link: &str, judge: &Judge) -> bool {
    let mut parts = split(link, ';').into_iter();
    let target = parts.next().unwrap_or_default().trim();
    let target = target.strip_prefix('<').and_then(|target| target.strip_suffix('>')).unwrap_or(target);
    let parameters: Vec<_> = parts.filter_map(|part| part.split_once('=')).collect();
    let parameter = |name: &str| {
        let found = parameters.iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().trim_matches('"'))
    };
    let images = loads::srcset(parameter("imagesrcset").unwrap_or_default());
    let mut urls = images.iter().map(String::as_str).chain([target]);
    parameter("rel").is_some_and(loads::contacts) && urls.any(|url| judge.holds(url))
}

/// The pieces between separators that stand neither in quotes nor in `<…>`.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut target, mut escaped) = (false, false, false);
    let between = |c: char| {
        let ends = c == separator && !quoted && !target;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if !target => quoted = !quoted,
            '<' if !quoted => target = true,
            '>' if !quoted => target = false,
            _ => {}
        }
        ends
    };
    text.split(between).collect()
}
