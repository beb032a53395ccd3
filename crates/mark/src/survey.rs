//! What a lint asks about a page: its tags, whom they contact, and which of them marking would change. By the same
//! rules, and through the same reading, as marking itself.

use std::sync::Arc;

use consentry::classify::rules::{Base, Rules};
use consentry::lint::{Page, Tag};
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
    let tags = read_whole(html, encoding, page_rules, |page| {
        let edits = page.take_edits().edits;
        let tags = page.take_survey();
        // An edit belongs to the tag that it stands in or behind.
        let owner_of = |at: usize| tags.partition_point(|tag| tag.start <= at).checked_sub(1);
        let mut marked: Vec<_> = edits.iter().filter_map(|edit| owner_of(edit.range.start)).collect();
        marked.sort_unstable();
        let lines = line_numbers(page.text.slice(0..page.text.end()), tags.iter().map(|tag| tag.start));
        let with_line = |((at, tag), line): ((usize, SurveyedTag), usize)| Tag {
            line,
            name: tag.name,
            attributes: tag.attributes,
            contacts: tag.contacts,
            would_be_marked: marked.binary_search(&at).is_ok(),
        };
        tags.into_iter().enumerate().zip(lines).map(with_line).collect()
    });
    Page { path: path.to_owned(), tags }
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
