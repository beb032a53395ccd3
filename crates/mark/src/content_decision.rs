//! Decides, when an element's end tag has been read, whether its content must be held, and how. Says what to
//! change, and changes nothing.

use crate::css;
use crate::edit::{Edit, HeldEdits};
use crate::held_markup::{self, mark_by_hand};
use crate::import_map::HeldSpecifiers;
use crate::page_rules::PageRules;
use crate::requesting_content::Content;
use crate::tag::Tag;

/// The addresses that this content of the element of `tag` asks for, if one of them is held.
pub(crate) fn held_addresses(
    tag: &Tag,
    content: Content,
    text: &[u8],
    rules: &PageRules,
    specifiers: &HeldSpecifiers,
) -> Option<Vec<String>> {
    let mut addresses = content.addresses(tag, text);
    let mapped = addresses.iter().filter_map(|specifier| specifiers.target_of(specifier));
    let targets: Vec<_> = mapped.map(str::to_owned).collect();
    addresses.extend(targets);
    rules.hold_any(&addresses).then_some(addresses)
}

/// The edits that hold the element of `tag` for these addresses in its content.
pub(crate) fn hold(
    tag: &Tag,
    content: Content,
    text: &[u8],
    rules: &PageRules,
    addresses: &[String],
) -> HeldEdits {
    let mut held = HeldEdits::default();
    // What is marked by hand is held already, and what no browser applies need not be.
    if mark_by_hand(tag).is_none() && content != Content::UnappliedStyle {
        let text = String::from_utf8_lossy(text);
        let found = content.found_by_gate(tag, &text);
        let is_hidden = |address: &&String| !found.as_ref().is_some_and(|found| found.finds(address));
        let origins = rules.origins(addresses.iter().filter(is_hidden));
        held.edits = held_markup::hold(tag, |_| false, &origins);
        held.held_count = 1;
    }
    if content.is_style() {
        let escape = |at: usize| Edit::replace(at..at + 1, css::ESCAPED_I).shifted(tag.range.end);
        held.edits.extend(css::import_keywords(text).map(escape));
    }
    held
}
