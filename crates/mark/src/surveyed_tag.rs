//! What a lint asks about a tag: its attributes and whom they contact, held or not. Decides nothing.

use consentry::lint::Contact;

use crate::held_markup::MARK;
use crate::page_rules::PageRules;
use crate::requesting_attributes::{addresses, held_together, is_css, loads_consentry};
use crate::tag::Tag;

/// A start tag of a page, with its place.
pub(crate) struct SurveyedTag {
    /// Where it begins in the page's text.
    pub start: usize,
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub contacts: Vec<Contact>,
}

impl SurveyedTag {
    pub fn of(tag: &Tag, rules: &PageRules) -> SurveyedTag {
        let attributes = tag.attributes.iter().map(|it| (it.name.clone(), it.value.clone()));
        SurveyedTag {
            start: tag.range.start,
            name: tag.name.clone(),
            attributes: attributes.collect(),
            contacts: if loads_consentry(tag) { Vec::new() } else { contacts(tag, rules) },
        }
    }
}

/// Whom a tag contacts by its attributes, at once or when it is released.
fn contacts(tag: &Tag, rules: &PageRules) -> Vec<Contact> {
    let shown = released(tag);
    let together = held_together(&shown);
    let asking = shown.attributes.iter().filter(|it| together.contains(&it.name.as_str()) || is_css(it));
    let mut asked: Vec<_> = asking.flat_map(|attribute| addresses(&shown, attribute)).collect();
    let hidden = tag.value(&format!("{MARK}-origins")).unwrap_or_default();
    asked.extend(hidden.split_ascii_whitespace().map(str::to_owned));
    let contact = |address: String| {
        let (verdict, origin) = rules.whose(&address)?;
        let host = origin.map(|origin| origin.trim_start_matches("https://").to_owned());
        Some(Contact { address, host, verdict })
    };
    asked.into_iter().filter_map(contact).collect()
}

/// The tag as it is once it is released: without the mark, and with the attributes that the mark keeps.
fn released(tag: &Tag) -> Tag {
    let mut shown = tag.clone();
    if tag.attribute(MARK).is_none() {
        return shown;
    }
    shown.attributes.retain(|attribute| attribute.name != "type" || !tag.is_script_or_style());
    for attribute in &mut shown.attributes {
        if let Some(name) = attribute.name.strip_prefix(MARK).and_then(|rest| rest.strip_prefix('-')) {
            attribute.name = name.to_owned();
        }
    }
    shown
}
