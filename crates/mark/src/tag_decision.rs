//! What becomes of a start tag, by its attributes alone. Changes nothing by itself.

use std::collections::HashSet;

use crate::found_by_gate::FoundByGate;
use crate::held_markup::{UNREAD_ORIGIN, mark_by_hand};
use crate::page_rules::PageRules;
use crate::requesting_attributes::{addresses, held_in_inner_document, held_together, is_css};
use crate::requesting_content::content_acts;
use crate::tag::{Attribute, Tag};

/// What becomes of what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// It is marked, for the gate to release.
    Mark,
    /// It is taken out, but for CSS attributes, which are moved: a `<noscript>` is read where there is no gate.
    Remove,
}

/// The decision on a start tag.
pub(crate) enum Decision {
    /// The owner marked it by hand with what the visitor granted: its content may act too.
    PassesWithContent,
    /// It may act; its content is not decided on.
    Passes,
    /// It may act, but not the CSS in its attributes.
    HoldStyles(HeldAttributes),
    Hold(HeldAttributes),
}

/// The part of a tag that is held.
pub(crate) struct HeldAttributes {
    /// Where their names stand.
    names: HashSet<usize>,
    /// Whom they ask, where the gate cannot read that in the tag.
    pub origins: Vec<String>,
}

impl HeldAttributes {
    pub fn contain(&self, attribute: &Attribute) -> bool {
        self.names.contains(&attribute.name_start)
    }
}

/// Decides on a start tag.
pub(crate) fn decide(tag: &Tag, rules: &PageRules, treatment: Treatment) -> Decision {
    let mut together = held_together(tag);
    // In a `<noscript>`, which is inside too, a refresh would lead the page itself elsewhere: it stays.
    if rules.are_inside() && treatment == Treatment::Mark && together.is_empty() {
        together = held_in_inner_document(tag);
    }
    let asks = |attribute: &Attribute| together.contains(&attribute.name.as_str());
    let asks_held_host = |attribute: &Attribute| rules.hold_any(&addresses(tag, attribute));
    let mark_is_granted = mark_by_hand(tag).map(|mark| rules.allow_mark(mark));
    let mut asking = tag.attributes.iter().filter(|attribute| asks(attribute));
    let is_held = match mark_is_granted {
        Some(true) => return Decision::PassesWithContent,
        // A mark by hand says who may act, whatever the address; an inline script half marked would run.
        Some(false) => asking.next().is_some() || content_acts(tag),
        None => asking.any(asks_held_host),
    };
    // A `srcdoc` inside of so many other documents that it is not read is held as a whole.
    let is_unread = |attribute: &Attribute| {
        tag.name == "iframe" && attribute.name == "srcdoc" && rules.inside().is_none()
    };
    let has_unread = tag.attributes.iter().any(is_unread);
    let is_held = is_held || has_unread;
    let styles = tag.attributes.iter().filter(|attribute| is_css(attribute) && asks_held_host(attribute));
    let mut names: HashSet<_> = styles.map(|attribute| attribute.name_start).collect();
    // A script or a style is not held for its CSS attributes alone: its mark would make its content inert too.
    if !is_held && (names.is_empty() || tag.is_script_or_style()) {
        return Decision::Passes;
    }
    if is_held {
        names.extend(
            tag.attributes
                .iter()
                .filter(|attribute| asks(attribute) || is_unread(attribute))
                .map(|attribute| attribute.name_start),
        );
    }
    let mut held = HeldAttributes { names, origins: Vec::new() };
    if mark_is_granted.is_none() {
        held.origins = hidden_origins(tag, rules, &held);
        held.origins.extend(has_unread.then(|| UNREAD_ORIGIN.to_owned()));
    }
    if is_held { Decision::Hold(held) } else { Decision::HoldStyles(held) }
}

/// Whom the held attributes ask, as far as the gate cannot read it there.
fn hidden_origins(tag: &Tag, rules: &PageRules, held: &HeldAttributes) -> Vec<String> {
    let mut hidden = Vec::new();
    for attribute in tag.attributes.iter().filter(|attribute| held.contain(attribute)) {
        let found = FoundByGate::of_attribute(tag, attribute);
        hidden.extend(addresses(tag, attribute).into_iter().filter(|address| !found.finds(address)));
    }
    rules.origins(&hidden)
}
