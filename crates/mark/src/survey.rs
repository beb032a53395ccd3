//! What a lint asks about a page: its tags, whom they contact, and which of them marking would change. By the same
//! rules, and through the same reading, as marking itself.

use std::sync::Arc;

use consentry::classify::rules::{Base, Rules};
use consentry::lint::{Contact, Page, Tag};
use encoding_rs::UTF_8;

use crate::consent::Consent;
use crate::encoded_stream::read_whole;
use crate::encoding::encodings_of;
use crate::page_rules::PageRules;
use crate::surveyed_tag::SurveyedTag;

/// Reads a page, or a fragment of one, of a site with these rules. `path` is where it lies, for messages.
pub fn survey(path: &str, html: &[u8], rules: &Arc<Rules>) -> Page {
    let grants = Consent::default().grants(rules);
    let page_rules = PageRules::new(Arc::clone(rules), Arc::new(grants), Base::page("/"));
    // Of several that a browser may take, the one in which ASCII stands for itself finds the tags.
    let encoding = match encodings_of(html, None).as_deref() {
        Some([encoding]) => *encoding,
        _ => UTF_8,
    };
    read_whole(html, encoding, page_rules, |page| {
        let edits = page.take_edits().edits;
        let tags = page.take_survey();
        // An edit belongs to the tag that it stands in or behind.
        let owner_of = |at: usize| tags.partition_point(|it| it.tag.range.start <= at).checked_sub(1);
        let mut marked: Vec<_> = edits.iter().filter_map(|edit| owner_of(edit.range.start)).collect();
        marked.sort_unstable();
        let text = page.text.slice(0..page.text.end());
        let lines = line_numbers(text, tags.iter().map(|it| it.tag.range.start));
        let as_told = |((at, it), line): ((usize, &SurveyedTag), usize)| Tag {
            line,
            name: it.tag.name.clone(),
            attributes: it.tag.attributes.iter().map(|it| (it.name.clone(), it.value.clone())).collect(),
            contacts: contacts(it, text),
            would_be_marked: marked.binary_search(&at).is_ok(),
            runs: it.runs(),
            loads_consentry: it.loads_consentry(),
            is_in_template: it.is_in_template,
        };
        // A drawing may have a title too.
        let mut before_drawings = tags.iter().take_while(|it| it.tag.name != "svg");
        Page {
            path: path.to_owned(),
            is_whole: has_doctype(text) || before_drawings.any(is_of_whole_page),
            tags: tags.iter().enumerate().zip(lines).map(as_told).collect(),
        }
    })
}

/// Whom a tag of this page contacts, the pages in it included.
fn contacts(surveyed: &SurveyedTag, page: &[u8]) -> Vec<Contact> {
    let mut contacts = surveyed.contacts(page);
    if let Some(rules) = surveyed.rules.inside() {
        for inner in surveyed.inner_pages(page) {
            contacts.extend(contacts_in(&inner, rules.clone()));
        }
    }
    contacts
}

/// Whom a page in another one contacts.
fn contacts_in(html: &[u8], rules: PageRules) -> Vec<Contact> {
    read_whole(html, UTF_8, rules, |page| {
        let tags = page.take_survey();
        let text = page.text.slice(0..page.text.end());
        tags.iter().flat_map(|tag| contacts(tag, text)).collect()
    })
}

/// Whether a page begins with a doctype, behind comments and spaces.
fn has_doctype(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some((_, after)) = rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        rest = after.trim_start();
    }
    rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
}

/// Whether a tag is one that no part of a page has. A page may leave out the others.
fn is_of_whole_page(SurveyedTag { tag, .. }: &SurveyedTag) -> bool {
    tag.is_html
        && match tag.name.as_str() {
            "html" | "head" | "body" | "title" => true,
            "meta" => tag.value("charset").is_some(),
            _ => false,
        }
}

/// The line of each of these positions, which are in order; the first is 1.
fn line_numbers(text: &[u8], positions: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut line, mut from) = (1, 0);
    let line_of = |at: usize| {
        line += text.get(from..at).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        from = at.max(from);
        line
    };
    positions.map(line_of).collect()
}
