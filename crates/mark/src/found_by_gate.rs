//! Which addresses the script in the page (the gate) finds by itself when it reads a held tag. For an address
//! that it cannot find there, the marked tag names the host in `data-consent-origins`. Prepared once for each text, so
//! that many addresses in a long text take time in proportion to it. Decides nothing about a host.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::addresses_in_documents::seen_by_gate;
use crate::host_addresses::host_addresses;
use crate::requesting_attributes::is_css;
use crate::tag::{Attribute, Tag};

/// What the gate reads in one text.
pub(crate) enum FoundByGate<'a> {
    /// Every address.
    Everything,
    /// These addresses.
    Addresses(HashSet<Cow<'a, str>>),
    /// Every address that begins with one of these. They are sorted, and none begins with another.
    BeginningWith(Vec<String>),
    /// Every address that is a prefix of one of these; they are sorted.
    PrefixesOf(Vec<&'a str>),
}

impl<'a> FoundByGate<'a> {
    /// What it reads in a held attribute: `verdictOfAttribute` in crates/gate/js/element-verdicts.js.
    pub fn of_attribute(tag: &'a Tag, attribute: &'a Attribute) -> FoundByGate<'a> {
        let value = attribute.value.as_str();
        match (tag.name.as_str(), attribute.name.as_str()) {
            (_, "srcset" | "imagesrcset") => {
                let words = value.split_ascii_whitespace().map(|word| word.trim_matches(','));
                FoundByGate::Addresses(words.map(Cow::Borrowed).collect())
            }
            ("link", "href") | ("script", "src" | "href" | "xlink:href") => {
                FoundByGate::Addresses(HashSet::from([Cow::Borrowed(value)]))
            }
            ("iframe" | "frame" | "object" | "embed", _) => {
                let inside = seen_by_gate(value).into_iter().map(Cow::Owned);
                FoundByGate::Addresses(inside.chain([Cow::Borrowed(value)]).collect())
            }
            (
                "img" | "source" | "video" | "audio" | "track" | "input" | "body" | "table" | "thead"
                | "tbody" | "tfoot" | "tr" | "td" | "th" | "col" | "colgroup" | "use" | "feimage",
                _,
            ) if !is_css(attribute) => FoundByGate::Everything,
            // Any other held attribute the gate reads as plain text (`verdictOfText` in element-verdicts.js).
            _ => FoundByGate::beginning_with(host_addresses(value)),
        }
    }

    /// What it reads in a module: strings behind `import` and `from`.
    pub fn of_module(code: &'a str) -> FoundByGate<'a> {
        FoundByGate::prefixes_of(quoted(code, |before| {
            let before = before.trim_end();
            before.ends_with("import") || before.ends_with("from")
        }))
    }

    /// What it reads in a style sheet, an import map or speculation rules: all strings, and what stands in
    /// `url()`.
    pub fn of_strings(text: &'a str) -> FoundByGate<'a> {
        let strings = quoted(text, |_| true);
        let functions = text.as_bytes().windows(4).enumerate();
        let opened = functions.filter(|(_, name)| name.eq_ignore_ascii_case(b"url(")).map(|(at, _)| at + 4);
        let unquoted = opened.filter_map(|at| text.get(at..)?.trim_start().split(['(', ')']).next());
        FoundByGate::prefixes_of(strings.into_iter().chain(unquoted))
    }

    fn beginning_with(mut texts: Vec<String>) -> FoundByGate<'a> {
        texts.sort_unstable();
        texts.dedup_by(|text, before| text.starts_with(before.as_str()));
        FoundByGate::BeginningWith(texts)
    }

    fn prefixes_of(texts: impl IntoIterator<Item = &'a str>) -> FoundByGate<'a> {
        let mut texts: Vec<_> = texts.into_iter().filter(|text| names_host(text)).collect();
        texts.sort_unstable();
        FoundByGate::PrefixesOf(texts)
    }

    /// Whether the gate finds this address.
    pub fn finds(&self, address: &str) -> bool {
        match self {
            FoundByGate::Everything => true,
            FoundByGate::Addresses(addresses) => addresses.contains(address),
            FoundByGate::BeginningWith(texts) => {
                let before = texts.partition_point(|text| text.as_str() <= address);
                let nearest = before.checked_sub(1).and_then(|index| texts.get(index));
                nearest.is_some_and(|text| address.starts_with(text.as_str()))
            }
            FoundByGate::PrefixesOf(texts) => {
                let nearest = texts.get(texts.partition_point(|text| *text < address));
                names_host(address) && nearest.is_some_and(|text| text.starts_with(address))
            }
        }
    }
}

/// The texts from each quotation mark to the next of its kind, where what stands before it is as wanted.
fn quoted(text: &str, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
    let from_mark = text.match_indices(['"', '\'']).filter_map(|(at, mark)| {
        let (before, rest) = (text.get(..at)?, text.get(at + 1..)?);
        wanted(before).then(|| rest.split(mark).next()).flatten()
    });
    from_mark.collect()
}

fn names_host(address: &str) -> bool {
    ["http://", "https://", "//"].iter().any(|start| address.starts_with(start))
}
