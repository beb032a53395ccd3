//! The form of a held tag: the one that an owner writes by hand, so that the gate releases it. Does not
//! decide what is held.

use crate::character_references::encode_quoted;
use crate::edit::Edit;
use crate::tag::{Attribute, Tag};

/// The attribute of every held element, and the beginning of every other name that a held tag gets.
pub(crate) const MARK: &str = "data-consent";

/// The mark of which the gate decides by the address.
const AUTOMATIC: &str = "auto";

/// Stands for hosts that nobody described, where they could not be read: no host can be called so.
pub(crate) const UNREAD_ORIGIN: &str = "https://unread.invalid";

/// What the owner wrote as the mark of this tag: the category or service on which it waits.
pub(crate) fn mark_by_hand(tag: &Tag) -> Option<&str> {
    tag.value(MARK).filter(|mark| *mark != AUTOMATIC)
}

/// The edits that mark the tag and move attributes out of the browser's sight; a script or a style gets a type that
/// no browser applies, and a link that is no style sheet loses its relation. `moves` says which attributes: of one
/// name all, for the second would become the first. `origins`: whom the tag asks, where the gate cannot read that in
/// it.
pub(crate) fn hold(tag: &Tag, moves: impl Fn(&Attribute) -> bool, origins: &[String]) -> Vec<Edit> {
    let mut mark = String::new();
    if tag.value(MARK).is_none() {
        mark.push_str(&format!(" {MARK}=\"{AUTOMATIC}\""));
    }
    if !origins.is_empty() {
        mark.push_str(&format!(" {MARK}-origins=\"{}\"", encode_quoted(&origins.join(" "))));
    }
    // Browsers warn of a link that has a relation and no address, unless it is a style sheet.
    let is_style_sheet = |relation: &str| relation.to_ascii_lowercase().contains("stylesheet");
    let moves_relation =
        tag.name == "link" && tag.value("rel").is_some_and(|relation| !is_style_sheet(relation));
    if tag.is_script_or_style() {
        mark.push_str(" type=\"text/plain\"");
    }
    let mut edits = Vec::new();
    if !mark.is_empty() {
        edits.push(Edit::insert(tag.name_end, mark));
    }
    for attribute in &tag.attributes {
        let is_moved = moves(attribute)
            || (tag.is_script_or_style() && attribute.name == "type")
            || (moves_relation && attribute.name == "rel");
        if is_moved {
            edits.push(Edit::insert(attribute.name_start, format!("{MARK}-")));
        }
    }
    edits
}

/// A held import map with this content.
pub(crate) fn held_import_map(json: &str) -> String {
    format!("<script {MARK}=\"{AUTOMATIC}\" type=\"text/plain\" {MARK}-type=\"importmap\">{json}</script>")
}
